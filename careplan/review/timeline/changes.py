"""What else changed: everything that could also be behind a difference."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from careplan.review.timeline import names
from careplan.review.timeline.data import (
    Medicine,
    PivotKind,
    SessionState,
    Span,
    Step,
    StepState,
    TimelineData,
)
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import amount, gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherChange:
    """Something else that happened between 28 days before the change and today."""

    on: date
    label: str
    url: str | None = None


def other_changes(data: TimelineData) -> tuple[OtherChange, ...]:
    """Every other dose change, plan change, therapy start and life event between
    28 days before the change and today, in order of date."""
    if not data.pivot:
        return ()
    today = data.range.today
    start = windows(data.pivot.on, today=today).before.start
    if start > today:
        return ()
    around = Span(start=start, end=today)
    found = [change for change in _all(data) if change.on in around]
    return tuple(sorted(found, key=lambda change: change.on))


def _all(data: TimelineData) -> Iterator[OtherChange]:
    for medicine in data.medicines or ():
        yield from _steps(data, medicine)
    yield from _starts(data)
    for event in data.events or ():
        if not _is_pivot(data, PivotKind.EVENT, event.on, event.ref or event.name):
            yield OtherChange(on=event.on, label=event.name, url=event.url)
    for phase in data.phases or ():
        if not _began_with_pivot(data, phase.start):
            words = names.phase_words(phase)
            yield OtherChange(on=phase.start, label=words, url=phase.url)
    for change in data.changes:
        if not _is_pivot(data, PivotKind.PLAN, change.on, change.ref):
            yield OtherChange(on=change.on, label=change.label, url=change.url)


def _steps(data: TimelineData, medicine: Medicine) -> Iterator[OtherChange]:
    before: Step | None = None
    for step in medicine.steps:
        if step.state is not StepState.TAKEN:
            continue
        same = before is not None and before.dose == step.dose
        if not same and not _is_pivot(data, PivotKind.DOSE, step.on, medicine.ref):
            label = step_words(medicine, before, step)
            yield OtherChange(on=step.on, label=label, url=step.url or medicine.url)
        before = step


def _starts(data: TimelineData) -> Iterator[OtherChange]:
    therapy = data.therapy
    if not therapy or not therapy.started:
        return
    if not _is_pivot(data, PivotKind.THERAPY, therapy.started, therapy.ref):
        label = gettext("%(therapy)s started", therapy=therapy.label)
        yield OtherChange(on=therapy.started, label=label, url=therapy.url)


def _is_pivot(data: TimelineData, kind: PivotKind, day: date, ref: str) -> bool:
    pivot = data.pivot
    return bool(
        pivot and pivot.kind is kind and pivot.on == day and pivot.ref in ("", ref)
    )


def _began_with_pivot(data: TimelineData, day: date) -> bool:
    """A phase is agreed in a version: asked about that version, it is not another."""
    pivot = data.pivot
    return bool(pivot and pivot.kind is PivotKind.PLAN and pivot.on == day)


def step_words(medicine: Medicine, before: Step | None, step: Step) -> str:
    """``mirtazapine 30 → 15 mg``, ``started``, ``stopped``."""
    if step.dose == 0:
        return gettext("%(medicine)s stopped", medicine=medicine.name)
    if before is None or before.dose == 0:
        dose = amount(step.dose, step.unit)
        return gettext(
            "%(medicine)s started, %(dose)s", medicine=medicine.name, dose=dose
        )
    return gettext(
        "%(medicine)s %(before)s → %(after)s",
        medicine=medicine.name,
        before=amount(before.dose, ""),
        after=amount(step.dose, step.unit),
    )


def sessions_since(data: TimelineData) -> int:
    """Sessions held from the day of the change to today."""
    if not data.pivot or not data.therapy:
        return 0
    return sum(
        session.state is SessionState.HELD
        and data.pivot.on <= session.on <= data.range.today
        for session in data.therapy.sessions
    )
