"""Contact, diagnoses and what the patient says to them (P1, P2)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from patients.models import (
    ContactDetails,
    Diagnosis,
    DiagnosisComment,
    Patient,
    User,
)


class TooYoung(DomainError):
    """Adults only for now, said kindly."""

    code = "too_young"
    sentence = _("For now this service is for people of 18 and older.")


class NotABirthDate(DomainError):
    """A date ahead, or more than 120 years ago."""

    code = "not_a_birth_date"
    sentence = _("Check the date of birth.")


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person, and which way is safe."""

    phone: str
    address: str
    safe_channel: str
    safe_words: str


def contact_of(patient: Patient) -> ContactDetails | None:
    """Give the latest contact details; None when nothing was ever said."""
    rows = ContactDetails.objects.filter(patient=patient)
    return rows.order_by("-created_at").first()


@transaction.atomic
def set_contact(
    patient: Patient, contact: Contact, *, by: User, now: dt.datetime
) -> ContactDetails | None:
    """Write new contact details beside the old ones; nothing when nothing changed."""
    held = contact_of(patient)
    fields = Contact.__slots__
    if held is not None and all(
        getattr(held, f) == getattr(contact, f) for f in fields
    ):
        return None
    row = ContactDetails(patient=patient, by=by, created_at=now)
    for field in fields:
        setattr(row, field, getattr(contact, field))
    row.save(force_insert=True)
    return row


@transaction.atomic
def set_birth_date(patient: Patient, born: dt.date | None, *, today: dt.date) -> None:
    """Keep the date of birth. Refuses children and impossible dates."""
    if born is not None:
        years = (
            today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        )
        if born > today or years > 120:
            raise NotABirthDate
        if years < 18:
            raise TooYoung
    patient.birth_date = born
    patient.save(update_fields=["birth_date"])


@dataclass(frozen=True, slots=True)
class Finding:
    """What a clinician writes down as a diagnosis."""

    words: str
    status: str
    code: str = ""
    onset: str = ""


@transaction.atomic
def record_diagnosis(
    patient: Patient, finding: Finding, *, by: User, now: dt.datetime
) -> Diagnosis:
    """Write down a diagnosis a clinician made. The software makes none."""
    row = Diagnosis(
        patient=patient,
        code=finding.code,
        words=finding.words,
        onset=finding.onset,
        status=finding.status,
        by=by,
        recorded_at=now,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def withdraw_diagnosis(row: Diagnosis, *, by: User, now: dt.datetime) -> None:
    """Mark a diagnosis as recorded by mistake; it stays readable as such."""
    row.withdrawn_at, row.withdrawn_by = now, by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])


@transaction.atomic
def comment(row: Diagnosis, words: str, *, now: dt.datetime) -> DiagnosisComment:
    """Let the patient say something to a diagnosis; it stays beside it."""
    said = DiagnosisComment(
        patient_id=row.patient_id, diagnosis=row, words=words, created_at=now
    )
    said.save(force_insert=True)
    return said
