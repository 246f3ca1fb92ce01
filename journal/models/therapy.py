"""What therapy left behind between two sessions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models import Homework
from journal.models.entry import Entry
from journal.models.rows import JournalRow
from patients.rows import SealedText


class Insight(JournalRow):
    """Something understood, to bring back to the session or to keep (J15)."""

    class State(models.TextChoices):
        """Its way."""

        OPEN = "open", _("to bring back to session")
        DISCUSSED = "discussed", _("talked about")
        KEPT = "kept", _("kept")

    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    words = SealedText()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    bring_back = models.BooleanField(default=True)
    written_at = models.DateTimeField()
    discussed_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="discussed") | Q(discussed_at__isnull=False),
                name="talked_about_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state"], name="insights_by_state"),
            models.Index(fields=["patient", "local_date"], name="insights_by_day"),
        ]


class HomeworkAnswer(JournalRow):
    """A homework form filled in once; the same one may be filled in every day."""

    homework = models.ForeignKey(
        Homework, models.CASCADE, null=True, blank=True, related_name="+"
    )
    form = models.CharField(max_length=60, blank=True)
    answers = SealedText()  # JSON: key of the field to what was answered
    answered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="homework_by_day"),
        ]
