"""What a prescriber may weigh beside a start or a change, each line with its basis.

It informs and never blocks. No line comes from a language model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from careplan.common.catalogue import medicine_rules, medicines
from careplan.plan import interactions, step_presets, wording
from careplan.plan.changes._steps import not_before, slots
from careplan.plan.models import (
    Allergy,
    DoseStep,
    Medication,
    Preference,
)
from careplan.plan.tablets import Strength
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
        *_day_lines(steps, today),
        *_tablet_lines(steps, strengths, unit),
        *_size_lines(row, now, steps, unit),
        *_most_lines(row, steps, unit),
        *_beside_lines(aside, name, row),
    ]
    if is_start and row is not None:
        found += _caution_lines(row, taken, stopped, _begins_on(steps, today))
    return found


def _begins_on(steps: Sequence[Mapping[str, Any]], today: date) -> date:
    """The day the first dose may be taken: what was stopped is counted up to it."""
    first = not_before(steps[0]) if steps else None
    return max(first, today) if first else today


def _day_lines(steps: Sequence[Mapping[str, Any]], today: date) -> Iterable[Weighed]:
    """A day that has passed moves nothing back: the step starts when it is agreed."""
    for place, step in enumerate(steps, start=1):
        day = not_before(step)
        if day is not None and day < today:
            yield Weighed(
                "look",
                _("Step {n} is dated {day}, which has passed.").format(
                    n=place, day=wording.short_day(day)
                ),
                _("A first step starts on the day it is agreed, never before."),
                rule="past_day",
            )


def _tablet_lines(
    steps: Sequence[Mapping[str, Any]], strengths: Sequence[Strength], unit: str
) -> Iterable[Weighed]:
    for step in steps:
        dose = Decimal(str(step["amount"]))
        if not strengths or dose == 0:
            continue
        parts = slots(step)
        words = wording.taken_as(dose, parts, strengths, unit)
        yield Weighed(
            "fine" if wording.can_be_made(dose, parts, strengths) else "look",
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
        told = allergy.substance.casefold()
        if told and (same_code or any(n and n in told for n in names)):
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
    begins: date,
) -> Iterable[Weighed]:
    taken = list(taken)
    active = medicines.with_ids(_code(m) for m in taken)
    past = [
        interactions.Stopped(found, (begins - m.stopped_on).days)
        for m in stopped
        if m.stopped_on and (found := medicines.medicine(_code(m)))
    ]
    uncoded = [m.name for m in taken if not _code(m)]
    for one in interactions.cautions(row, active=active, stopped=past, agents=uncoded):
        draft = _(" Draft reference.") if one.is_draft else ""
        yield Weighed(
            "look",
            f"{one.title} ({one.with_what}): {one.text}",
            _("{source}, {dated}.").format(source=one.source, dated=one.dated) + draft,
            rule=one.rule_id,
            needs_reason=one.level in ("contraindicated", "major"),
        )


def _code(row: Medication) -> str:
    """What a person told of by name alone counts as what the name says."""
    return row.catalogue_id or medicines.coded(row.name)


def overridden(weighed: Iterable[Weighed], because: str) -> list[dict[str, str]]:
    """Return what a prescriber went on in spite of, with the reason (R7)."""
    return [
        {"rule": w.rule, "text": w.text, "basis": w.basis, "because": because}
        for w in weighed
        if w.needs_reason
    ]
