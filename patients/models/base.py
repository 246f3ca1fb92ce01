"""The base of every table that belongs to a patient."""

from django.db import models

from careplan.common.models import Row
from patients.models.people import Patient


class PatientRow(Row):
    """A row that belongs to one patient. Secure its table with `RowSecurity`.

    Indexes of such a table begin with `patient`, which is also the key by which the
    database could one day be spread.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")

    class Meta:
        abstract = True
