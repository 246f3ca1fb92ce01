"""Checks that follow from a medicine, with their dates (N14), and early reviews.

The table is medicine_rules.json; every date carries its rule, condition and source.
Dates are for clinicians to plan by: nothing is ordered. A check done up to a quarter
of its interval early counts [P]; a baseline counts from 90 days before the start [P].
"""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from careplan.common.catalogue import medicine_rules
from careplan.common.catalogue.medicine_rules import Monitoring, ScheduleLine
from careplan.common.catalogue.medicines import Medicine

YOUNG_UNTIL = 25
BASELINE_COUNTS_FOR = timedelta(days=90)
AGAIN = frozenset({"last_check", "last_level"})
EVERY_CHECK_IN = "every_check_in"
RASH_RULE = "m_ltg_rash"


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine as taken, and what the schedules depend on.

    ``age`` none = not known, which counts as young. ``level_stable_since`` and
    ``closer_watch`` are marks a clinician sets (lithium).
    """

    started_on: date
    raised_on: date | None = None
    changed_on: date | None = None
    treatment_started_on: date | None = None
    remission_on: date | None = None
    age: int | None = None
    raised_suicide_concern: bool = False
    level_stable_since: date | None = None
    closer_watch: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One check and the day it is due. ``condition`` says for whom, in words."""

    rule_id: str
    what: str
    when: str
    due_on: date
    condition: str | None
    source: str
    is_draft: bool

    def is_overdue(self, today: date) -> bool:
        return self.due_on < today


@dataclass(frozen=True, slots=True)
class WeightGain:
    """Percent above the start weight, one decimal for showing."""

    percent: Decimal
    needs_review: bool


def due_checks(
    medicine: Medicine,
    course: Course,
    *,
    done: Mapping[str, tuple[date, ...]],
    today: date,
) -> tuple[Due, ...]:
    """Everything still to do for the medicine, earliest first.

    ``done`` holds the days each check was done, by ``done_under``: the whole check
    stands for its parts, a part for itself alone. Lines without a date ("when
    symptomatic") are in ``undated_lines``.
    """
    found = [
        due
        for rule in medicine_rules.monitoring_for(medicine)
        for due in _due_lines(rule, course, done, today)
    ]
    return tuple(sorted(found, key=lambda row: (row.due_on, row.rule_id, row.when)))


def done_under(rule_id: str, when: str) -> str:
    """Name what was done: the rule, or the part of its check that this line asks for."""
    try:
        lines = medicine_rules.monitoring(rule_id).schedule
    except KeyError:  # written from a table of before
        return rule_id
    return _under(rule_id, next((one.what for one in lines if one.when == when), None))


def _under(rule_id: str, part: str | None) -> str:
    return f"{rule_id}: {part}" if part else rule_id


def undated_lines(medicine: Medicine) -> tuple[tuple[Monitoring, ScheduleLine], ...]:
    """Checks that go by symptoms or by every review, not by a date."""
    return tuple(
        (rule, line)
        for rule in medicine_rules.monitoring_for(medicine)
        for line in rule.schedule
        if line.applies == EVERY_CHECK_IN or _has_no_date(line)
    )


def for_whom(rule_id: str, when: str) -> str:
    """Say for whom the lines of that name are, with their day; "" when for everybody.

    A concern about suicide risk moves the first review of an antidepressant to one
    week, and the table cannot know of it: the prescriber reads whom each day is for.
    """
    try:
        lines = medicine_rules.monitoring(rule_id).schedule
    except KeyError:  # written from a table of before
        return ""
    found = [one for one in lines if one.when == when and one.condition]
    if len(found) == 1 and found[0].condition:
        return found[0].condition
    words = _("day {day}: {whom}")
    return "; ".join(words.format(day=o.due_days, whom=o.condition) for o in found)


def rash_question_until(started_on: date) -> date:
    """Lamotrigine: a rash is asked about at every check-in until this day [U label].

    Counts from a restart again.
    """
    (line,) = medicine_rules.monitoring(RASH_RULE).schedule
    return started_on + timedelta(days=line.due_days or 0)


def weight_gain(start_kg: Decimal, now_kg: Decimal) -> WeightGain:
    """5 % or more above the start weight asks for a review (case 107).

    On an antipsychotic [V ADA/APA 2004 consensus]. Refuses a weight of 0 or less.
    """
    if start_kg <= 0 or now_kg <= 0:
        raise ValueError("a weight is above 0")
    percent = 100 * (now_kg - start_kg) / start_kg
    return WeightGain(
        percent.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP),
        needs_review=20 * (now_kg - start_kg) >= start_kg,
    )


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last one that month has."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _due_lines(
    rule: Monitoring, course: Course, done: Mapping[str, tuple[date, ...]], today: date
) -> Iterator[Due]:
    for line in rule.schedule:
        counted = {rule.id, _under(rule.id, line.what)}
        days = tuple(day for name in counted for day in done.get(name, ()))
        due_on = _due_on(line, course, days, today)
        if due_on is not None:
            yield Due(
                rule_id=rule.id,
                what=line.what or rule.what,
                when=line.when,
                due_on=due_on,
                condition=line.condition,
                source=rule.source,
                is_draft=rule.is_draft,
            )


def _due_on(
    line: ScheduleLine, course: Course, done: tuple[date, ...], today: date
) -> date | None:
    """The line's next day; none when it does not apply, has no date, or is done."""
    if _has_no_date(line) or not _applies(line, course, today):
        return None
    if _comes_again(line):
        return _after(line, max([course.started_on, *done]))
    anchor = _anchor(line, course)
    if anchor is None:
        return None
    due_on = _after(line, anchor)
    return None if _is_done(line, due_on, anchor, done) else due_on


def _has_no_date(line: ScheduleLine) -> bool:
    counts = line.due_days is not None or line.every_months is not None
    return not counts and line.anchor != "dose_change"


def _comes_again(line: ScheduleLine) -> bool:
    staged = (line.applies or "").startswith("months_")
    return staged or line.anchor in AGAIN or line.every_months is not None


def _after(line: ScheduleLine, anchor: date) -> date:
    if line.every_months is not None:
        return add_months(anchor, line.every_months)
    return anchor + timedelta(days=line.due_days or 0)


def _is_done(
    line: ScheduleLine, due_on: date, anchor: date, done: tuple[date, ...]
) -> bool:
    early = timedelta(days=(line.due_days or 0) // 4)
    earliest = due_on - early
    if line.due_days == 0:
        earliest = anchor - BASELINE_COUNTS_FOR
    return any(day >= earliest for day in done)


def _anchor(line: ScheduleLine, course: Course) -> date | None:
    anchors: Mapping[str, date | None] = {
        "start": course.started_on,
        "start_or_increase": max(course.started_on, course.raised_on or date.min),
        "dose_change": course.changed_on,
        "treatment_start": course.treatment_started_on or course.started_on,
        "remission": course.remission_on,
    }
    return anchors.get(line.anchor or "start")


def _applies(line: ScheduleLine, course: Course, today: date) -> bool:
    """Whether the person is at the stage the line is for."""
    if line.anchor == "remission" and course.remission_on is None:
        return False
    stage = STAGES.get(line.applies or "")
    if stage is None:
        return line.applies is None
    return stage(course, today)


def _is_early_review(course: Course, today: date) -> bool:
    young = course.age is None or course.age <= YOUNG_UNTIL
    return young or course.raised_suicide_concern


def _months(course: Course, today: date, since: int, until: int | None) -> bool:
    begins = add_months(course.started_on, since)
    return begins <= today and (
        until is None or today < add_months(course.started_on, until)
    )


def _is_stable(course: Course, today: date, *, later: bool) -> bool:
    if course.level_stable_since is None:
        return False
    return (today >= add_months(course.started_on, 12)) is later


STAGES: Mapping[str, Callable[[Course, date], bool]] = {
    "early_review": _is_early_review,
    "usual_review": lambda course, today: not _is_early_review(course, today),
    "until_stable": lambda course, today: course.level_stable_since is None,
    "stable_year_1": lambda course, today: _is_stable(course, today, later=False),
    "stable_later": lambda course, today: (
        _is_stable(course, today, later=True) and not course.closer_watch
    ),
    "stable_closer_watch": lambda course, today: (
        _is_stable(course, today, later=True) and course.closer_watch
    ),
    "months_0_to_6": lambda course, today: _months(course, today, 0, 6),
    "months_6_to_12": lambda course, today: _months(course, today, 6, 12),
    "months_12_on": lambda course, today: _months(course, today, 12, None),
}
