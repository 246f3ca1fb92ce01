"""The sentence: did it get better after the change? Timing, never cause.

The rules are those of the design page on the timeline; each number that was used
is in ``basis``, shown under "How this is worked out". No word here says that one
thing brought about another.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from careplan.review.timeline import comparison, course
from careplan.review.timeline.changes import OtherChange, other_changes, sessions_since
from careplan.review.timeline.comparison import MoodCompared, ScoreCompared, Turn, Worth
from careplan.review.timeline.data import MoodScale, ScorePoint, TimelineData, Voice
from careplan.review.timeline.windows import LENGTH, SETTLING, Windows, windows
from careplan.review.timeline.words import (
    capital,
    day_short,
    days_short,
    gettext,
    listed,
    ngettext,
    tenth,
    uncapital,
)

NAMED_CHANGES = 3


class Verdict(StrEnum):
    """What kind of answer it is, for the page's tone and for tests."""

    BETTER = "better"
    WORSE = "worse"
    MIXED = "mixed"
    SAME = "same"
    UNCLEAR = "unclear"
    NO_CHANGE = "no_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The sentence and all that belongs beside it.

    ``comfort`` is for a patient whose result is worse, then ``offers_topic`` asks
    the page for the button "Add to my topics". ``changes_text`` names the first
    three other changes, ``changes_short`` only counts them, for a phone; ``changes``
    has all of them with their addresses.
    """

    verdict: Verdict
    sentence: str
    comfort: str
    effects: str
    caution: str
    changes_text: str
    changes_short: str
    changes: tuple[OtherChange, ...]
    offers_topic: bool
    windows: Windows | None
    mood: MoodCompared | None
    scores: tuple[ScoreCompared, ...]
    basis: tuple[str, ...]


def answer(data: TimelineData) -> Answer:
    """The answer for the change in question; kind words when there is none."""
    if not data.pivot:
        return _nothing_chosen()
    frame = windows(data.pivot.on, today=data.range.today)
    mood = comparison.mood(data.mood, frame) if data.mood else None
    scores = tuple(comparison.score(s, frame) for s in data.scores or ())
    verdict = _verdict(mood, scores)
    others = other_changes(data)
    is_hard = verdict is not Verdict.UNCLEAR and _is_worse(mood, scores)
    consoled = is_hard and data.voice is Voice.PATIENT
    return Answer(
        verdict=verdict,
        sentence=_sentence(data.voice, verdict, frame, mood, scores),
        comfort=_comfort() if consoled else "",
        effects=course.effects_sentence(data, frame),
        caution=gettext("Timing is not proof"),
        changes_text=_changes_text(data, others),
        changes_short=_changes_short(len(others)),
        changes=others,
        offers_topic=consoled,
        windows=frame,
        mood=mood,
        scores=scores,
        basis=_basis(frame, mood, scores),
    )


def _nothing_chosen() -> Answer:
    return Answer(
        verdict=Verdict.NO_CHANGE,
        sentence=gettext("Choose a change to compare before and now."),
        comfort="",
        effects="",
        caution="",
        changes_text="",
        changes_short="",
        changes=(),
        offers_topic=False,
        windows=None,
        mood=None,
        scores=(),
        basis=(),
    )


def _clear_scores(scores: tuple[ScoreCompared, ...]) -> list[ScoreCompared]:
    return [score for score in scores if score.turn is not Turn.UNCLEAR]


def _verdict(mood: MoodCompared | None, scores: tuple[ScoreCompared, ...]) -> Verdict:
    worths = {score.worth for score in _clear_scores(scores)}
    if mood and mood.turn is not Turn.UNCLEAR:
        worths.add(mood.worth)
    if not worths:
        return Verdict.UNCLEAR
    if {Worth.BETTER, Worth.WORSE} <= worths:
        return Verdict.MIXED
    if Worth.WORSE in worths:
        return Verdict.WORSE
    return Verdict.BETTER if Worth.BETTER in worths else Verdict.SAME


def _is_worse(mood: MoodCompared | None, scores: tuple[ScoreCompared, ...]) -> bool:
    large = (Turn.MUCH_LOWER, Turn.MUCH_HIGHER)
    parts: list[MoodCompared | ScoreCompared] = [*scores]
    if mood:
        parts.append(mood)
    return any(part.worth is Worth.WORSE and part.turn in large for part in parts)


def _comfort() -> str:
    return gettext("That can be hard to see. You could take this to your visit.")


def _sentence(
    voice: Voice,
    verdict: Verdict,
    frame: Windows,
    mood: MoodCompared | None,
    scores: tuple[ScoreCompared, ...],
) -> str:
    if verdict is Verdict.UNCLEAR:
        return _not_enough(voice)
    parts = [_mood_part(voice, mood)] if mood else []
    parts += _score_parts(voice, _clear_scores(scores))
    whole = listed(parts)
    whole = _held_against(whole, mood, scores)
    if frame.so_far:
        whole = gettext("so far, %(what)s", what=uncapital(whole))
    return capital(whole) + "."


def _not_enough(voice: Voice) -> str:
    if voice is Voice.PATIENT:
        return gettext("There is not enough logged yet to say. That is fine.")
    return gettext("There is not enough logged yet to say.")


def _held_against(
    whole: str, mood: MoodCompared | None, scores: tuple[ScoreCompared, ...]
) -> str:
    """The last turn decides between "than before" and "as before"."""
    turns = [mood.turn] if mood else []
    last = (turns + [score.turn for score in _clear_scores(scores)])[-1]
    if last is Turn.SAME:
        return gettext("%(what)s as before", what=whole)
    return gettext("%(what)s than before", what=whole)


def _mood_part(voice: Voice, mood: MoodCompared) -> str:
    words = _mood_words(mood)
    if voice is Voice.PATIENT or mood.before is None or mood.now is None:
        return words
    if mood.turn is Turn.UNCLEAR:
        return words
    return gettext(
        "%(words)s (%(before)s to %(now)s)",
        words=words,
        before=tenth(mood.before),
        now=tenth(mood.now),
    )


def _mood_words(mood: MoodCompared) -> str:
    standard = mood.scale is MoodScale.STANDARD
    match mood.turn:
        case Turn.UNCLEAR:
            return gettext("mood is hard to say yet")
        case Turn.SAME:
            return gettext("mood is about the same")
        case Turn.MUCH_HIGHER:
            if standard:
                return gettext("mood is higher")
            return gettext("mood is less steady")
        case _:
            return gettext("mood is lower") if standard else gettext("mood is steadier")


def _score_parts(voice: Voice, scores: list[ScoreCompared]) -> list[str]:
    if len(scores) > 1 and len({score.turn for score in scores}) == 1:
        return [_all_scores(voice, scores)]
    return [_one_score(voice, score) for score in scores]


def _all_scores(voice: Voice, scores: list[ScoreCompared]) -> str:
    words = turn_words(scores[0].turn)
    if len(scores) == 2:
        whole = gettext("both scores are %(turn)s", turn=words)
    else:
        whole = gettext(
            "all %(count)s scores are %(turn)s", count=len(scores), turn=words
        )
    if voice is Voice.PATIENT:
        return whole
    numbers = ", ".join(f"{score.score.code} {_from_to(score)}" for score in scores)
    return f"{whole} ({numbers})"


def _one_score(voice: Voice, score: ScoreCompared) -> str:
    whole = gettext(
        "%(code)s is %(turn)s", code=score.score.code, turn=turn_words(score.turn)
    )
    return whole if voice is Voice.PATIENT else f"{whole} ({_from_to(score)})"


def _from_to(score: ScoreCompared) -> str:
    if not score.before or not score.now:
        return ""
    return gettext(
        "%(before)s to %(now)s", before=score.before.total, now=score.now.total
    )


def turn_words(turn: Turn) -> str:
    """``a little lower`` and its like."""
    return {
        Turn.MUCH_LOWER: gettext("lower"),
        Turn.LITTLE_LOWER: gettext("a little lower"),
        Turn.SAME: gettext("about the same"),
        Turn.LITTLE_HIGHER: gettext("a little higher"),
        Turn.MUCH_HIGHER: gettext("higher"),
        Turn.UNCLEAR: gettext("hard to say yet"),
    }[turn]


def _changes_text(data: TimelineData, others: tuple[OtherChange, ...]) -> str:
    named = [
        gettext("%(what)s (%(day)s)", what=change.label, day=day_short(change.on))
        for change in others[:NAMED_CHANGES]
    ]
    more = len(others) - len(named)
    parts = []
    if named and more:
        parts.append(
            gettext(
                "Also changed: %(named)s and %(more)s more.",
                named=", ".join(named),
                more=more,
            )
        )
    elif named:
        parts.append(gettext("Also changed: %(named)s.", named=", ".join(named)))
    else:
        parts.append(gettext("No other change is written down for these weeks."))
    held = sessions_since(data)
    if held:
        parts.append(
            ngettext(
                "%(count)s session since then.", "%(count)s sessions since then.", held
            )
        )
    return " ".join(parts)


def _changes_short(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s other thing changed too.",
        "%(count)s other things changed too.",
        count,
    )


def _basis(
    frame: Windows, mood: MoodCompared | None, scores: tuple[ScoreCompared, ...]
) -> tuple[str, ...]:
    lines = [_window_basis(frame)]
    if mood:
        lines.append(_mood_basis(mood))
    lines += [_score_basis(score) for score in scores]
    return tuple(lines)


def _window_basis(frame: Windows) -> str:
    before = days_short(frame.before.start, frame.before.end)
    if not frame.now:
        return gettext(
            "Before is the %(length)s days to the day before the change: %(before)s. "
            "The first %(settling)s days after a change are left out, "
            "so there is no now yet.",
            length=LENGTH,
            before=before,
            settling=SETTLING,
        )
    now = days_short(frame.now.start, frame.now.end)
    if frame.so_far:
        return gettext(
            "Before is the %(length)s days to the day before the change: %(before)s. "
            "Now is %(now)s: the first %(settling)s days after the change are left "
            "out. It is less than 8 weeks ago, so this is how it looks so far.",
            length=LENGTH,
            before=before,
            now=now,
            settling=SETTLING,
        )
    return gettext(
        "Before is the %(length)s days to the day before the change: %(before)s. "
        "Now is the %(length)s days to today: %(now)s.",
        length=LENGTH,
        before=before,
        now=now,
    )


def _mood_basis(mood: MoodCompared) -> str:
    what = (
        gettext("Mood, average of each day, 1 to 7")
        if mood.scale is MoodScale.STANDARD
        else gettext("Mood, average distance from steady, 0 to 3, low and high apart")
    )
    return gettext(
        "%(what)s: %(before)s over %(days_before)s logged days before, %(now)s over "
        "%(days_now)s now. Each needs %(needed)s days; a difference of 0.5 or more "
        "counts.",
        what=what,
        before=_or_none(mood.before),
        days_before=mood.days_before,
        now=_or_none(mood.now),
        days_now=mood.days_now,
        needed=comparison.DAYS_NEEDED,
    )


def _or_none(value: Fraction | None) -> str:
    return gettext("nothing logged") if value is None else tenth(value)


def _score_basis(part: ScoreCompared) -> str:
    score = part.score
    numbers = gettext(
        "%(code)s, last form in each window: %(before)s before, %(now)s now.",
        code=score.code,
        before=_point_words(part.before),
        now=_point_words(part.now),
    )
    if score.clear is None or score.slight is None:
        return numbers
    steps = gettext(
        "%(clear)s points or more is lower or higher, %(slight)s or more is a little, "
        "less is about the same.",
        clear=score.clear,
        slight=score.slight,
    )
    return f"{numbers} {steps}"


def _point_words(point: ScorePoint | None) -> str:
    if point is None:
        return gettext("none")
    return gettext("%(total)s on %(day)s", total=point.total, day=day_short(point.on))
