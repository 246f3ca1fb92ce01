"""What every change of a dose shares: rows of steps, and putting them into the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from careplan.plan import checks_due, medications, wording
from careplan.plan.change import Application, ChangeKind, Values, Watch
from careplan.plan.models import (
    DoseStep,
    DoseTime,
    Medication,
    Plan,
    Strength,
    TaperPlan,
)
from patients.models import Role
from patients.topics import Topic

PRESCRIBER_ONLY = frozenset({Role.PRESCRIBER.value})
NOT_STARTED = (DoseStep.State.PLANNED, DoseStep.State.RELEASED, DoseStep.State.HELD)
# An antidepressant usually shows what it does within four weeks (NICE NG222).
WATCH_FOR = timedelta(days=28)


class MedicineKind(ChangeKind):
    """A change of one medicine that stands in the plan. A prescriber's alone."""

    topic = Topic.MEDICINES
    proposers = PRESCRIBER_ONLY

    def medicine_key(self, values: Values) -> str:
        return str(values["medication"])

    def owner_id(self, plan: Plan, values: Values) -> UUID | None:
        return medicine(plan, values).prescriber_id

    def basis(self, plan: Plan, values: Values) -> str:
        return standing_dose(medicine(plan, values))


def medicine(plan: Plan, values: Values) -> Medication:
    """Return the medicine a change is about, of this patient only.

    A page that has read the medicines already lends them (`known_medicines`).
    """
    known: Medication | None = plan.__dict__.get("known_medicines", {}).get(
        str(values["medication"])
    )
    if known is not None:
        return known
    return Medication.objects.get(patient=plan.patient_id, pk=values["medication"])


def current_step(row: Medication, regimen: str = "regular") -> DoseStep | None:
    """Return the step in force, or None."""
    return DoseStep.objects.filter(
        medication=row, regimen=regimen, state=DoseStep.State.CURRENT
    ).first()


def standing_dose(row: Medication) -> str:
    """Return what is taken now and what waits, as ids: a change of either is stale."""
    steps = DoseStep.objects.filter(medication=row).exclude(
        state__in=[DoseStep.State.PAST, DoseStep.State.CANCELLED]
    )
    rows = sorted(f"{step.pk}:{step.amount.normalize()}" for step in steps)
    return f"{row.state}|" + ",".join(rows)


def amounts(values: Values) -> list[Decimal]:
    """Return the doses of the rows, in order."""
    return [Decimal(str(row["amount"])) for row in values.get("steps", [])]


def slots(row: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return how much at which time of day."""
    return {slot: Decimal(str(part)) for slot, part in row.get("slots", {}).items()}


def not_before(row: Mapping[str, Any]) -> date | None:
    """Return the first day a row may start."""
    value = row.get("not_before")
    return date.fromisoformat(str(value)) if value else None


def first_day(values: Values) -> date | None:
    """Return the first row's day."""
    rows = values.get("steps", [])
    return not_before(rows[0]) if rows else None


def row_words(row: Mapping[str, Any], unit: str) -> str:
    """Return "75 mg in the morning, not before Monday 30 November"."""
    dose = wording.dose_and_times(
        Decimal(str(row["amount"])), unit, slots(row), int(row.get("every_days", 1))
    )
    day = not_before(row)
    return (
        _("{dose}, not before {day}").format(dose=dose, day=wording.day(day))
        if day
        else dose
    )


def missing_in_rows(values: Values) -> str:
    """Return which part of the rows is blank, or ""."""
    rows = values.get("steps", [])
    if not rows:
        return _("the steps")
    days = [not_before(row) for row in rows]
    if any(day is None for day in days):
        return _("the day of each step")
    if days != sorted(d for d in days if d) or len(set(days)) != len(days):
        return _("the days of the steps, in order")
    for row in rows:
        dose = Decimal(str(row["amount"]))
        if dose > 0 and sum(slots(row).values(), Decimal(0)) != dose:
            return _("the times of day, so that they add up to each dose")
    return ""


def is_slow_lowering(values: Values, now: DoseStep | None) -> bool:
    """Whether the rows go down more than once: each later one meets the taper's gate.

    The gate, the hold and the way back belong to a taper (R5, N4); one step down, as
    after a side effect, is agreed without them.
    """
    doses = [*([now.amount] if now else []), *amounts(values)]
    falls = [after < before for before, after in pairwise(doses)]
    return falls.count(True) > 1


def write_steps(row: Medication, values: Values, to: Application) -> list[DoseStep]:
    """Put the rows in the place of what waited; an open hold ends with it."""
    cancel_waiting(row, to)
    return add_steps(row, values, to)


def add_steps(
    row: Medication, values: Values, to: Application, *, taper: TaperPlan | None = None
) -> list[DoseStep]:
    """Put the rows into the plan: the first is released by the agreement itself.

    A first step whose day has come starts now; the others wait to be released.
    """
    order = next_order(row)
    steps = [
        _step(row, content, order + place, to, taper, is_first=place == 0)
        for place, content in enumerate(values["steps"])
    ]
    DoseStep.objects.bulk_create(steps)
    DoseTime.objects.bulk_create(
        DoseTime(patient_id=row.patient_id, step=step, slot=slot, amount=amount)
        for step, content in zip(steps, values["steps"], strict=True)
        for slot, amount in slots(content).items()
        if amount > 0
    )
    _start_first(steps[0], to)
    row.refresh_from_db(fields=["started_on", "state"])
    if row.state == Medication.State.ACTIVE:
        checks_due.plan_checks(row, patient=to.plan.patient, today=to.today, now=to.now)
    return steps


def _start_first(step: DoseStep, to: Application) -> None:
    if step.not_before is None or step.not_before <= to.today:
        medications.start(step, on=to.today, now=to.now)


def cancel_waiting(row: Medication, to: Application, regimen: str = "regular") -> None:
    """Take waiting steps out of the plan and end what stood around them."""
    medications.close_hold(
        row, by=to.author, because=_("A new plan took its place"), now=to.now
    )
    DoseStep.objects.filter(
        medication=row, regimen=regimen, state__in=NOT_STARTED
    ).update(state=DoseStep.State.CANCELLED, ended_by=to.version_id, ended_at=to.now)
    TaperPlan.objects.filter(
        medication=row, state__in=["active", "held", "watching"]
    ).update(state=TaperPlan.State.CANCELLED, ended_by=to.version_id, ended_at=to.now)


def next_order(row: Medication) -> int:
    """Return the place after the last step this medicine ever had."""
    last = DoseStep.objects.filter(medication=row).order_by("-order").first()
    return last.order + 1 if last else 1


def _step(
    row: Medication,
    content: Mapping[str, Any],
    order: int,
    to: Application,
    taper: TaperPlan | None,
    *,
    is_first: bool,
) -> DoseStep:
    step = DoseStep(
        patient_id=row.patient_id,
        medication=row,
        taper=taper,
        proposal=to.proposal,
        added_by_id=to.version_id,
        order=order,
        amount=Decimal(str(content["amount"])),
        unit=row.unit,
        every_days=int(content.get("every_days", 1)),
        how=str(content.get("how", ""))[:200],
        not_before=not_before(content),
    )
    if is_first:
        step.state = DoseStep.State.RELEASED
        step.released_at, step.released_by = to.now, to.author
    return step


def write_strengths(row: Medication, values: Values, to: Application) -> None:
    """Keep the tablets at hand as the prescriber states them."""
    stated = values.get("strengths")
    if not stated:
        return
    for one in stated:
        Strength.objects.update_or_create(
            medication=row,
            amount=Decimal(str(one["amount"])),
            defaults={
                "patient_id": row.patient_id,
                "can_be_halved": bool(one.get("can_be_halved")),
                "stated_by": to.author,
            },
        )


def watch(label: str, values: Values, to: Application) -> Watch:
    """Return what the therapist is told: changed, expect X until Y, please watch Z."""
    proposal = to.proposal
    expect = (proposal.notice if proposal else "") or _("Changes in how they feel.")
    default = _("Mood, sleep, restlessness, side effects and any thoughts of dying.")
    return Watch(
        label=label[:200],
        expect=expect,
        until=(first_day(values) or to.today) + WATCH_FOR,
        watch=str(values.get("watch") or default),
    )
