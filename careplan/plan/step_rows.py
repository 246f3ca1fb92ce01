"""The steps of a change as the rows and the figure a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from careplan.plan import wording
from careplan.plan.changes import _steps as rows_of
from careplan.plan.models import DoseStep, Medication, Proposal, ProposedChange
from careplan.plan.step_figure import LAST_STEP, Point, Schedule
from careplan.plan.tablets import Strength as TabletStrength


@dataclass(frozen=True)
class StepRow:
    """One line of the component `step_list`."""

    when: str
    dose: str
    share: Decimal
    how: str
    state: str
    tag: str = ""


def steps_of(
    changes: Iterable[ProposedChange],
    now_steps: Mapping[UUID, DoseStep],
    *,
    is_open: bool,
) -> tuple[StepRow, ...]:
    """Return the rows of every schedule in a suggestion."""
    found: list[StepRow] = []
    for change in changes:
        if not change.values.get("steps"):
            continue
        medication = change.values.get("medication")
        now = now_steps.get(UUID(medication)) if medication and is_open else None
        known = now.medication if now is not None else None
        found += rows(change.values, now, at_hand(change.values, known))
    return tuple(found)


def at_hand(
    values: Mapping[str, Any], medicine: Medication | None
) -> list[TabletStrength]:
    """Return the tablets a change states, else those that stand in the plan."""
    stated = values.get("strengths") or ()
    if stated:
        return [
            TabletStrength(Decimal(str(s["amount"])), bool(s.get("can_be_halved")))
            for s in stated
        ]
    known = medicine.strengths.all() if medicine is not None else ()
    return [TabletStrength(s.amount, s.can_be_halved) for s in known]


def figures_of(
    proposal: Proposal,
    changes: Iterable[ProposedChange],
    now_steps: Mapping[UUID, DoseStep],
    *,
    is_open: bool,
) -> tuple[Schedule, ...]:
    """Return the schedules of a suggestion that are worth drawing."""
    found = []
    for place, change in enumerate(changes):
        medication = change.values.get("medication")
        now = now_steps.get(UUID(medication)) if medication and is_open else None
        drawn = schedule(change.values, now, name=proposal.title, uid=f"f{place}")
        if drawn is not None:
            found.append(drawn)
    return tuple(found)


def schedule(
    values: Mapping[str, Any], now: DoseStep | None, *, name: str, uid: str
) -> Schedule | None:
    """Return the steps of a change to draw; None when they are too few, or undated."""
    steps = values.get("steps") or ()
    days = [rows_of.not_before(row) for row in steps]
    if not steps or any(day is None for day in days):
        return None
    unit = str(values.get("unit") or (now.unit if now else "mg"))
    points = [
        Point(day, dose, "next", _how(row, unit))
        for day, dose, row in zip(days, rows_of.amounts(values), steps, strict=True)
        if day is not None
    ]
    if now is not None:
        earliest = points[0].day - LAST_STEP * 2
        since = max(now.started_on or earliest, earliest)
        if since < points[0].day:
            points.insert(0, Point(since, now.amount, "now", now.how))
    until = values.get("watch_until")
    drawn = Schedule(
        uid,
        name,
        unit,
        tuple(points),
        rows_of.not_before({"not_before": until}) if until else None,
    )
    return drawn if drawn.is_worth_drawing else None


def _how(row: Mapping[str, Any], unit: str) -> str:
    return str(row.get("how") or "") or wording.times(rows_of.slots(row), unit)


def rows(
    values: Mapping[str, Any],
    now: DoseStep | None,
    strengths: Iterable[TabletStrength] = (),
) -> list[StepRow]:
    """Return the rows of a schedule with what is taken now above them."""
    unit = str(values.get("unit") or (now.unit if now else "mg"))
    doses, in_hand = rows_of.amounts(values), tuple(strengths)
    largest = max([*doses, now.amount if now else Decimal(0), Decimal("0.0001")])
    found = []
    if now is not None:
        slots = {time.slot: time.amount for time in now.times.all()}
        found.append(
            StepRow(
                _("Now"),
                wording.dose(now.amount, unit),
                now.amount * 100 / largest,
                _said(
                    taken(now.amount, slots, in_hand, unit, now.how),
                    wording.every(now.every_days),
                ),
                "now",
            )
        )
    for row, dose in zip(values["steps"], doses, strict=True):
        day = rows_of.not_before(row)
        parts, how = rows_of.slots(row), str(row.get("how") or "")
        found.append(
            StepRow(
                _("From {day}").format(day=wording.short_day(day)) if day else "",
                _("Stop") if dose == 0 else wording.dose(dose, unit),
                dose * 100 / largest,
                _said(
                    taken(dose, parts, in_hand, unit, how),
                    wording.every(int(row.get("every_days", 1))) if dose else "",
                ),
                "next",
            )
        )
    return found


def taken(
    amount: Decimal,
    slots: Mapping[str, Decimal],
    strengths: Sequence[TabletStrength],
    unit: str,
    how: str,
) -> str:
    """Return which tablets and when; the prescriber's own words stand for the when."""
    if not how or len(slots) > 1:
        return _said(wording.taken_as(amount, slots, strengths, unit), how)
    return _said(wording.tablets(amount, strengths, unit), how)


def _said(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
