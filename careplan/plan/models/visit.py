"""Visits with either clinician, and what the patient wants to talk about."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import person
from patients.rows import PatientRow, SealedText


class Visit(PatientRow):
    """One meeting with one clinician (T8)."""

    class How(models.TextChoices):
        """Where people meet."""

        IN_PERSON = "in_person", _("in person")
        PHONE = "phone", _("by phone")
        VIDEO = "video", _("by video")

    class State(models.TextChoices):
        """What became of it."""

        PLANNED = "planned", _("planned")
        HELD = "held", _("took place")
        LATE_CANCELLED = "late_cancelled", _("cancelled late")
        MISSED = "missed", _("did not happen")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

    clinician = person()
    role = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=50)
    how = models.CharField(max_length=10, choices=How.choices, default=How.IN_PERSON)
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=14, choices=State.choices, default=State.PLANNED
    )
    marked_by = person(optional=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    moved_to = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="moved_from"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="planned") | Q(marked_at__isnull=False),
                name="visit_marked_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "starts_at"], name="visits_of_patient"),
            models.Index(fields=["clinician", "starts_at"], name="visits_of_clinician"),
        ]


class AgendaPoint(PatientRow):
    """One thing the patient wants to talk about at a visit (T5)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="points")
    order = models.PositiveSmallIntegerField(default=1)
    words = SealedText()
    from_what = models.CharField(max_length=60, blank=True)
    talked_about_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "visit", "order"], name="points_of_visit"),
        ]
