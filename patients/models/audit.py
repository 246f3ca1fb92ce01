"""Seals over who looked. Added only; written by the system alone."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.models.base import PatientRow


class AuditSeal(PatientRow):
    """A link of one patient's chain: the rows it covers and their hash."""

    number = models.PositiveIntegerField()
    events = ArrayField(models.UUIDField())
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "number"], name="one_seal_a_number"
            ),
        ]
