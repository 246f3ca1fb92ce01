"""What every stored row has in common. No tables of its own."""

import uuid

from django.db import models

from careplan.common import clock


class Row(models.Model):
    """A row with a random id made in Python.

    Ids go into addresses, so they say nothing. They are made here rather than by
    the database because reading one back (RETURNING) would need the right to see
    the row, and a check-in link may write what it must not read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
