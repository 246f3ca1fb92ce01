"""What changed in a record, by whom: written by the database itself."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.models.base import PatientRow


class ChangeEvent(PatientRow):
    """One row of one table was added, changed or taken away (B4, O4).

    Statement triggers write it, so that bulk writes and raw SQL leave a trace as well.
    `before` holds the old values of the columns that changed, sealed texts sealed.
    Kept while the record is; only the patient reads it.
    """

    table = models.CharField(max_length=63)
    row_id = models.UUIDField()
    act = models.CharField(max_length=6)  # insert, update, delete
    columns = ArrayField(models.CharField(max_length=63), default=list)
    before = models.JSONField(default=dict)
    actor = models.CharField(max_length=120)  # the identity as the database was told
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-changed_at"], name="changes_of"),
            models.Index(fields=["patient", "row_id"], name="changes_of_row"),
        ]
