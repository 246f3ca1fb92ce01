"""What was before this plan: allergies, medicines and therapies tried (P3, P4, N18, N19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from careplan.plan.models import Allergy, PastMedicine, PastTherapy
from patients.models import Patient, User


@dataclass(frozen=True, slots=True)
class Reaction:
    """A substance and what it did."""

    substance: str
    reaction: str
    severity: str
    happened: str


@dataclass(frozen=True, slots=True)
class TriedMedicine:
    """A medicine taken before; the weeks at a dose that could work are a judgement."""

    name: str
    highest_dose: str
    weeks_at_adequate_dose: int | None
    benefit: str
    side_effects: str
    stopped_because: str
    when: str


@dataclass(frozen=True, slots=True)
class TriedTherapy:
    """A therapy had before."""

    name: str
    sessions: int | None
    skills: str
    helped: str
    ended_because: str
    when: str


@transaction.atomic
def none_known(patient: Patient, *, by: User, now: datetime) -> Allergy:
    """Write down that somebody asked and there are none. A named allergy ends this."""
    row = Allergy(patient=patient, is_none_known=True, told_by=by, told_at=now)
    row.save(force_insert=True)
    return row


@transaction.atomic
def add_reaction(
    patient: Patient, told: Reaction, *, by: User, now: datetime
) -> Allergy:
    """Add an allergy or past reaction; "none known" no longer holds then."""
    denied = Allergy.objects.filter(patient=patient, is_none_known=True, ended_at=None)
    denied.update(ended_at=now)
    row = Allergy(
        patient=patient,
        substance=told.substance,
        reaction=told.reaction,
        severity=told.severity,
        happened=told.happened,
        told_by=by,
        told_at=now,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def end_reaction(row: Allergy, *, now: datetime) -> None:
    """Mark an allergy as no longer true, or written by mistake."""
    row.ended_at = now
    row.save(update_fields=["ended_at"])


@transaction.atomic
def add_medicine(
    patient: Patient, told: TriedMedicine, *, source: str, by: User
) -> PastMedicine:
    """Add a medicine tried before, told by the patient or taken from records."""
    row = PastMedicine(patient=patient, source=source, told_by=by)
    for field in TriedMedicine.__slots__:
        setattr(row, field, getattr(told, field))
    row.save(force_insert=True)
    return row


@transaction.atomic
def add_therapy(patient: Patient, told: TriedTherapy, *, by: User) -> PastTherapy:
    """Add a therapy had before."""
    row = PastTherapy(patient=patient, told_by=by)
    for field in TriedTherapy.__slots__:
        setattr(row, field, getattr(told, field))
    row.save(force_insert=True)
    return row
