"""What a medicine's line and its own page say, from rows already read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from careplan.common.clock import local_date
from careplan.plan import (
    contents,
    ledger,
    queries,
    wording,
)
from careplan.plan.access import Room
from careplan.plan.models import (
    DoseStep,
    Hold,
    Medication,
    Proposal,
)
from careplan.plan.step_figure import Point, Schedule
from careplan.plan.step_rows import StepRow, taken
from careplan.plan.tablets import Strength
from patients import access


@dataclass(frozen=True)
class MedicineLine:
    """One medicine on the plan page."""

    id: UUID
    name: str
    dose: str
    times: str
    about: str
    is_changing: bool
    is_held: bool
    is_told: bool
    next_step: str


def medicine_rows(room: Room) -> list[Medication]:
    """Return the medicines of the plan with everything their lines say."""
    return queries.lay_times(queries.medicines(room.patient, watched=True))


def current_steps(rows: Iterable[Medication]) -> dict[UUID, DoseStep]:
    """Return the regular step in force of each medicine, from prefetched rows."""
    return {
        row.pk: step
        for row in rows
        for step in row.steps.all()
        if step.state == DoseStep.State.CURRENT and step.regimen == "regular"
    }


def medicine_lines(
    rows: Sequence[Medication] | None, open_ones: Iterable[Proposal]
) -> tuple[MedicineLine, ...] | None:
    """Return the lines of the plan page; None where medicines are not open."""
    if rows is None:
        return None
    changing = queries.open_medicine_keys(open_ones)
    return tuple(_medicine_line(row, changing) for row in rows)


def _medicine_line(row: Medication, changing: set[str]) -> MedicineLine:
    steps = list(row.steps.all())
    now = next(
        (s for s in steps if s.state == "current" and s.regimen == "regular"), None
    )
    slots = {time.slot: time.amount for time in now.times.all()} if now else {}
    ahead = contents.steps_ahead(row)
    return MedicineLine(
        id=row.pk,
        name=row.name,
        dose=wording.dose(now.amount, now.unit) if now else row.reported_dose,
        times=_when_taken(now, slots) if now else contents.as_needed(row),
        about=_about(row),
        is_changing=str(row.pk) in changing,
        is_held=any(step.state == "held" for step in steps),
        is_told=row.state == Medication.State.REPORTED,
        next_step=_next_words(ahead),
    )


def _when_taken(now: DoseStep, slots: Mapping[str, Decimal]) -> str:
    parts = wording.times(slots, now.unit), wording.every(now.every_days)
    return ", ".join(part for part in parts if part)


def _next_words(ahead: Sequence[DoseStep]) -> str:
    if not ahead:
        return ""
    step = ahead[0]
    dose = contents.step_words(step)
    if step.state == "held":
        return _("Next would be {dose}. It is held.").format(dose=dose)
    if step.not_before is None:
        return _("Next: {dose}.").format(dose=dose)
    return _("Next: {dose}, not before {day}.").format(
        dose=dose, day=wording.short_day(step.not_before)
    )


def _about(row: Medication) -> str:
    parts = []
    if row.purpose:
        parts.append(_("For {purpose}.").format(purpose=row.purpose))
    if row.state == Medication.State.REPORTED:
        parts.append(_("Told by you, not yet taken over by a prescriber."))
    elif row.stopped_on:
        parts.append(_stopped(row, row.stopped_on))
    elif row.started_on:
        parts.append(_("Since {day}.").format(day=wording.short_day(row.started_on)))
    if row.prescriber:
        parts.append(_("Prescribed by {name}.").format(name=row.prescriber.name))
    return " ".join(parts)


def _stopped(row: Medication, on: date) -> str:
    """Say when the last dose was, why, and how long the watch goes on."""
    day = wording.short_day(on)
    why = row.stopped_because.rstrip(".")
    words = _("Stopped {day}: {why}.").format(day=day, why=why)
    until = getattr(row, "watch_until", None)
    if until is None:
        return words
    return f"{words} " + _("We keep watching until {day}.").format(
        day=wording.day(until)
    )


@dataclass(frozen=True)
class MedicinePage:
    """One medicine as its page shows it."""

    row: Medication
    line: MedicineLine
    steps: tuple[StepRow, ...]
    tablets: str
    hold: Hold | None
    may_hold: bool
    may_release: DoseStep | None
    may_end_hold: bool
    today_step: DoseStep | None
    counted: str
    figure: Schedule | None
    needed: str
    may_propose: bool


def page(row: Medication, room: Room, *, now: datetime) -> MedicinePage:
    """Return one medicine's page from its prefetched parts."""
    today = local_date(now, room.patient.time_zone)
    steps = [
        s for s in row.steps.all() if s.state != "cancelled" and s.regimen == "regular"
    ]
    strengths = [Strength(s.amount, s.can_be_halved) for s in row.strengths.all()]
    current = next((s for s in steps if s.state == "current"), None)
    waiting = [s for s in steps if s.state in ("planned", "released", "held")]
    hold = next((h for h in row.holds.all() if h.closed_at is None), None)
    may_prescribe = room.may(access.PRESCRIBE)
    row.watch_until = _watched(row)  # type: ignore[attr-defined]  # for its line
    return MedicinePage(
        row=row,
        line=_medicine_line(row, set()),
        steps=tuple(_history(steps, strengths)),
        tablets=_tablets_now(current, strengths),
        hold=hold,
        may_hold=bool(waiting and current and not hold) and room.may(access.HOLD),
        may_release=_releasable(waiting) if may_prescribe and not hold else None,
        may_end_hold=may_prescribe and hold is not None,
        today_step=_today(current, today) if room.is_patient else None,
        counted=_counted(row),
        figure=_figure(row, steps, strengths),
        needed=contents.as_needed(row),
        may_propose=may_prescribe and row.state == Medication.State.ACTIVE,
    )


def _tablets_now(current: DoseStep | None, strengths: Sequence[Strength]) -> str:
    """Which tablets make today's dose; the times stand beside the dose above it."""
    if current is None or not strengths:
        return ""
    slots = {time.slot: time.amount for time in current.times.all()}
    if len(slots) > 1:
        return wording.taken_as(current.amount, slots, strengths, current.unit)
    return wording.tablets(current.amount, strengths, current.unit)


def _counted(row: Medication) -> str:
    """Return what was counted and when. How long it lasts follows from what was logged,
    which the page of reports reads: the plan makes no second estimate (R6)."""
    last = ledger.last_count(row)
    if last is None:
        return ""
    return _("You counted {tablets} on {day}, at {each} a day.").format(
        tablets=f"{last.tablets.normalize():f}",
        day=wording.short_day(last.counted_on),
        each=f"{last.per_day.normalize():f}",
    )


def _watched(row: Medication) -> date | None:
    """The day the agreed watch after the last dose ends, while it goes on."""
    days = [t.watch_until for t in row.tapers.all() if t.state == "watching"]
    return days[0] if days else None


STATES = {"past": "past", "current": "now", "held": "held"}


def _figure(
    row: Medication, steps: Sequence[DoseStep], strengths: Sequence[Strength]
) -> Schedule | None:
    """Return the steps to draw: the last dose before a lowering, and all of it."""
    dated = [
        Point(day, s.amount, STATES.get(s.state, "next"), _taken(s, strengths))
        for s in sorted(steps, key=lambda s: s.order)
        if (day := s.started_on or s.not_before) is not None
    ][-MOST_DRAWN:]
    taper = next(
        (t for t in row.tapers.all() if t.state in ("active", "held", "watching")), None
    )
    drawn = Schedule(
        "f0", row.name, row.unit, tuple(dated), taper.watch_until if taper else None
    )
    in_order = all(a.day <= b.day for a, b in pairwise(dated))
    return drawn if drawn.is_worth_drawing and in_order else None


MOST_DRAWN = 14


def _releasable(waiting: Sequence[DoseStep]) -> DoseStep | None:
    first = waiting[0] if waiting else None
    return first if first is not None and first.state == "planned" else None


def _today(current: DoseStep | None, today: date) -> DoseStep | None:
    is_new = current is not None and current.started_on == today and not current.read_at
    return current if is_new else None


def _history(
    steps: Sequence[DoseStep], strengths: Sequence[Strength]
) -> Iterable[StepRow]:
    largest = max((step.amount for step in steps), default=1) or 1
    for step in sorted(steps, key=lambda s: s.order):
        yield StepRow(
            _when(step),
            _("Stop") if step.amount == 0 else wording.dose(step.amount, step.unit),
            step.amount * 100 / largest,
            _taken(step, strengths),
            {"past": "past", "current": "now", "held": "held"}.get(step.state, "next"),
            _("Held") if step.state == "held" else "",
        )


def _taken(step: DoseStep, strengths: Sequence[Strength]) -> str:
    slots = {time.slot: time.amount for time in step.times.all()}
    parts = (
        taken(step.amount, slots, strengths, step.unit, step.how),
        wording.every(step.every_days),
    )
    return ", ".join(part for part in parts if part)


def _when(step: DoseStep) -> str:
    if step.state == "past" and step.amount and step.started_on and step.ended_on:
        return _("{first} to {last}").format(
            first=wording.short_day(step.started_on),
            last=wording.short_day(step.ended_on),
        )
    if step.started_on:
        return _("Since {day}").format(day=wording.short_day(step.started_on))
    if step.not_before:
        return _("Not before {day}").format(day=wording.short_day(step.not_before))
    return _("Later")
