"""What every item of the plan has in common: a life between two versions."""

from django.conf import settings
from django.db import models

from patients.rows import PatientRow


def person(*, optional: bool = False) -> models.ForeignKey:  # type: ignore[type-arg]
    """A person who did something; their account outlives what they did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=optional,
        blank=optional,
        related_name="+",
    )


class PlanItem(PatientRow):
    """One line of the plan: added by one version, ended by a later one or not yet."""

    added_by = models.ForeignKey(
        "careplan.PlanVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_by = models.ForeignKey(
        "careplan.PlanVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
