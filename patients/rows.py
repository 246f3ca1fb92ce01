"""What another room needs to keep rows of a patient."""

from patients.models.base import PatientRow
from patients.sealed import SealedText

__all__ = ["PatientRow", "SealedText"]
