"""What came before this plan: reactions, and medicines tried (P3, P4, N18)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import person
from careplan.plan.models.medication import Medication
from patients.rows import PatientRow


class Allergy(PatientRow):
    """An allergy or past reaction; "none known" is a row of its own (P3)."""

    class Severity(models.TextChoices):
        """How bad it was."""

        MILD = "mild", _("mild")
        MODERATE = "moderate", _("moderate")
        STRONG = "strong", _("strong")

    is_none_known = models.BooleanField(default=False)
    substance = models.CharField(max_length=120, blank=True)
    catalogue_id = models.CharField(max_length=60, blank=True)
    reaction = models.CharField(max_length=300, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices, blank=True)
    happened = models.CharField(max_length=60, blank=True)
    told_by = person()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_none_known=True) | ~Q(substance=""),
                name="allergy_names_a_substance",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "ended_at"], name="allergies_of"),
        ]


class PastMedicine(PatientRow):
    """A medicine tried before: the drug-trial ledger (P4, N18)."""

    class Source(models.TextChoices):
        """Where this was learned."""

        PATIENT = "patient", _("told by you")
        RECORDS = "records", _("from records")
        PLAN = "plan", _("from this plan")

    catalogue_id = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    highest_dose = models.CharField(max_length=80, blank=True)
    weeks_at_adequate_dose = models.PositiveSmallIntegerField(null=True, blank=True)
    benefit = models.CharField(max_length=300, blank=True)
    side_effects = models.CharField(max_length=300, blank=True)
    stopped_because = models.CharField(max_length=300, blank=True)
    when = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    medication = models.OneToOneField(
        Medication, models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    told_by = person()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "name"], name="past_medicines_of"),
        ]
