"""How to reach a person, and the diagnoses clinicians recorded.

Nothing here is computed. What comes from treatment before (allergies, medicines,
therapies) belongs to the plan, which needs it when something is started.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from patients.models.base import PatientRow
from patients.models.people import User
from patients.sealed import SealedText


class ContactDetails(PatientRow):
    """How to reach the person, and how it is safe to (P1). Added only."""

    class Safe(models.TextChoices):
        ANY = "any", _("any way")
        EMAIL = "email", _("e-mail only")
        TEXT = "text", _("text message only")
        CALL = "call", _("phone call only")
        HERE = "here", _("only inside this service")

    phone = SealedText()
    address = SealedText()
    safe_channel = models.CharField(
        max_length=10, choices=Safe.choices, default=Safe.EMAIL
    )
    safe_words = SealedText()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-created_at"], name="last_contact")
        ]


class Diagnosis(PatientRow):
    """What a clinician recorded (P2). Never worked out by the software."""

    class Status(models.TextChoices):
        WORKING = "working", _("being looked into")
        CONFIRMED = "confirmed", _("confirmed")
        REMISSION = "remission", _("better for now")
        PAST = "past", _("in the past")

    code = models.CharField(max_length=20, blank=True)
    words = SealedText()
    onset = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    # Recorded by mistake: marked, never rubbed out.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patient"], name="diagnoses_of")]


class DiagnosisComment(PatientRow):
    """What the patient says to a diagnosis; it stays beside it (P2)."""

    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="comments")
    words = SealedText()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "diagnosis"], name="comments_on")
        ]
