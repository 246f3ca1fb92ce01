"""What every line of the journal has in common."""

from django.db import models

from patients.rows import PatientRow


class JournalRow(PatientRow):
    """Something that belongs to a local day of the person who lived it.

    `is_private` hides the row from everyone else, counts and figures included
    (decisions 16). `deleted_at` puts it into the bin for thirty days.
    """

    local_date = models.DateField()
    is_private = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def feeling() -> "models.PositiveSmallIntegerField":  # type: ignore[type-arg]
    """Give an optional strength from 0 (not at all) to 3 (very much)."""
    return models.PositiveSmallIntegerField(null=True, blank=True)


def within(name: str, low: int, high: int) -> models.Q:
    """Say that a column is empty or lies between two figures."""
    empty = models.Q(**{f"{name}__isnull": True})
    return empty | models.Q(**{f"{name}__gte": low, f"{name}__lte": high})
