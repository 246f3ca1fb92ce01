"""Side effects, the dose change they followed, and what clinicians think of them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models import Medication
from journal.models.entry import Entry
from journal.models.rows import JournalRow
from patients.rows import PatientRow, SealedText


class SideEffectReport(JournalRow):
    """One side effect as felt at one moment.

    `code` is a row of the catalogue, or "" for one in own words. Strength None means
    not rated: saved, no error. `change_...` is the dose change it followed, filled
    in by rule and undone in one tap (N2); the figures are copied, so that the line
    stays true when the plan moves on.
    """

    class Strength(models.IntegerChoices):
        """The same three words everywhere."""

        MILD = 1, _("mild")
        MODERATE = 2, _("moderate")
        STRONG = 3, _("strong")

    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="side_effects"
    )
    occurred_at = models.DateTimeField()
    written_at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True)
    words = SealedText()
    strength = models.PositiveSmallIntegerField(
        choices=Strength.choices, null=True, blank=True
    )
    since = models.DateField(null=True, blank=True)
    is_new_or_worse = models.BooleanField(default=True)
    # Which medicines the person thinks it comes from: several, one, or not sure (J18).
    suspected = ArrayField(models.UUIDField(), default=list, blank=True)
    suspected_label = models.CharField(max_length=300, blank=True)
    is_not_sure = models.BooleanField(default=False)
    change_medication = models.ForeignKey(
        Medication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    change_step = models.UUIDField(null=True, blank=True)
    change_label = models.CharField(max_length=120, blank=True)
    change_from = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True
    )
    change_to = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True
    )
    change_unit = models.CharField(max_length=20, blank=True)
    change_on = models.DateField(null=True, blank=True)
    change_day = models.PositiveSmallIntegerField(null=True, blank=True)
    change_undone_at = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(strength__isnull=True) | Q(strength__in=[1, 2, 3]),
                name="strength_1_to_3",
            ),
            models.CheckConstraint(
                condition=Q(change_medication__isnull=True)
                | Q(change_on__isnull=False, change_day__isnull=False),
                name="a_linked_change_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="effects_by_day"),
            models.Index(fields=["patient", "code"], name="effects_by_code"),
            models.Index(
                fields=["patient", "change_medication"], name="effects_by_change"
            ),
        ]

    @property
    def is_linked(self) -> bool:
        """Whether the line about a dose change stands."""
        return self.change_medication_id is not None and self.change_undone_at is None


class SideEffectJudgement(PatientRow):
    """What one clinician thinks it is. Added only; each one's last row counts."""

    class Cause(models.TextChoices):
        """Four words; none of them is a proof."""

        MEDICINE = "medicine", _("medicine")
        WITHDRAWAL = "withdrawal", _("withdrawal")
        ILLNESS = "illness", _("illness")
        UNCLEAR = "unclear", _("unclear")

    report = models.ForeignKey(
        SideEffectReport, models.CASCADE, related_name="judgements"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    judged_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "report", "-judged_at"], name="judgements_of"
            ),
        ]


class BaselineChecklist(JournalRow):
    """The same questions before a start and at set points after it (J17).

    `answers` maps a catalogue code to 0 (not there) to 3 (strong). Our own list: not
    a validated scale.
    """

    medication = models.ForeignKey(
        Medication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=120)
    week = models.PositiveSmallIntegerField(default=0)  # 0 = before the first dose
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    answers = models.JSONField(default=dict, blank=True)
    filled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "medication", "week"],
                condition=Q(deleted_at__isnull=True),
                name="one_checklist_a_point",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "due_on"], name="checklists_by_day"),
        ]
