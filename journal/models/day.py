"""Small things of a day: sleep, practices, substances, own trackers, key moments."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models import Practice
from journal.models.entry import Entry
from journal.models.rows import JournalRow, within
from patients.rows import PatientRow, SealedText


def from_entry() -> "models.ForeignKey[Entry | None, Entry | None]":
    """Point to the check-in it was written in, if there was one."""
    return models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+"
    )


class SleepLog(JournalRow):
    """One night: into bed, out of it, minutes awake. Hours are computed from these.

    `local_date` is the day the person got up.
    """

    class Quality(models.IntegerChoices):
        """How it felt."""

        VERY_POOR = 1, _("very poor")
        POOR = 2, _("poor")
        FAIR = 3, _("fair")
        GOOD = 4, _("good")
        VERY_GOOD = 5, _("very good")

    entry = from_entry()
    bed_at = models.DateTimeField(null=True, blank=True)
    up_at = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    minutes_awake = models.PositiveSmallIntegerField(default=0)
    wakings = models.PositiveSmallIntegerField(null=True, blank=True)
    quality = models.PositiveSmallIntegerField(
        choices=Quality.choices, null=True, blank=True
    )
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "local_date"],
                condition=Q(deleted_at__isnull=True),
                name="one_night_a_day",
            ),
            models.CheckConstraint(
                condition=Q(bed_at__isnull=True, up_at__isnull=True)
                | Q(up_at__gte=F("bed_at")),
                name="up_after_bed",
            ),
            models.CheckConstraint(
                condition=within("quality", 1, 5), name="sleep_quality_1_to_5"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="nights_by_day"),
        ]

    @property
    def minutes_asleep(self) -> int | None:
        """Minutes in bed less minutes awake; None when the times were not given."""
        if self.bed_at is None or self.up_at is None:
            return None
        in_bed = int((self.up_at - self.bed_at).total_seconds()) // 60
        return max(0, in_bed - self.minutes_awake)


class PracticeLog(JournalRow):
    """A habit done: moving about, mindfulness, people, sleep (J5, J34). No streaks."""

    class Effort(models.TextChoices):
        """How hard it was."""

        LIGHT = "light", _("light")
        MODERATE = "moderate", _("moderate")
        HARD = "hard", _("hard")

    class Effect(models.TextChoices):
        """What it did, with "worse" as an answer like the others."""

        HELPED = "helped", _("helped")
        NO_CHANGE = "no_change", _("no change")
        WORSE = "worse", _("made it worse")

    entry = from_entry()
    practice = models.ForeignKey(
        Practice, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Practice.Kind.choices)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    effort = models.CharField(max_length=10, choices=Effort.choices, blank=True)
    effect = models.CharField(max_length=10, choices=Effect.choices, blank=True)
    words = SealedText()
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=within("minutes", 0, 1440), name="practice_within_a_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="practices_by_day"),
        ]


class SubstanceLog(JournalRow):
    """Alcohol or drugs, in units or own words; shared under a consent of its own."""

    class Kind(models.TextChoices):
        """What it was."""

        ALCOHOL = "alcohol", _("alcohol")
        OTHER = "other", _("something else")
        NONE = "none", _("none today")

    entry = from_entry()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    units = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    words = SealedText()
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=within("units", 0, 999), name="units_are_not_negative"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="substances_by_day"),
        ]


class Tracker(PatientRow):
    """Something of one's own to keep an eye on (J8). Hidden, never deleted."""

    class Kind(models.TextChoices):
        """What is asked."""

        SCALE = "scale", _("a scale from 0 to 10")
        NUMBER = "number", _("a number")
        YES_NO = "yes_no", _("yes or no")

    name = SealedText()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    unit = models.CharField(max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(default=1)
    is_private = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "order"], name="trackers_of"),
        ]


class TrackerValue(JournalRow):
    """One answer to one tracker. Yes is 1, no is 0."""

    entry = from_entry()
    tracker = models.ForeignKey(Tracker, models.CASCADE, related_name="values")
    value = models.DecimalField(max_digits=10, decimal_places=2)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "tracker", "local_date"], name="tracker_by_day"
            ),
        ]


class LifeEvent(JournalRow):
    """A key moment, added by any of the three: one line with its author (J14).

    One written in a check-in shares its fate: privacy, correction, the bin.
    """

    entry = from_entry()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    author_role = models.CharField(max_length=20)
    words = SealedText()
    written_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="moments_by_day"),
        ]
