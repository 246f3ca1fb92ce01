"""From a filled form to typed changes, and from a draft back to its form.

Rows are filled by arithmetic that was asked for; no dose is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import medicines
from careplan.plan import step_presets
from careplan.plan.canonical import decimal_text
from careplan.plan.changes._steps import is_slow_lowering
from careplan.plan.forms import NEW, MedicineChangeForm, even_parts
from careplan.plan.models import (
    DoseStep,
    Medication,
    Proposal,
)
from careplan.plan.proposals import Change
from careplan.plan.staggering import NO_SESSION
from careplan.plan.weighing import Weighed


def filled_rows(form: MedicineChangeForm, now: DoseStep | None) -> list[dict[str, Any]]:
    """Return rows by the arithmetic asked for. Raises CannotFill in words."""
    given = form.cleaned_data
    for field in ("shape", "number", "first_on", "every_days"):
        if not given.get(field):
            raise step_presets.CannotFill(
                _("Give start, end, number, first day and days between.")
            )
    if given["shape"] == "own":
        raise step_presets.CannotFill(_("Own steps are yours to write."))
    end = Decimal(0) if given.get("direction") == "stop" else given.get("end")
    if end is None:
        raise step_presets.CannotFill(_("Give the dose at the end."))
    steps = step_presets.fill(
        start=now.amount if now else Decimal(0),
        end=end,
        number=given["number"],
        shape=step_presets.Shape(given["shape"]),
        first_on=given["first_on"],
        every_days=given["every_days"],
        lowest=given.get("lowest"),
    )
    when = _when_now(now)
    return [
        {"not_before": step.not_before, "amount": decimal_text(step.dose), "when": when}
        for step in steps
    ]


def _when_now(now: DoseStep | None) -> str:
    slots = [time.slot for time in now.times.all()] if now else []
    return "+".join(slots)


def steps_from(
    rows: Iterable[Mapping[str, Any]], *, every_days: int = 1
) -> list[dict[str, Any]]:
    """Return the typed rows as values of a change, in the order of their days.

    `every_days` says how far apart the doses of each step are: 1 is every day.
    """
    given = [row for row in rows if row.get("amount") is not None]
    ordered = sorted(given, key=lambda row: row.get("not_before") or date.max)
    return [
        {
            "amount": decimal_text(row["amount"]),
            "not_before": row["not_before"].isoformat() if row["not_before"] else None,
            "slots": _parts(row["amount"], row.get("when") or "morning"),
            "how": row.get("how") or "",
            **({"every_days": every_days} if every_days != 1 else {}),
        }
        for row in ordered
    ]


def days_apart(form: MedicineChangeForm, now: DoseStep | None) -> int:
    """Return how many days lie between doses: as given, else as it is now, else 1."""
    given = getattr(form, "cleaned_data", {}).get("taken_every")
    return int(given or (now.every_days if now else 1))


def _parts(amount: Decimal, when: str) -> dict[str, str]:
    if amount == 0:
        return {}
    parts = even_parts(amount, when) or {}
    return {slot: decimal_text(part) for slot, part in parts.items()}


def change_from(form: MedicineChangeForm, steps: Sequence[Mapping[str, Any]]) -> Change:
    """Return the one medicine change that a filled form means."""
    given = form.cleaned_data
    values: dict[str, Any] = {"steps": list(steps), "watch": given.get("watch") or ""}
    if given["strengths"]:
        values["strengths"] = given["strengths"]
    row = form.medicines.get(given["medication"])
    if row is None or row.state == Medication.State.REPORTED:
        return Change("medicine_start", {**values, **_start_values(given, row)})
    values |= {"medication": str(row.pk), "unit": row.unit}
    if given["direction"] == "stop" and _is_one_stop(steps):
        return Change(
            "stop",
            {
                "medication": str(row.pk),
                "because": given["why"],
                "on": steps[0]["not_before"],
                "watch": values["watch"],
            },
        )
    if given["direction"] in ("lower", "stop") and form.is_taper:
        return Change("taper", {**values, **_taper_values(given)})
    return Change("dose_steps", values)


def ask_for_rules(
    form: MedicineChangeForm, change: Change, now: DoseStep | None
) -> bool:
    """Ask for what is signed with a lowering in several steps; say whether it lacks.

    Each later step waits for the check that reads these rules (R5, N4).
    """
    if change.kind == "stop" or not is_slow_lowering(change.values, now):
        return False
    if change.kind == "medicine_start":
        form.add_error(None, str(START_FIRST))
        return True
    if change.kind == "dose_steps" and form.is_taper:
        form.add_error("direction", _("These steps go down. Choose Lower or Stop."))
    for field, sentence in _RULES.items():
        if not form.cleaned_data.get(field):
            form.add_error(field, sentence)
    return bool(form.errors)


START_FIRST = lazy(
    "Start it at one dose first. A lowering in several steps is a suggestion of its "
    "own, with its rules."
)
_RULES: Mapping[str, Any] = {
    "hold_rule": lazy("Write when you hold: it is lowered in several steps"),
    "step_back_rule": lazy("Write when you go back: it is lowered in several steps"),
    "watch_until": lazy("Give the day you keep watching until"),
}


def _is_one_stop(steps: Sequence[Mapping[str, Any]]) -> bool:
    return len(steps) == 1 and Decimal(steps[0]["amount"]) == 0


def _start_values(given: Mapping[str, Any], row: Medication | None) -> dict[str, Any]:
    if row is not None:
        return {
            "adopts": str(row.pk),
            "name": row.name,
            "catalogue_id": row.catalogue_id or medicines.coded(row.name),
            "unit": given.get("unit") or row.unit,
            "purpose": given.get("purpose") or row.purpose,
            "route": given.get("route") or row.route,
        }
    return {
        "name": given["name"].strip(),
        "catalogue_id": medicines.coded(given["name"]),
        "unit": given.get("unit") or "mg",
        "purpose": given["purpose"].strip(),
        "route": given.get("route") or "",
    }


def _taper_values(given: Mapping[str, Any]) -> dict[str, Any]:
    until = given.get("watch_until")
    return {
        "hold_rule": given["hold_rule"],
        "step_back_rule": given["step_back_rule"],
        "watch_until": until.isoformat() if until else "",
        "min_interval_days": given.get("min_interval_days") or 14,
        "faster_because": given.get("faster_because") or "",
    }


def going_on(change: Change, weighed: Iterable[Weighed], because: str) -> Change:
    """Put the reason for lowering without sessions into the text that is signed (N5)."""
    if change.kind != "taper" or NO_SESSION not in {one.rule for one in weighed}:
        return change
    return Change("taper", {**change.values, "sessions_warning_because": because})


@dataclass(frozen=True)
class Reopened:
    """A draft as its form was filled in."""

    form: dict[str, Any]
    rows: list[dict[str, Any]]
    approach: dict[str, Any]


_AROUND = ("why", "notice", "pause", "look_again_on", "look_again_how", "reply_by")


_KEPT = (
    "name", "unit", "purpose", "route", "watch", "hold_rule", "step_back_rule", "watch_until",
    "min_interval_days", "faster_because",
)  # fmt: skip


def reopened(draft: Proposal, now_steps: Mapping[UUID, DoseStep]) -> Reopened:
    """Return what was typed into a medicine draft, to go on writing it."""
    by_kind = {row.kind: row.values for row in draft.changes.all()}
    approach = by_kind.pop("approach", {})
    kind, values = next(iter(by_kind.items()))
    steps = values.get("steps") or [{"amount": "0", "not_before": values.get("on")}]
    rows = [
        {
            "not_before": step["not_before"],
            "amount": step["amount"],
            "when": "+".join(step.get("slots", {})),
            "how": step.get("how", ""),
        }
        for step in steps
    ]
    form = {
        **{key: values[key] for key in _KEPT if key in values},
        **{key: getattr(draft, key) for key in _AROUND},
        "medication": values.get("medication") or values.get("adopts") or NEW,
        "direction": _direction(kind, values, rows, now_steps),
        "taken_every": steps[0].get("every_days"),
        "strengths": ", ".join(_strength_words(s) for s in values.get("strengths", ())),
        "override_because": next((o["because"] for o in draft.overrides), ""),
    }
    return Reopened(form, rows, dict(approach))


def _direction(
    kind: str,
    values: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    now_steps: Mapping[UUID, DoseStep],
) -> str:
    last = Decimal(str(rows[-1]["amount"]))
    if kind == "stop" or last == 0:
        return "stop"
    medication = values.get("medication")
    now = now_steps.get(UUID(medication)) if medication else None
    return "lower" if now is not None and last < now.amount else "raise"


def _strength_words(one: Mapping[str, Any]) -> str:
    return f"{one['amount']} half" if one.get("can_be_halved") else str(one["amount"])
