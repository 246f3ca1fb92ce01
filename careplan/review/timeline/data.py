"""What the timeline is told: one frozen object, made after consent was applied.

Days are civil days where the patient lives (``date``), so a clock change neither
stretches nor shrinks anything. A lane that the viewer may not see is ``None``;
a lane that is shared and empty is an empty tuple. Every mark carries the address
of its record in ``url``, or ``None``. Impossible data is refused here, once,
with ``ImpossibleTimeline``, so that nothing below has to check again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from careplan.review.timeline.basics import (
    LONGEST_RANGE,
    AnswerState,
    ImpossibleTimeline,
    MoodScale,
    Phase,
    PhaseKind,
    Pivot,
    PivotKind,
    Range,
    SessionState,
    Span,
    StepState,
    Version,
    VersionState,
    Voice,
    in_order,
    refuse,
)
from careplan.review.timeline.treatment import (
    DoseMark,
    Homework,
    Intake,
    Medicine,
    Session,
    Step,
    Taken,
    Therapy,
)

__all__ = [
    "LONGEST_RANGE",
    "AnswerState",
    "Band",
    "Change",
    "DoseMark",
    "Homework",
    "ImpossibleTimeline",
    "Intake",
    "LifeEvent",
    "Medicine",
    "Mood",
    "MoodPoint",
    "MoodScale",
    "Phase",
    "PhaseKind",
    "Pivot",
    "PivotKind",
    "Practice",
    "PracticeWeek",
    "Range",
    "Run",
    "Score",
    "ScorePoint",
    "Session",
    "SessionState",
    "SideEffect",
    "Sleep",
    "SleepWeek",
    "Span",
    "Step",
    "StepState",
    "Taken",
    "Therapy",
    "TimelineData",
    "Version",
    "VersionState",
    "Voice",
    "monday",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodPoint:
    """A check-in, or the mean of a day's check-ins (``entries`` of them).

    On the standard scale ``value`` is 1 to 7. On the elevated-aware scale ``low``
    and ``high`` are 0 to 3 each and are never folded into one another.
    """

    on: date
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    entries: int = 1
    url: str | None = None

    def __post_init__(self) -> None:
        # One condition where nothing is wrong: there is a point for each day of years.
        value, low, high = self.value, self.low, self.high
        if self.entries > 0 and (
            low is high is None
            if value is not None and 1 <= value <= 7
            else value is None
            and low is not None
            and high is not None
            and 0 <= low <= 3
            and 0 <= high <= 3
        ):
            return
        self._refuse()

    def _refuse(self) -> None:
        refuse(self.entries < 1, "a mood point has at least one entry")
        refuse(
            self.value is not None and not 1 <= self.value <= 7, "mood is from 1 to 7"
        )
        apart = (self.low, self.high)
        refuse(
            any(side is not None and not 0 <= side <= 3 for side in apart),
            "low and high are from 0 to 3",
        )
        refuse((self.low is None) != (self.high is None), "low and high go together")
        refuse((self.value is None) == (self.low is None), "a point has one scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The mood lane: points in order of date, all on one scale."""

    scale: MoodScale
    points: tuple[MoodPoint, ...] = ()

    def __post_init__(self) -> None:
        in_order([p.on for p in self.points], "mood points")
        on_one = [p for p in self.points if p.value is not None]
        meant = self.points if self.scale is MoodScale.STANDARD else ()
        refuse(len(on_one) != len(meant), "a mood point is not on the lane's scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A published range of a score, from this value up; the range name only."""

    start: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePoint:
    """A form that was sent, with its total."""

    on: date
    total: int
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One measure: its points, published ranges and steps of change.

    ``clear`` points or more is "lower" or "higher", ``slight`` up to that is
    "a little", less is "about the same" (PHQ-9 5 and 2, GAD-7 4 and 2). A measure
    without published steps leaves them ``None`` and is not in the sentence. A tracker
    of one's own is neither better high nor low: ``lower_is_better`` is ``None``.
    """

    code: str
    label: str
    highest: int
    points: tuple[ScorePoint, ...] = ()
    bands: tuple[Band, ...] = ()
    clear: int | None = None
    slight: int | None = None
    lower_is_better: bool | None = True

    def __post_init__(self) -> None:
        in_order((p.on for p in self.points), f"scores of {self.code}")
        refuse(self.highest < 1, f"{self.code} has no highest score")
        refuse(
            any(not 0 <= p.total <= self.highest for p in self.points),
            f"a score of {self.code} is outside its range",
        )
        starts = [band.start for band in self.bands]
        refuse(starts != sorted(set(starts)), f"ranges of {self.code} are not rising")
        refuse((self.clear is None) != (self.slight is None), "two steps or none")
        if self.clear is not None and self.slight is not None:
            refuse(not 0 < self.slight <= self.clear, "the slight step is smaller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Days in a row at one level: 1 mild, 2 moderate, 3 strong."""

    start: date
    end: date
    level: int
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(self.end < self.start, "a run ends before it starts")
        refuse(self.level not in (1, 2, 3), "a level is 1, 2 or 3")


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect:
    """One side effect: runs in order and apart, days with nothing logged.

    ``term`` is the clinical word, shown to clinicians in brackets. ``linked`` is
    the change somebody tied it to ("sertraline 50 → 100, 14 Sep").
    """

    name: str
    term: str = ""
    runs: tuple[Run, ...] = ()
    nothing_logged: tuple[Span, ...] = ()
    linked: str | None = None
    medicine_ref: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        pairs = zip(self.runs, self.runs[1:], strict=False)
        refuse(
            any(later.start <= earlier.end for earlier, later in pairs),
            f"runs of {self.name} overlap or are not in order",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepWeek:
    """Mean hours a night in the week that starts on ``week``, over ``nights``."""

    week: date
    hours: Decimal
    nights: int
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(not 0 <= self.hours <= 24, "a night has 0 to 24 hours")
        refuse(not 1 <= self.nights <= 7, "a week has 1 to 7 nights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """The sleep lane; ``goal`` is the agreed range of hours, when there is one."""

    weeks: tuple[SleepWeek, ...] = ()
    goal: tuple[Decimal, Decimal] | None = None

    def __post_init__(self) -> None:
        in_order((w.week for w in self.weeks), "weeks of sleep")
        refuse(self.goal and self.goal[0] > self.goal[1], "the goal ends below start")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeWeek:
    """Days of the week on which a practice was done, 0 to 7."""

    week: date
    done: int
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(not 0 <= self.done <= 7, "a week has 0 to 7 days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Something the patient does for herself ("Walk in the morning")."""

    name: str
    weeks: tuple[PracticeWeek, ...] = ()
    url: str | None = None

    def __post_init__(self) -> None:
        in_order((w.week for w in self.weeks), f"weeks of {self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """Something that happened, in one line."""

    on: date
    name: str
    url: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A plan change that no lane shows (a goal, a practice, a new phase)."""

    on: date
    label: str
    url: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineData:
    """Everything on one page, already limited to what the viewer may see.

    ``None`` for a lane means "not shared with you": it is absent from figure,
    sentence and table alike. ``day_url`` is an address with ``{day}`` in it, used
    for marks that stand for a day or a week (``/journal/?day={day}``).
    """

    range: Range
    voice: Voice = Voice.PATIENT
    pivot: Pivot | None = None
    last_visit: date | None = None
    versions: tuple[Version, ...] | None = ()
    phases: tuple[Phase, ...] | None = ()
    medicines: tuple[Medicine, ...] | None = ()
    therapy: Therapy | None = None
    practices: tuple[Practice, ...] | None = ()
    mood: Mood | None = None
    scores: tuple[Score, ...] | None = ()
    effects: tuple[SideEffect, ...] | None = ()
    sleep: Sleep | None = None
    events: tuple[LifeEvent, ...] | None = ()
    changes: tuple[Change, ...] = ()
    day_url: str | None = None

    def __post_init__(self) -> None:
        in_order((v.on for v in self.versions or ()), "plan versions")
        in_order((p.start for p in self.phases or ()), "phases")
        in_order((e.on for e in self.events or ()), "life events")
        refs = [m.ref for m in self.medicines or ()]
        refuse(len(set(refs)) != len(refs), "two medicines share a ref")
        refuse(self.day_url and "{day}" not in self.day_url, "day_url names no {day}")
        refuse(self._names_hidden_medicine(), "a medicine is named that is not shared")
        today = self.range.today
        refuse(self._logged_after(today), "something is logged after today")

    def _names_hidden_medicine(self) -> bool:
        if self.medicines is not None:
            return False
        by_pivot = self.pivot is not None and self.pivot.kind is PivotKind.DOSE
        linked = (effect.linked or effect.medicine_ref for effect in self.effects or ())
        return by_pivot or any(linked)

    def _logged_after(self, today: date) -> bool:
        """Everything but steps is in order: the last of each is the latest."""
        taken = [
            step.on
            for medicine in self.medicines or ()
            for step in medicine.steps
            if step.state is StepState.TAKEN
        ]
        moods = [p.on for p in (self.mood.points if self.mood else ())[-1:]]
        scores = [p.on for score in self.scores or () for p in score.points[-1:]]
        runs = [run.end for effect in self.effects or () for run in effect.runs[-1:]]
        return max([*taken, *moods, *scores, *runs], default=today) > today

    def address_of(self, day: date) -> str | None:
        """Where the records of that day are, when the page has told."""
        return self.day_url.replace("{day}", day.isoformat()) if self.day_url else None


def monday(day: date) -> date:
    """The Monday on or before this day: weeks on the timeline start there."""
    return day - timedelta(days=day.weekday())
