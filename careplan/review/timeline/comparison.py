"""Before against now, one number at a time, with the published steps of change.

Mood: 8 or more logged days in each window, 0.5 or more of 7 is a difference.
PHQ-9 and GAD-7: the last form in each window; 5 and 2 points, 4 and 2 points.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from careplan.review.timeline import means
from careplan.review.timeline.data import (
    Mood,
    MoodScale,
    Score,
    ScorePoint,
    Sleep,
    Span,
    TimelineData,
)
from careplan.review.timeline.windows import Windows
from careplan.review.timeline.words import capital, gettext, number

DAYS_NEEDED = 8
MOOD_STEP = Fraction(1, 2)


class Turn(Enum):
    """Which way a number went. The words for it are the sentence's affair."""

    MUCH_LOWER = -2
    LITTLE_LOWER = -1
    SAME = 0
    LITTLE_HIGHER = 1
    MUCH_HIGHER = 2
    UNCLEAR = None


class Worth(Enum):
    """Whether that is the hoped-for way."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodCompared:
    """Window means and how many days stand behind them."""

    scale: MoodScale
    before: Fraction | None
    now: Fraction | None
    days_before: int
    days_now: int
    turn: Turn

    @property
    def worth(self) -> Worth:
        """Higher is better; on the elevated-aware scale nearer to steady is."""
        return worth(self.turn, lower_is_better=self.scale is MoodScale.ELEVATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCompared:
    """The last form in each window."""

    score: Score
    before: ScorePoint | None
    now: ScorePoint | None
    turn: Turn

    @property
    def worth(self) -> Worth:
        """Whether the measure went the hoped-for way."""
        if self.score.lower_is_better is None:
            return Worth.UNCLEAR
        return worth(self.turn, lower_is_better=self.score.lower_is_better)


def worth(turn: Turn, *, lower_is_better: bool) -> Worth:
    """A turn as better, the same or worse."""
    if turn is Turn.UNCLEAR:
        return Worth.UNCLEAR
    if turn is Turn.SAME:
        return Worth.SAME
    went_down = turn in (Turn.MUCH_LOWER, Turn.LITTLE_LOWER)
    return Worth.BETTER if went_down == lower_is_better else Worth.WORSE


def mood(lane: Mood, windows: Windows) -> MoodCompared:
    """Mean of the logged days before and now; unclear below 8 days in either."""
    before = _logged(lane, windows.before)
    now = _logged(lane, windows.now) if windows.now else []
    return MoodCompared(
        scale=lane.scale,
        before=means.mean(before),
        now=means.mean(now),
        days_before=len(before),
        days_now=len(now),
        turn=_mood_turn(before, now),
    )


def _logged(lane: Mood, span: Span) -> list[means.Value]:
    start, end = span.start, span.end
    points = [point for point in lane.points if start <= point.on <= end]
    return list(means.by_day(points, means.compared(lane.scale)).values())


def _mood_turn(before: list[means.Value], now: list[means.Value]) -> Turn:
    if min(len(before), len(now)) < DAYS_NEEDED:
        return Turn.UNCLEAR
    nothing = Fraction(0)
    difference = (means.mean(now) or nothing) - (means.mean(before) or nothing)
    if -MOOD_STEP < difference < MOOD_STEP:
        return Turn.SAME
    return Turn.MUCH_HIGHER if difference > 0 else Turn.MUCH_LOWER


def score(measure: Score, windows: Windows) -> ScoreCompared:
    """The last form before against the last form now."""
    before = last_in(measure, windows.before)
    now = last_in(measure, windows.now)
    return ScoreCompared(
        score=measure, before=before, now=now, turn=_score_turn(measure, before, now)
    )


def last_in(measure: Score, span: Span | None) -> ScorePoint | None:
    """The last form sent in the span."""
    inside = [point for point in measure.points if span and point.on in span]
    return inside[-1] if inside else None


def _score_turn(
    measure: Score, before: ScorePoint | None, now: ScorePoint | None
) -> Turn:
    if not before or not now or measure.clear is None or measure.slight is None:
        return Turn.UNCLEAR
    difference = now.total - before.total
    if abs(difference) < measure.slight:
        return Turn.SAME
    size = 2 if abs(difference) >= measure.clear else 1
    return Turn(size if difference > 0 else -size)


def sleep_in(data: TimelineData, span: Span | None) -> Fraction | None:
    """Mean hours over the logged nights of the weeks that start in the span."""
    weeks = list(data.sleep.weeks if data.sleep else ())
    inside = [w for w in weeks if span and w.week in span]
    nights = sum(w.nights for w in inside)
    if not nights:
        return None
    return sum((Fraction(w.hours) * w.nights for w in inside), Fraction(0)) / nights


def range_name(measure: Score, total: int) -> str:
    """The published range this total lies in; empty without ranges."""
    names = [band.name for band in measure.bands if band.start <= total]
    return names[-1] if names else ""


def goal_words(sleep: Sleep, was: Fraction, now: Fraction) -> str:
    """Whether sleep came nearer to the agreed range; empty without a goal."""
    if sleep.goal is None:
        return ""
    goal = gettext(
        "goal of %(low)s to %(high)s",
        low=number(sleep.goal[0]),
        high=number(sleep.goal[1]),
    )
    gap = _distance(sleep.goal, now) - _distance(sleep.goal, was)
    if not _distance(sleep.goal, now):
        return gettext("Within %(goal)s", goal=goal)
    if gap < 0:
        return gettext("Closer to %(goal)s", goal=goal)
    return capital(goal) if not gap else gettext("Further from %(goal)s", goal=goal)


def _distance(goal: tuple[Decimal, Decimal], hours: Fraction) -> Fraction:
    low, high = Fraction(goal[0]), Fraction(goal[1])
    return max(low - hours, hours - high, Fraction(0))
