"""The medicine lanes: dose steps, what was taken against what was planned."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast, JSONObject, TruncWeek

from careplan.plan.models import DoseStep, Medication
from careplan.plan.models.medication import Regimen
from careplan.review.gather.plan import Proposed
from careplan.review.gather.window import Window
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
STATES = {
    DoseStep.State.PAST: StepState.TAKEN,
    DoseStep.State.CURRENT: StepState.TAKEN,
    DoseStep.State.RELEASED: StepState.PLANNED,
    DoseStep.State.PLANNED: StepState.PLANNED,
    DoseStep.State.HELD: StepState.HELD,
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


def _steps(window: Window) -> dict[UUID, list[DoseStep]]:
    rows = (
        DoseStep.objects.filter(patient=window.patient, state__in=STATES)
        .exclude(ended_on__lt=window.start)
        .exclude(medication__state=Medication.State.REPORTED)
        .select_related("medication")
        .order_by("medication__created_at", "medication_id", "order")
    )
    by_medicine: dict[UUID, list[DoseStep]] = defaultdict(list)
    for row in rows:
        by_medicine[row.medication_id].append(row)
    return by_medicine


def _answers(window: Window) -> dict[UUID, _Answers]:
    found: dict[UUID, _Answers] = defaultdict(_Answers)
    for row in _weeks(window):
        mine = found[row["medication_id"]]
        if row["planned"]:
            week = row["week"]
            taken, planned = row["taken"], row["planned"]
            mine.weeks.append(Taken(week=week, taken=taken, planned=planned))
        mine.recent_taken += row["recent_taken"]
        mine.recent_planned += row["recent_planned"]
        _days(mine, row)
    return found


def _weeks(window: Window) -> Iterable[Mapping[str, Any]]:
    scheduled = ~Q(slot="")
    taken = scheduled & Q(answer__in=COUNTED_AS_TAKEN)
    recent = Q(local_date__gte=window.today - RECENT)
    day = Cast("local_date", CharField())
    amount = Cast("amount", CharField())
    return (
        DoseAnswer.objects.filter(**window.shown(), medication__isnull=False)
        .annotate(week=TruncWeek("local_date"))
        .values("medication_id", "week")
        .annotate(
            planned=Count("id", filter=scheduled),
            taken=Count("id", filter=taken),
            recent_planned=Count("id", filter=scheduled & recent),
            recent_taken=Count("id", filter=taken & recent),
            marks=JSONBAgg(
                JSONObject(day=day, answer="answer"),
                filter=scheduled & Q(answer__in=list(MARKS)),
            ),
            intakes=JSONBAgg(
                JSONObject(day=day, amount=amount), filter=Q(slot="", amount__gt=0)
            ),
        )
        .order_by("week")
    )


def _days(mine: _Answers, row: Mapping[str, Any]) -> None:
    """Keep one mark a day, the first answer that differs, and each day's intakes."""
    for mark in row["marks"] or ():
        mine.marks.setdefault(mark["day"], MARKS[mark["answer"]])
    for intake in row["intakes"] or ():
        mine.intakes[intake["day"]] += Decimal(intake["amount"])


def _lane(
    steps: list[DoseStep],
    answers: dict[UUID, _Answers] | None,
    proposed: Sequence[Proposed],
    window: Window,
) -> Medicine:
    row = steps[0].medication
    mine = answers.get(row.pk, _Answers()) if answers is not None else None
    as_needed = all(step.regimen == Regimen.AS_NEEDED for step in steps)
    return Medicine(
        ref=f"medicine:{row.pk}",
        name=row.name,
        purpose=row.purpose,
        steps=() if as_needed else tuple(_drawn(steps, row, proposed, window)),
        answers=None if mine is None else tuple(_marks(mine, window)),
        weeks=None if mine is None else tuple(mine.weeks),
        intakes=tuple(_intakes(mine, row, window)) if as_needed and mine else (),
        as_needed=as_needed,
        recent=_recent(mine, window),
        url=f"/p/{window.patient.pk}/plan/medicines/{row.pk}/",
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
    steps: Iterable[DoseStep],
    row: Medication,
    proposed: Sequence[Proposed],
    window: Window,
) -> list[Step]:
    """Give the steps in order of date, one a day, and the stop as a dose of 0."""
    by_day: dict[dt.date, Step] = {}
    for step in steps:
        day = step.started_on or _ahead(step.not_before, window)
        if step.regimen == Regimen.REGULAR and day is not None and day <= window.end:
            state = STATES[DoseStep.State(step.state)]
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


def _intakes(mine: _Answers, row: Medication, window: Window) -> Iterable[Intake]:
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
