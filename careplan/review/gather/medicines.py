"""The medicine lanes: dose steps, what was taken against what was planned."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import CharField, Count, DateField, Q
from django.db.models.functions import Cast, JSONObject, TruncWeek

from careplan.common.postgresql.prepared import Prepared
from careplan.plan.models import DoseStep, Medication
from careplan.plan.models.medication import Regimen
from careplan.review.gather.plan import Proposed
from careplan.review.gather.window import Window, shown
from careplan.review.timeline.data import (
    AnswerState,
    DoseMark,
    Intake,
    Medicine,
    Step,
    StepState,
    Taken,
)
from journal.models import DoseAnswer
from patients.topics import Topic

# A dose answer worth a mark; one taken as planned has none.
MARKS = {
    DoseAnswer.Answer.MISSED.value: AnswerState.MISSED,
    DoseAnswer.Answer.CHOSE_NOT.value: AnswerState.CHOSE_NOT,
    DoseAnswer.Answer.PARTLY.value: AnswerState.PARTLY,
    DoseAnswer.Answer.LATE.value: AnswerState.LATE,
}
COUNTED_AS_TAKEN = (DoseAnswer.Answer.TAKEN, DoseAnswer.Answer.LATE)
STATES: Mapping[str, StepState] = {
    DoseStep.State.PAST.value: StepState.TAKEN,
    DoseStep.State.CURRENT.value: StepState.TAKEN,
    DoseStep.State.RELEASED.value: StepState.PLANNED,
    DoseStep.State.PLANNED.value: StepState.PLANNED,
    DoseStep.State.HELD.value: StepState.HELD,
}
RECENT = dt.timedelta(days=27)  # with today: four weeks
DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class _Answers:
    """What was answered about one medicine, already summed by week in SQL."""

    weeks: list[Taken] = field(default_factory=list)
    marks: dict[str, AnswerState] = field(default_factory=dict)
    intakes: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    recent_taken: int = 0
    recent_planned: int = 0


def medicines(
    window: Window, proposed: Sequence[Proposed] = ()
) -> tuple[Medicine, ...] | None:
    """Give one lane per medicine that has a dose in these days, or None."""
    if not window.opens(Topic.MEDICINES):
        return None
    steps = _steps(window)
    answers = _answers(window) if window.opens(Topic.DOSES) else None
    lanes = [
        _lane(mine, answers, [p for p in proposed if p.medication == pk], window)
        for pk, mine in steps.items()
    ]
    lanes += [_only_proposed(p, window) for p in proposed if p.medication is None]
    return tuple(lane for lane in lanes if lane.steps or lane.intakes)


class _Step(NamedTuple):
    """One row of a dose with what the lane needs of its medicine."""

    medication: UUID
    name: str
    purpose: str
    unit: str
    stopped_on: dt.date | None
    regimen: str
    state: str
    amount: Decimal
    started_on: dt.date | None
    not_before: dt.date | None


@Prepared
def _all_steps(*, patient: UUID, start: dt.date) -> Any:
    return (
        DoseStep.objects.filter(patient=patient, state__in=STATES)
        .exclude(ended_on__lt=start)
        .exclude(medication__state=Medication.State.REPORTED)
        .order_by("medication__created_at", "medication_id", "order")
        .values_list(
            "medication_id", "medication__name", "medication__purpose",
            "medication__unit", "medication__stopped_on", "regimen", "state",
            "amount", "started_on", "not_before",
        )
    )  # fmt: skip


def _steps(window: Window) -> dict[UUID, list[_Step]]:
    by_medicine: dict[UUID, list[_Step]] = defaultdict(list)
    for row in _all_steps(patient=window.patient.pk, start=window.start):
        by_medicine[row[0]].append(_Step(*row))
    return by_medicine


def _answers(window: Window) -> dict[UUID, _Answers]:
    found: dict[UUID, _Answers] = defaultdict(_Answers)
    recent = window.today - RECENT
    for row in _weeks(window.is_own, recent=recent, **window.days()):
        medication, week, planned, taken, recent_planned, recent_taken, *told = row
        mine = found[medication]
        if planned:
            mine.weeks.append(Taken(week=week, taken=taken, planned=planned))
        mine.recent_taken += recent_taken
        mine.recent_planned += recent_planned
        _days(mine, *(json.loads(one) if one else () for one in told))
    return found


@Prepared
def _weeks(is_own: bool, *, recent: dt.date, **days: Any) -> Any:  # noqa: FBT001 - its shape
    scheduled = ~Q(slot="")
    taken = scheduled & Q(answer__in=COUNTED_AS_TAKEN)
    newest = Q(local_date__gte=recent)
    day = Cast("local_date", CharField())
    amount = Cast("amount", CharField())
    return (
        DoseAnswer.objects.filter(**shown(is_own, **days), medication__isnull=False)
        .annotate(week=Cast(TruncWeek("local_date"), DateField()))
        .values("medication_id", "week")
        .annotate(
            planned=Count("id", filter=scheduled),
            taken=Count("id", filter=taken),
            recent_planned=Count("id", filter=scheduled & newest),
            recent_taken=Count("id", filter=taken & newest),
            marks=JSONBAgg(
                JSONObject(day=day, answer="answer"),
                filter=scheduled & Q(answer__in=list(MARKS)),
            ),
            intakes=JSONBAgg(
                JSONObject(day=day, amount=amount), filter=Q(slot="", amount__gt=0)
            ),
        )
        .order_by("week")
        .values_list(
            "medication_id", "week", "planned", "taken", "recent_planned",
            "recent_taken", "marks", "intakes",
        )
    )  # fmt: skip


def _days(
    mine: _Answers,
    marks: Iterable[Mapping[str, str]],
    intakes: Iterable[Mapping[str, str]],
) -> None:
    """Keep one mark a day, the first answer that differs, and each day's intakes."""
    for mark in marks:
        mine.marks.setdefault(mark["day"], MARKS[mark["answer"]])
    for intake in intakes:
        mine.intakes[intake["day"]] += Decimal(intake["amount"])


def _lane(
    steps: list[_Step],
    answers: dict[UUID, _Answers] | None,
    proposed: Sequence[Proposed],
    window: Window,
) -> Medicine:
    row = steps[0]
    pk = row.medication
    mine = answers.get(pk, _Answers()) if answers is not None else None
    as_needed = all(step.regimen == Regimen.AS_NEEDED for step in steps)
    return Medicine(
        ref=f"medicine:{pk}",
        name=row.name,
        purpose=row.purpose,
        steps=() if as_needed else tuple(_drawn(steps, row, proposed, window)),
        answers=None if mine is None else tuple(_marks(mine, window)),
        weeks=None if mine is None else tuple(mine.weeks),
        intakes=tuple(_intakes(mine, row, window)) if as_needed and mine else (),
        as_needed=as_needed,
        recent=_recent(mine, window),
        url=f"/p/{window.patient.pk}/plan/medicines/{pk}/",
    )


def _only_proposed(proposed: Proposed, window: Window) -> Medicine:
    return Medicine(
        ref=f"suggested:{proposed.url}",
        name=proposed.name,
        steps=tuple(_suggested([proposed], {}, proposed.unit or "mg", window)),
        answers=None,
        weeks=None,
        url=proposed.url,
    )


def _drawn(
    steps: Iterable[_Step],
    row: _Step,
    proposed: Sequence[Proposed],
    window: Window,
) -> list[Step]:
    """Give the steps in order of date, one a day, and the stop as a dose of 0."""
    by_day: dict[dt.date, Step] = {}
    for step in steps:
        day = step.started_on or _ahead(step.not_before, window)
        if step.regimen == Regimen.REGULAR and day is not None and day <= window.end:
            state = STATES[step.state]
            by_day[day] = Step(on=day, dose=step.amount, unit=row.unit, state=state)
    if row.stopped_on and by_day and row.stopped_on <= window.last_logged:
        by_day[row.stopped_on] = Step(
            on=row.stopped_on, dose=Decimal(0), unit=row.unit, state=StepState.TAKEN
        )
    for step in _suggested(proposed, by_day, row.unit, window):
        by_day[step.on] = step
    return [by_day[day] for day in sorted(by_day)]


def _ahead(day: dt.date | None, window: Window) -> dt.date | None:
    """A step that has not begun lies ahead, however old its "not before" is."""
    return None if day is None else max(day, window.today + DAY)


def _suggested(
    proposed: Iterable[Proposed],
    taken: Mapping[dt.date, Step],
    unit: str,
    window: Window,
) -> list[Step]:
    found: dict[dt.date, Step] = {}
    for suggestion in proposed:
        for not_before, dose in suggestion.steps:
            day = max(not_before, window.today + DAY)
            if day <= window.end and day not in taken:
                state, url = StepState.PROPOSED, suggestion.url
                step = Step(on=day, dose=dose, unit=unit, state=state, url=url)
                found.setdefault(day, step)
    return [found[day] for day in sorted(found)]


def _marks(mine: _Answers, window: Window) -> Iterable[DoseMark]:
    return [
        DoseMark(
            on=dt.date.fromisoformat(day),
            state=state,
            url=window.day_url().replace("{day}", day),
        )
        for day, state in sorted(mine.marks.items())
    ]


def _recent(mine: _Answers | None, window: Window) -> Taken | None:
    if mine is None or not mine.recent_planned:
        return None
    return Taken(
        week=window.today - RECENT,
        taken=mine.recent_taken,
        planned=mine.recent_planned,
    )


def _intakes(mine: _Answers, row: _Step, window: Window) -> Iterable[Intake]:
    url = window.day_url()
    return [
        Intake(
            on=dt.date.fromisoformat(day),
            dose=dose,
            unit=row.unit,
            url=url.replace("{day}", day),
        )
        for day, dose in sorted(mine.intakes.items())
    ]
