"""What clinicians leave behind when they look: a mark, and a recorded decision."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.rows import PatientRow, SealedText


class ReviewMark(PatientRow):
    """A clinician has read these days of the record, and may have said a word (V10).

    Added only. The patient sees it when she has asked for receipts (N16).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    start = models.DateField()
    end = models.DateField()
    words = SealedText()
    marked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(end__gte=models.F("start")), name="read_days_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-marked_at"], name="marks_of_review"),
        ]


class Decision(PatientRow):
    """What a clinician decided at one decision point, and what stood beside it then.

    One for each point of one trial (V2). `inputs` are the figures that were shown,
    kept as they were. Clinicians only: nothing of this is on a patient's page.
    """

    class Point(models.TextChoices):
        """Weeks since the start (clinical.md 4)."""

        DP2 = "DP2", _("week 2")
        DP4 = "DP4", _("week 4")
        DP6 = "DP6", _("week 6")
        DP9 = "DP9", _("week 9")
        DP12 = "DP12", _("week 12")

    class Choice(models.TextChoices):
        """What is done now. The software proposes none of them."""

        CONTINUE = "continue", _("go on as planned")
        MEDICINE = "medicine", _("suggest a change of medicine")
        THERAPY = "therapy", _("change the therapy")
        BOTH = "both", _("change both")
        TALK = "talk", _("talk it over together first")
        WAIT = "wait", _("look again at the next point")

    day_zero = models.DateField()
    point = models.CharField(max_length=4, choices=Point.choices)
    output = models.CharField(max_length=40)
    rule = models.CharField(max_length=200)
    inputs = models.JSONField(default=list)
    choice = models.CharField(max_length=10, choices=Choice.choices)
    because = SealedText()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=20)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "day_zero", "point"], name="one_decision_a_point"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-decided_at"], name="decisions_of"),
        ]
