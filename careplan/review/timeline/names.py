"""The full name of every mark: what a screen reader says and the table writes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from careplan.review.timeline import doses
from careplan.review.timeline.comparison import range_name
from careplan.review.timeline.course import full_name, level_word
from careplan.review.timeline.data import (
    AnswerState,
    DoseMark,
    Homework,
    Intake,
    Medicine,
    MoodPoint,
    Phase,
    PhaseKind,
    PracticeWeek,
    Run,
    Score,
    ScorePoint,
    Session,
    SessionState,
    SideEffect,
    SleepWeek,
    Step,
    StepState,
    Version,
    VersionState,
    Voice,
)
from careplan.review.timeline.svg import clean
from careplan.review.timeline.words import (
    amount,
    day_long,
    days_short,
    gettext,
    months_long,
    ngettext,
    number,
    tenth,
)


def dated(day: date, what: str) -> str:
    """``14 September 2026, ...``."""
    return gettext("%(day)s, %(what)s", day=day_long(day), what=what)


def step_words(medicine: Medicine, step: Step) -> str:
    """``sertraline from 50 to 100 mg``, with its state when it has not happened."""
    earlier = doses.before(medicine, step)
    parts = {
        "medicine": medicine.name,
        "dose": amount(step.dose, step.unit),
        "before": number(earlier.dose) if earlier else "",
    }
    if step.dose == 0:
        words = gettext("%(medicine)s stopped", **parts)
    elif earlier is None or earlier.dose == 0:
        words = gettext("%(medicine)s started, %(dose)s", **parts)
    else:
        words = gettext("%(medicine)s from %(before)s to %(dose)s", **parts)
    state = step_state(step.state)
    return f"{words}, {state}" if state else words


def step_state(state: StepState) -> str:
    """The state in a word; empty for a step that happened."""
    return {
        StepState.TAKEN: "",
        StepState.PLANNED: gettext("planned"),
        StepState.PROPOSED: gettext("suggested, not agreed yet"),
        StepState.HELD: gettext("on hold"),
    }[state]


def answer_words(medicine: Medicine, mark: DoseMark) -> str:
    """``sertraline missed``."""
    return gettext(
        "%(medicine)s %(answer)s",
        medicine=medicine.name,
        answer=answer_word(mark.state),
    )


def answer_word(state: AnswerState) -> str:
    """What happened to the dose, without blame."""
    return {
        AnswerState.MISSED: gettext("missed"),
        AnswerState.CHOSE_NOT: gettext("chose not to take"),
        AnswerState.PARTLY: gettext("partly taken"),
        AnswerState.LATE: gettext("taken late"),
    }[state]


def intake_words(medicine: Medicine, intake: Intake) -> str:
    """``lorazepam 0.5 mg, taken as needed``."""
    return gettext(
        "%(medicine)s %(dose)s, taken as needed",
        medicine=medicine.name,
        dose=amount(intake.dose, intake.unit),
    )


def session_words(session: Session) -> str:
    """``CBT session, did not happen``."""
    return f"{session.kind}, {session_state(session.state)}"


def session_state(state: SessionState) -> str:
    """How it ended, without blame."""
    return {
        SessionState.HELD: gettext("held"),
        SessionState.MISSED: gettext("did not happen"),
        SessionState.LATE_CANCELLED: gettext("cancelled late"),
        SessionState.MOVED: gettext("moved to another day"),
        SessionState.BOOKED: gettext("booked"),
    }[state]


def homework_words(mark: Homework) -> str:
    """``Thought record, homework done``."""
    return gettext("%(name)s, homework done", name=mark.name)


def mood_words(point: MoodPoint) -> str:
    """``mood 4 of 7``; on the elevated-aware scale low and high apart."""
    if point.value is not None:
        return gettext("mood %(value)s of 7", value=number(round(point.value, 1)))
    low, high = _side(point.low), _side(point.high)
    if point.low and point.high:
        return gettext(
            "mood mixed, low %(low)s and high %(high)s of 3", low=low, high=high
        )
    if point.low:
        return gettext("mood low %(low)s of 3", low=low)
    if point.high:
        return gettext("mood high %(high)s of 3", high=high)
    return gettext("mood steady")


class MoodNames:
    """The full names of many dots, escaped: what they share is said once."""

    def __init__(self) -> None:
        self.months = months_long()
        self.whole = clean(gettext("%(day)s, %(what)s"))
        self.mood = clean(gettext("mood %(value)s of 7"))

    def of(self, day: date, value: Decimal) -> str:
        """``14 September 2026, mood 4 of 7``."""
        said = f"{day.day} {self.months[day.month - 1]} {day.year}"
        figure = f"{value:.1f}".removesuffix(".0")
        return self.whole % {"day": said, "what": self.mood % {"value": figure}}


def _side(value: Decimal | None) -> str:
    return number(round(value or Decimal(0), 1))


def score_words(score: Score, point: ScorePoint) -> str:
    """``PHQ-9 7 of 27, mild``."""
    words = gettext(
        "%(code)s %(total)s of %(highest)s",
        code=score.code,
        total=point.total,
        highest=score.highest,
    )
    name = range_name(score, point.total)
    return f"{words}, {name}" if name else words


def run_words(effect: SideEffect, run: Run, voice: Voice) -> str:
    """``15 Sep to 25 Sep, feeling sick moderate``."""
    words = gettext(
        "%(days)s, %(effect)s %(level)s",
        days=days_short(run.start, run.end),
        effect=full_name(effect, voice),
        level=level_word(run.level),
    )
    if effect.linked:
        return gettext(
            "%(what)s, linked to %(change)s", what=words, change=effect.linked
        )
    return words


def sleep_words(week: SleepWeek) -> str:
    """``week of 1 June 2026, sleep 9.4 hours a night over 6 nights``."""
    nights = ngettext("%(count)s night", "%(count)s nights", week.nights)
    return gettext(
        "week of %(day)s, sleep %(hours)s hours a night over %(nights)s",
        day=day_long(week.week),
        hours=tenth(week.hours),
        nights=nights,
    )


def practice_words(name: str, week: PracticeWeek) -> str:
    """``week of 1 June 2026, morning walk on 4 days``."""
    days = ngettext("%(count)s day", "%(count)s days", week.done)
    return gettext(
        "week of %(day)s, %(name)s on %(days)s",
        day=day_long(week.week),
        name=name,
        days=days,
    )


def version_words(version: Version) -> str:
    """``plan version 6 agreed``."""
    if version.state is VersionState.AGREED:
        return gettext("plan version %(number)s agreed", number=version.number)
    return gettext(
        "plan version %(number)s suggested, not agreed yet", number=version.number
    )


def phase_name(kind: PhaseKind) -> str:
    """The phase in a word."""
    return {
        PhaseKind.STABILISE: gettext("Stabilise"),
        PhaseKind.HEAL: gettext("Heal"),
        PhaseKind.MAINTAIN: gettext("Maintain"),
        PhaseKind.TAPER: gettext("Taper"),
    }[kind]


def phase_words(phase: Phase) -> str:
    """``phase heal begins``."""
    return gettext("phase %(phase)s begins", phase=phase_name(phase.kind).lower())


def several(days: Sequence[date], what: str) -> str:
    """A mark that stands for more than one day: ``3 to 9 Aug, 4 times: ...``."""
    return gettext(
        "%(days)s, %(count)s times: %(what)s",
        days=days_short(min(days), max(days)),
        count=len(days),
        what=what,
    )
