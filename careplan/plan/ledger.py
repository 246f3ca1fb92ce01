"""What came before: allergies, medicines and therapies tried (P3, N18, N19)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from careplan.common.identity import acting_as, system
from careplan.plan.change import PATIENT
from careplan.plan.errors import NotAllowed
from careplan.plan.medications import By
from careplan.plan.models import (
    Allergy,
    Medication,
    PastMedicine,
    PastTherapy,
    StockCount,
)
from patients.models import Patient, Role


@transaction.atomic
def note_allergy(
    patient: Patient, *, by: By, facts: Mapping[str, Any], now: datetime
) -> Allergy:
    """Keep a reaction, or that none is known; one takes the place of the other (P3)."""
    standing = Allergy.objects.filter(patient=patient, ended_at=None)
    is_none = bool(facts.get("is_none_known"))
    # "None known" ends the list; a reaction ends "none known".
    over = standing if is_none else standing.filter(is_none_known=True)
    over.update(ended_at=now)
    row = Allergy(patient=patient, told_by=by.user, told_at=now, is_none_known=is_none)
    if not is_none:
        for field in ("substance", "reaction", "severity", "happened"):
            setattr(row, field, facts.get(field) or "")
    row.save(force_insert=True)
    return row


@transaction.atomic
def note_past_medicine(
    patient: Patient, *, by: By, facts: Mapping[str, Any], now: datetime
) -> PastMedicine:
    """Keep a medicine tried before, and who told of it (N18).

    Weeks on an adequate dose are a prescriber's judgement, never computed.
    """
    if by.role not in (PATIENT, Role.PRESCRIBER):
        raise NotAllowed
    is_prescriber = by.role == Role.PRESCRIBER
    fields = (
        "name",
        "highest_dose",
        "benefit",
        "side_effects",
        "stopped_because",
        "when",
    )
    row = PastMedicine(
        patient=patient,
        told_by=by.user,
        source="records" if is_prescriber else "patient",
        created_at=now,
        **{field: facts.get(field) or "" for field in fields},
    )
    if is_prescriber:
        row.weeks_at_adequate_dose = facts.get("weeks_at_adequate_dose")
    row.save(force_insert=True)
    return row


@transaction.atomic
def note_past_therapy(
    patient: Patient, *, by: By, facts: Mapping[str, Any], now: datetime
) -> PastTherapy:
    """Keep a therapy tried before: sessions, skills, what helped (N19)."""
    if by.role not in (PATIENT, Role.THERAPIST):
        raise NotAllowed
    fields = ("name", "skills", "helped", "ended_because", "when")
    row = PastTherapy(
        patient=patient,
        told_by=by.user,
        sessions=facts.get("sessions"),
        created_at=now,
        **{field: facts.get(field) or "" for field in fields},
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def count_stock(
    medication: Medication,
    *,
    by: By,
    tablets: Decimal,
    per_day: Decimal,
    today: date,
    now: datetime,
) -> StockCount:
    """Keep what the patient counted at home (R6)."""
    if by.role != PATIENT:
        raise NotAllowed
    row = StockCount(
        patient_id=medication.patient_id,
        medication=medication,
        tablets=tablets,
        per_day=per_day,
        counted_on=today,
        created_at=now,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def set_refill_lead(medication: Medication, *, by: By, days: int) -> Medication:
    """Keep how early the patient wants to hear that tablets run low (R6)."""
    if by.role != PATIENT:
        raise NotAllowed
    medication.refill_lead_days = days
    # Medicines are written by nobody's hand: the patient may set this one number.
    with acting_as(system("apply")):
        medication.save(update_fields=["refill_lead_days"])
    return medication


def last_count(medication: Medication) -> StockCount | None:
    """Return what the patient counted last; None when nothing was counted."""
    rows = StockCount.objects.filter(medication=medication)
    return rows.order_by("-counted_on", "-created_at").first()
