"""What was taken."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models import DoseTime, Medication
from journal.models.entry import Entry
from journal.models.rows import JournalRow
from patients.rows import SealedText


class DoseAnswer(JournalRow):
    """What became of one dose. `local_date` is the dose day: 04:00 to 04:00.

    Without a medicine it is the check-in link's answer about everything due so far
    that day ("all / some / none taken", decisions 20). Without a slot it is a dose
    as needed, or an extra one; those never count as missed.
    """

    class Answer(models.TextChoices):
        """What happened, without blame."""

        TAKEN = "taken", _("taken")
        PARTLY = "partly", _("took part of it")
        LATE = "late", _("taken late")
        MISSED = "missed", _("missed")
        CHOSE_NOT = "chose_not", _("chose not to")
        EXTRA = "extra", _("took extra")

    class Reason(models.TextChoices):
        """Why, if the person likes to say (J31). All weigh the same."""

        FORGOT = "forgot", _("forgot")
        SIDE_EFFECTS = "side_effects", _("side effects")
        RAN_OUT = "ran_out", _("ran out")
        CHOSE_NOT = "chose_not", _("chose not to")
        OTHER = "other", _("other")

    entry = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="doses"
    )
    medication = models.ForeignKey(
        Medication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    slot = models.CharField(max_length=10, choices=DoseTime.Slot.choices, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    reason = models.CharField(max_length=14, choices=Reason.choices, blank=True)
    # What was meant to be taken, and what was; one unit for both.
    planned_amount = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True
    )
    amount = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField()
    words = SealedText()  # for a dose as needed: what for, and later how it helped

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "medication", "local_date", "slot"],
                condition=~Q(slot="") & Q(deleted_at__isnull=True),
                name="one_answer_a_slot",
            ),
            models.CheckConstraint(
                condition=Q(slot="") | Q(medication__isnull=False),
                name="a_slot_has_a_medicine",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="a_taken_amount_is_not_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "local_date", "medication"], name="doses_by_day"
            ),
        ]
