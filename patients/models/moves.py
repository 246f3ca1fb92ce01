"""What is left, answered or brought in when somebody moves on."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.models.base import PatientRow
from patients.models.people import CareTeamMember, Clinician, User
from patients.sealed import SealedText


class KeptCopy(PatientRow):
    """What a clinician wrote and signed in a record, kept when her place there ended.

    Made in that moment and never changed. It opens for her and for the patient alone,
    is sealed with the patient's key, and goes when the record is erased.
    """

    member = models.ForeignKey(CareTeamMember, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    content = SealedText()  # JSON: the person's name, and a list of her own lines

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "member"], name="one_copy_of_a_place"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user"], name="copies_of")]


class SuccessorAnswer(PatientRow):
    """What a patient said about the one named after a clinician who leaves.

    Rows are only added; the last one about the same two counts.
    """

    member = models.ForeignKey(CareTeamMember, models.CASCADE, related_name="+")
    successor = models.ForeignKey(Clinician, models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "member", "-answered_at"], name="successor_answers"
            ),
        ]


class BroughtIn(PatientRow):
    """A copy of the person's own record that she brings in, and which rows came of it.

    `content` is the copy while it waits for her yes, and empty afterwards. The rows
    themselves look like any other; this says for them where they came from.
    """

    saved_at = models.DateTimeField()  # when the copy was made, by its own words
    called = SealedText()  # whose record it is, by its own words
    content = SealedText()
    digest = models.CharField(max_length=64)
    brought_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)  # table label to number of rows
    rows = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "digest"], name="a_copy_brought_in_once"
            ),
        ]
