"""What is watched beside a medicine: checks due, their results, tablets at home."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careplan.plan.models.items import person
from careplan.plan.models.medication import Medication
from patients.rows import PatientRow


class StockCount(PatientRow):
    """Tablets counted at home on a day, for days left (R6)."""

    medication = models.ForeignKey(Medication, models.CASCADE, related_name="stock")
    tablets = models.DecimalField(max_digits=8, decimal_places=2)
    per_day = models.DecimalField(max_digits=6, decimal_places=2)
    counted_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(tablets__gte=0), name="stock_is_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "medication", "-counted_on"], name="stock_of"
            ),
        ]


class MonitoringItem(PatientRow):
    """A blood test or check that follows from a medicine: due, done (N14)."""

    medication = models.ForeignKey(
        Medication, models.CASCADE, related_name="monitoring"
    )
    rule_id = models.CharField(max_length=60)
    when = models.CharField(max_length=120)
    what = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = person(optional=True)
    not_needed_because = models.CharField(max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["medication", "rule_id", "when", "due_on"],
                name="a_check_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "due_on"], name="monitoring_of_patient"),
        ]


class LabResult(PatientRow):
    """A result as the laboratory gave it (decisions 15)."""

    item = models.ForeignKey(
        MonitoringItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="results",
    )
    kind = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    unit = models.CharField(max_length=30)
    taken_on = models.DateField()
    entered_by = person()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "kind", "-taken_on"], name="results_of"),
        ]
