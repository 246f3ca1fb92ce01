"""From a filled form to typed changes, and what a prescriber may weigh on the way.

It informs and never blocks; it fills rows by arithmetic and proposes no dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from careplan.common.catalogue import medicine_rules, medicines
from careplan.common.clock import local_date
from careplan.plan import interactions, step_presets, wording
from careplan.plan.canonical import decimal_text
from careplan.plan.forms import NEW, MedicineChangeForm, even_parts
from careplan.plan.models import (
    Allergy,
    DoseStep,
    Medication,
    Preference,
    Proposal,
    TherapyCourse,
    TherapySession,
)
from careplan.plan.proposals import Change
from careplan.plan.tablets import Strength, tablets_for
from patients.models import Patient


@dataclass(frozen=True)
class Weighed:
    """One line of "things to weigh", with where it comes from."""

    state: str  # look, fine, know
    text: str
    basis: str
    rule: str = ""
    needs_reason: bool = False


@dataclass(frozen=True)
class Beside:
    """What stands beside every start and change: allergies, reactions, refusals."""

    allergies: tuple[Allergy, ...]
    refusals: tuple[Preference, ...]

    @property
    def is_asked(self) -> bool:
        """Whether anybody has asked: "none known" differs from "not asked" (P3)."""
        return bool(self.allergies)

    @property
    def is_none_known(self) -> bool:
        return self.is_asked and all(row.is_none_known for row in self.allergies)


def beside(patient: Patient) -> Beside:
    """Return allergies, past reactions and refusals of a patient: two queries."""
    wishes = Preference.objects.filter(patient=patient, ended_at=None)
    return Beside(
        tuple(Allergy.objects.filter(patient=patient, ended_at=None)),
        tuple(wishes.filter(kind__in=["refuses", "prefers"])),
    )


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


def steps_from(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the typed rows as values of a change, in the order of their days."""
    given = [row for row in rows if row.get("amount") is not None]
    ordered = sorted(given, key=lambda row: row.get("not_before") or date.max)
    return [
        {
            "amount": decimal_text(row["amount"]),
            "not_before": row["not_before"].isoformat() if row["not_before"] else None,
            "slots": _parts(row["amount"], row.get("when") or "morning"),
            "how": row.get("how") or "",
        }
        for row in ordered
    ]


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


def _is_one_stop(steps: Sequence[Mapping[str, Any]]) -> bool:
    return len(steps) == 1 and Decimal(steps[0]["amount"]) == 0


def _start_values(given: Mapping[str, Any], row: Medication | None) -> dict[str, Any]:
    if row is not None:
        return {
            "adopts": str(row.pk),
            "name": row.name,
            "catalogue_id": row.catalogue_id,
            "unit": given.get("unit") or row.unit,
            "purpose": given.get("purpose") or row.purpose,
        }
    return {
        "name": given["name"].strip(),
        "catalogue_id": coded(given["name"]),
        "unit": given.get("unit") or "mg",
        "purpose": given["purpose"].strip(),
    }


@dataclass(frozen=True)
class Reopened:
    """A draft as its form was filled in."""

    form: dict[str, Any]
    rows: list[dict[str, Any]]
    approach: dict[str, Any]


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
        "strengths": ", ".join(_strength_words(s) for s in values.get("strengths", ())),
        "override_because": next((o["because"] for o in draft.overrides), ""),
    }
    return Reopened(form, rows, dict(approach))


_AROUND = ("why", "notice", "pause", "look_again_on", "look_again_how", "reply_by")
_KEPT = (
    "name", "unit", "purpose", "watch", "hold_rule", "step_back_rule", "watch_until",
    "min_interval_days", "faster_because",
)  # fmt: skip


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


def coded(name: str) -> str:
    """Return the id of the catalogue row of exactly this name or brand, or ""."""
    wanted = name.strip().casefold()
    for row in medicines.search(name, limit=3):
        if wanted in {row.name.casefold(), *(b.casefold() for b in row.brands)}:
            return row.id
    return ""


def _taper_values(given: Mapping[str, Any]) -> dict[str, Any]:
    until = given.get("watch_until")
    return {
        "hold_rule": given["hold_rule"],
        "step_back_rule": given["step_back_rule"],
        "watch_until": until.isoformat() if until else "",
        "min_interval_days": given.get("min_interval_days") or 14,
        "faster_because": given.get("faster_because") or "",
    }


def to_weigh(
    *,
    name: str,
    catalogue_id: str,
    unit: str,
    now: DoseStep | None,
    steps: Sequence[Mapping[str, Any]],
    strengths: Sequence[Strength],
    taken: Iterable[Medication],
    stopped: Iterable[Medication],
    aside: Beside,
    today: date,
    is_start: bool,
) -> list[Weighed]:
    """Return every line a prescriber may weigh, each with its basis."""
    row = medicines.medicine(catalogue_id) if catalogue_id else None
    found = [
        *_tablet_lines(steps, strengths, unit),
        *_size_lines(row, now, steps, unit),
        *_most_lines(row, steps, unit),
        *_beside_lines(aside, name, row),
    ]
    if is_start and row is not None:
        found += _caution_lines(row, taken, stopped, today)
    return found


def _tablet_lines(
    steps: Sequence[Mapping[str, Any]], strengths: Sequence[Strength], unit: str
) -> Iterable[Weighed]:
    for step in steps:
        dose = Decimal(str(step["amount"]))
        if not strengths or dose == 0:
            continue
        made = tablets_for(dose, strengths)
        words = wording.tablets(dose, strengths, unit)
        yield Weighed(
            "fine" if made else "look",
            f"{wording.dose(dose, unit)}: {words}",
            _("The tablets you stated as at hand. Exact sums only."),
            rule="tablets",
        )


def _size_lines(
    row: medicines.Medicine | None,
    now: DoseStep | None,
    steps: Sequence[Mapping[str, Any]],
    unit: str,
) -> Iterable[Weighed]:
    if now is None or not steps or any(not s.get("not_before") for s in steps):
        return
    gate = medicine_rules.taper_gate()
    least = dict(gate.min_interval_days_by_medicine).get(
        row.id if row else "", gate.min_interval_days_default
    )
    rules = [
        step_presets.ReductionRule(
            note.tag,
            note.note_if_percent_over,
            note.strong_note_if_percent_over,
            note.window_days,
        )
        for note in gate.reduction_notes
    ]
    typed = [
        step_presets.Step(
            order, Decimal(str(s["amount"])), date.fromisoformat(s["not_before"])
        )
        for order, s in enumerate(steps, start=1)
    ]
    before = now.amount
    for step in typed:
        percent = step_presets.change_percent(before, step.dose)
        yield Weighed(
            "know",
            _("Step {n}: {before} to {after}, {percent} %.").format(
                n=step.order,
                before=wording.dose(before, unit),
                after=wording.dose(step.dose, unit),
                percent=percent if percent is not None else "-",
            ),
            _("Arithmetic: percent of the dose before."),
            rule="percent",
        )
        before = step.dose
    notes = step_presets.notes(
        now.amount,
        typed,
        tags=frozenset(row.tags if row else ()) | {row.family if row else ""},
        rules=rules,
        min_interval_days=least,
    )
    for note in notes:
        yield _note_line(note)


def _note_line(note: step_presets.Note) -> Weighed:
    if note.kind == "interval":
        return Weighed(
            "look",
            _(
                "Step {n} comes {days} days after the one before; {limit} is usual."
            ).format(n=note.order, days=note.days, limit=note.limit),
            _("NICE NG222 1.4.17 and common practice. Draft reference."),
            rule="interval",
        )
    return Weighed(
        "look",
        _("Step {n} lowers by {percent} %, more than {limit} %.").format(
            n=note.order, percent=abs(note.percent or 0), limit=note.limit
        ),
        _("ASAM joint guideline 2025; NICE NG222 1.4.17. Draft reference."),
        rule=note.kind,
    )


def _most_lines(
    row: medicines.Medicine | None, steps: Sequence[Mapping[str, Any]], unit: str
) -> Iterable[Weighed]:
    if row is None or row.dose.max is None or row.dose.unit != unit:
        return
    for step in steps:
        if Decimal(str(step["amount"])) > row.dose.max:
            yield Weighed(
                "look",
                _("{dose} is more than the label's most, {most} a day.").format(
                    dose=wording.dose(Decimal(str(step["amount"])), unit),
                    most=wording.dose(row.dose.max, unit),
                ),
                _("Label figure in the reference. Draft reference."),
                rule="over_maximum",
                needs_reason=True,
            )


def _beside_lines(
    aside: Beside, name: str, row: medicines.Medicine | None
) -> Iterable[Weighed]:
    names = {name.casefold(), *(b.casefold() for b in (row.brands if row else ()))}
    for allergy in aside.allergies:
        same_code = row is not None and allergy.catalogue_id == row.id
        if allergy.substance and (same_code or allergy.substance.casefold() in names):
            yield Weighed(
                "look",
                _("Reaction on record: {substance}, {reaction}.").format(
                    substance=allergy.substance, reaction=allergy.reaction
                ),
                _("Allergies and past reactions in this record."),
                rule="allergy",
                needs_reason=True,
            )
    for wish in aside.refusals:
        if wish.kind == "refuses" and any(
            n and n in wish.words.casefold() for n in names
        ):
            yield Weighed(
                "look",
                _("The patient wrote: “{words}”").format(words=wish.words),
                _("Their own statement of {day}.").format(
                    day=wording.day(wish.stated_on)
                ),
                rule="refusal",
                needs_reason=True,
            )


def _caution_lines(
    row: medicines.Medicine,
    taken: Iterable[Medication],
    stopped: Iterable[Medication],
    today: date,
) -> Iterable[Weighed]:
    active = medicines.with_ids(m.catalogue_id for m in taken if m.catalogue_id)
    past = [
        interactions.Stopped(found, (today - m.stopped_on).days)
        for m in stopped
        if m.stopped_on and (found := medicines.medicine(m.catalogue_id))
    ]
    uncoded = [m.name for m in taken if not m.catalogue_id]
    for one in interactions.cautions(row, active=active, stopped=past, agents=uncoded):
        draft = _(" Draft reference.") if one.is_draft else ""
        yield Weighed(
            "look",
            f"{one.title} ({one.with_what}): {one.text}",
            _("{source}, {dated}.").format(source=one.source, dated=one.dated) + draft,
            rule=one.rule_id,
            needs_reason=one.level in ("contraindicated", "major"),
        )


STAGGER = timedelta(days=14)


def beside_therapy(
    patient: Patient, days: Sequence[date], *, is_taper: bool
) -> list[Weighed]:
    """Return what a prescriber may weigh about therapy around the steps (N5, N20).

    A step of a taper without a session before the next one, and a therapy that changed
    within 14 days of a step. It prompts and never blocks.
    """
    if not days:
        return []
    found = list(_close_changes(patient, days))
    if is_taper:
        found += _steps_without_session(patient, days)
    return found


THERAPY_MOVES = frozenset({"therapy_start", "therapy_change", "therapy_end", "phase"})


def beside_doses(
    patient: Patient, kinds: Iterable[str], *, now: datetime
) -> list[Weighed]:
    """Return the dose steps within 14 days of a change of therapy (N20).

    It prompts whoever suggests the change and never blocks.
    """
    if not THERAPY_MOVES & set(kinds):
        return []
    today = local_date(now, patient.time_zone)
    steps = DoseStep.objects.filter(
        patient=patient, state__in=["planned", "released", "current"]
    ).select_related("medication")
    return [
        Weighed(
            "look",
            _("{medicine} has a dose step on {day}, within 14 days.").format(
                medicine=step.medication.name, day=wording.short_day(day)
            ),
            _("Our own rule: one change at a time is easier to read."),
            rule="staggered",
        )
        for step in steps
        if (day := step.started_on or step.not_before) and abs(day - today) <= STAGGER
    ]


def overridden(weighed: Iterable[Weighed], because: str) -> list[dict[str, str]]:
    """Return what a prescriber went on in spite of, with the reason (R7)."""
    return [
        {"rule": w.rule, "text": w.text, "basis": w.basis, "because": because}
        for w in weighed
        if w.needs_reason
    ]


def _close_changes(patient: Patient, days: Sequence[date]) -> Iterable[Weighed]:
    courses = TherapyCourse.objects.filter(patient=patient)
    for row in courses:
        moments = {row.started_on, row.ended_on}
        if row.changed_at:
            moments.add(local_date(row.changed_at, patient.time_zone))
        close = [
            day for day in days if any(m and abs(day - m) <= STAGGER for m in moments)
        ]
        if close:
            yield Weighed(
                "look",
                _("{therapy} changes within 14 days of the step on {day}.").format(
                    therapy=row.name, day=wording.short_day(close[0])
                ),
                _("Our own rule: one change at a time is easier to read."),
                rule="staggered",
            )


def _steps_without_session(patient: Patient, days: Sequence[date]) -> Iterable[Weighed]:
    planned = TherapySession.objects.filter(patient=patient, state="planned")
    sessions = [
        local_date(at, patient.time_zone)
        for at in planned.values_list("starts_at", flat=True)
    ]
    for day in days:
        if not any(day - STAGGER <= session <= day + STAGGER for session in sessions):
            yield Weighed(
                "look",
                _(
                    "No therapy session is planned within 14 days of the step on {day}."
                ).format(day=wording.short_day(day)),
                _("Breedvelt 2021: sessions across a taper. Draft reference."),
                rule="no_session",
            )
