"""Dose steps as stretches of time: what was in force, and what is meant to follow."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest

from careplan.review.timeline.data import Medicine, Range, Step, StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One dose from ``start`` to the day before ``until``.

    ``is_ahead`` is everything after today: the current dose going on, and steps
    that are planned or proposed. ``step`` is the step that began it.
    """

    start: date
    until: date
    dose: Decimal
    unit: str
    is_ahead: bool
    step: Step


def stretches(medicine: Medicine, days: Range) -> list[Stretch]:
    """All stretches that touch the range, in order. Held steps change nothing."""
    end = days.end + timedelta(days=1)
    taken = [s for s in medicine.steps if s.state is StepState.TAKEN]
    ahead = [
        s for s in medicine.steps if s.state in (StepState.PLANNED, StepState.PROPOSED)
    ]
    found = _in_force(taken, days.today, end) + _to_come(taken, ahead, days.today, end)
    return [s for s in found if s.until > days.start and s.start < end]


def _in_force(taken: list[Step], today: date, end: date) -> list[Stretch]:
    found = []
    for step, later in zip_longest(taken, taken[1:]):
        until = min(later.on if later else max(today, step.on), end)
        if until > step.on:
            found.append(_stretch(step, step.on, until))
    return found


def _to_come(
    taken: list[Step], ahead: list[Step], today: date, end: date
) -> list[Stretch]:
    steps = [(max(step.on, today), step) for step in ahead]
    if taken and (not steps or steps[0][0] > today):
        steps.insert(0, (today, taken[-1]))
    found = []
    for (start, step), later in zip_longest(steps, steps[1:]):
        until = later[0] if later else end
        if until > start:
            found.append(_stretch(step, start, until, is_ahead=True))
    return found


def _stretch(
    step: Step, start: date, until: date, *, is_ahead: bool = False
) -> Stretch:
    return Stretch(
        start=start,
        until=until,
        dose=step.dose,
        unit=step.unit,
        is_ahead=is_ahead,
        step=step,
    )


def current(medicine: Medicine, day: date) -> Step | None:
    """The step in force on this day, ``None`` before the first."""
    began = [s for s in medicine.steps if s.state is StepState.TAKEN and s.on <= day]
    return began[-1] if began else None


def before(medicine: Medicine, step: Step) -> Step | None:
    """The step that came before this one."""
    earlier = [
        s for s in medicine.steps if s.on < step.on and s.state is not StepState.HELD
    ]
    return earlier[-1] if earlier else None


def next_step(medicine: Medicine) -> Step | None:
    """The first step that has not happened: planned, proposed or held."""
    waiting = [s for s in medicine.steps if s.state is not StepState.TAKEN]
    return waiting[0] if waiting else None
