"""The medicine lanes: dose steps, what was taken against what was planned."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from careplan.plan.models import DoseStep, Medication
from careplan.plan.models.medication import Regimen
from careplan.review.gather.window import Window
from careplan.review.timeline.data import (
    AnswerState,
    DoseMark,
    Intake,
    Medicine,
    Step,
    StepState,
    Taken,
    monday,
)
from journal.models import DoseAnswer
from patients.topics import Topic

# A dose answer worth a mark; one taken as planned has none.
MARKS = {
    DoseAnswer.Answer.MISSED: AnswerState.MISSED,
    DoseAnswer.Answer.CHOSE_NOT: AnswerState.CHOSE_NOT,
    DoseAnswer.Answer.PARTLY: AnswerState.PARTLY,
    DoseAnswer.Answer.LATE: AnswerState.LATE,
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


def medicines(window: Window) -> tuple[Medicine, ...] | None:
    """Give one lane per medicine that has a dose in these days, or None."""
    if not window.opens(Topic.MEDICINES):
        return None
    steps = _steps(window)
    answers = _answers(window) if window.opens(Topic.DOSES) else None
    rows = Medication.objects.filter(patient=window.patient).exclude(
        state=Medication.State.REPORTED
    )
    lanes = (_lane(row, steps[row.pk], answers, window) for row in rows)
    return tuple(lane for lane in lanes if lane.steps or lane.intakes)


def _steps(window: Window) -> dict[object, list[DoseStep]]:
    rows = (
        DoseStep.objects.filter(patient=window.patient, state__in=STATES)
        .exclude(ended_on__lt=window.start)
        .order_by("order")
    )
    by_medicine: dict[object, list[DoseStep]] = defaultdict(list)
    for row in rows:
        by_medicine[row.medication_id].append(row)
    return by_medicine


def _answers(window: Window) -> dict[object, list[DoseAnswer]]:
    rows = DoseAnswer.objects.filter(
        **window.shown(), medication__isnull=False
    ).order_by("local_date")
    by_medicine: dict[object, list[DoseAnswer]] = defaultdict(list)
    for row in rows.only(
        "medication_id", "local_date", "slot", "answer", "amount", "unit"
    ):
        by_medicine[row.medication_id].append(row)
    return by_medicine


def _lane(
    row: Medication,
    steps: list[DoseStep],
    answers: dict[object, list[DoseAnswer]] | None,
    window: Window,
) -> Medicine:
    mine = answers.get(row.pk, []) if answers is not None else []
    as_needed = bool(steps) and all(s.regimen == Regimen.AS_NEEDED for s in steps)
    regular = [s for s in steps if s.regimen == Regimen.REGULAR]
    return Medicine(
        ref=f"medicine:{row.pk}",
        name=row.name,
        purpose=row.purpose,
        steps=tuple(_drawn(regular, row, window)),
        answers=None if answers is None else tuple(_marks(mine, window)),
        weeks=None if answers is None else tuple(_weeks(mine)),
        intakes=tuple(_intakes(mine, row, window)) if as_needed else (),
        as_needed=as_needed,
        recent=None if answers is None else _recent(mine, window),
        url=f"/p/{window.patient.pk}/plan/medicines/{row.pk}/",
    )


def _drawn(
    steps: Iterable[DoseStep], row: Medication, window: Window
) -> Iterable[Step]:
    """Give the steps in order of date, one a day, and the stop as a dose of 0."""
    by_day: dict[dt.date, Step] = {}
    for step in steps:
        day = step.started_on or step.not_before
        if day is not None and day <= window.end:
            state = STATES[DoseStep.State(step.state)]
            by_day[day] = Step(on=day, dose=step.amount, unit=row.unit, state=state)
    if row.stopped_on and by_day and row.stopped_on <= window.last_logged:
        by_day[row.stopped_on] = Step(
            on=row.stopped_on, dose=Decimal(0), unit=row.unit, state=StepState.TAKEN
        )
    return [by_day[day] for day in sorted(by_day)]


def _marks(answers: Iterable[DoseAnswer], window: Window) -> Iterable[DoseMark]:
    """Give one mark a day: the first answer that differs from the plan."""
    marks: dict[dt.date, DoseMark] = {}
    for row in answers:
        state = MARKS.get(DoseAnswer.Answer(row.answer))
        if state and row.slot:
            url = window.day_url().replace("{day}", row.local_date.isoformat())
            marks.setdefault(
                row.local_date, DoseMark(on=row.local_date, state=state, url=url)
            )
    return marks.values()


def _weeks(answers: Iterable[DoseAnswer]) -> Iterable[Taken]:
    weeks: dict[dt.date, list[DoseAnswer]] = defaultdict(list)
    for row in answers:
        if row.slot:
            weeks[monday(row.local_date)].append(row)
    return [_taken(week, rows) for week, rows in sorted(weeks.items())]


def _taken(week: dt.date, rows: list[DoseAnswer]) -> Taken:
    done = sum(row.answer in COUNTED_AS_TAKEN for row in rows)
    return Taken(week=week, taken=done, planned=len(rows))


def _recent(answers: list[DoseAnswer], window: Window) -> Taken | None:
    since = window.today - RECENT
    rows = [row for row in answers if row.slot and row.local_date >= since]
    return _taken(since, rows) if rows else None


def _intakes(
    answers: Iterable[DoseAnswer], row: Medication, window: Window
) -> Iterable[Intake]:
    days: dict[dt.date, Decimal] = defaultdict(Decimal)
    for answer in answers:
        days[answer.local_date] += answer.amount or Decimal(0)
    url = window.day_url()
    return [
        Intake(on=day, dose=dose, unit=row.unit, url=url.replace("{day}", f"{day}"))
        for day, dose in sorted(days.items())
        if dose > 0
    ]
