"""Emergency access: one record, read for an hour, and looked at afterwards (B5)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from patients.models.base import PatientRow
from patients.models.people import CareTeamMember, User

LASTS = timedelta(minutes=60)


class EmergencyAccess(PatientRow):
    """Somebody who is or was on this team opened the record without its consent.

    What was said at opening never changes; only its closing and its review are added,
    each once. `member` is the place on the team it rests on.
    """

    member = models.ForeignKey(CareTeamMember, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    was_right = models.BooleanField(null=True, blank=True)
    review_words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"))
                & Q(ends_at__lte=F("opened_at") + LASTS),
                name="emergency_lasts_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S.{18,}\S"), name="emergency_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(
                    reviewed_at=None, reviewed_by=None, was_right=None, review_words=""
                )
                | Q(
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                    was_right__isnull=False,
                )
                & ~Q(reviewed_by=F("user")),
                name="emergency_second_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-opened_at"], name="emergencies_of"),
            models.Index(
                fields=["user", "ends_at"],
                condition=Q(closed_at=None),
                name="emergencies_open",
            ),
            models.Index(
                fields=["opened_at"],
                condition=Q(reviewed_at=None),
                name="emergencies_to_review",
            ),
        ]

    def is_open_at(self, now: datetime) -> bool:
        """Whether it opens the record at that moment."""
        return self.closed_at is None and self.ends_at > now
