"""One check-in: mood and feelings, its note, its earlier versions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from journal.models.rows import JournalRow, feeling, within
from patients.models import MoodScale
from patients.rows import PatientRow, SealedText


class Entry(JournalRow):
    """A moment the person told about. Mood is one value, or low and high apart.

    `occurred_at` is what it is about, `written_at` when it was written; together
    they say what was added later (J10). `client_id` makes a repeat harmless.
    """

    class Source(models.TextChoices):
        """Where it came from."""

        WEB = "web", _("on this site")
        OFFLINE = "offline", _("on a phone without signal")
        LINK = "link", _("from a reminder's link")

    client_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    written_at = models.DateTimeField(default=clock.now)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.WEB)
    scale = models.CharField(
        max_length=10, choices=MoodScale.choices, default=MoodScale.STANDARD
    )
    mood = models.PositiveSmallIntegerField(null=True, blank=True)
    low = feeling()
    high = feeling()
    energy = feeling()
    worry = feeling()
    irritability = feeling()
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "client_id"], name="an_entry_once"
            ),
            models.CheckConstraint(condition=within("mood", 1, 7), name="mood_1_to_7"),
            models.CheckConstraint(
                condition=within("low", 0, 3) & within("high", 0, 3),
                name="low_and_high_0_to_3",
            ),
            models.CheckConstraint(
                condition=within("energy", 0, 3)
                & within("worry", 0, 3)
                & within("irritability", 0, 3),
                name="feelings_0_to_3",
            ),
            # Two scales are never mixed in one row, and never averaged (J2).
            models.CheckConstraint(
                condition=Q(scale="standard", low__isnull=True, high__isnull=True)
                | Q(scale="elevated", mood__isnull=True),
                name="one_mood_scale_an_entry",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="entries_by_day"),
            models.Index(fields=["patient", "-occurred_at"], name="entries_by_time"),
        ]

    @property
    def is_mixed(self) -> bool:
        """Whether low and high were felt at once (J2)."""
        return bool(self.low and self.high)

    @property
    def was_added_later(self) -> bool:
        """Whether it was written on a later day than it is about."""
        return clock.local_date(self.written_at, self.zone) > self.local_date


class EntryNote(JournalRow):
    """The words of an entry: a table of their own, shared under their own topic."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="note")
    words = SealedText()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="notes_by_day"),
        ]


class EntryVersion(PatientRow):
    """How an entry stood before a correction. Added only; the patient reads it."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="versions")
    replaced_at = models.DateTimeField()
    before = SealedText()  # JSON: field name to value, the note among them

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "entry", "-replaced_at"], name="versions_of_entry"
            ),
        ]


class KeptForm(PatientRow):
    """What was typed and not saved yet, kept over a signed-out moment (E4).

    One per page; sealed like every text, and gone once the page is saved.
    """

    page = models.CharField(max_length=40)
    fields = SealedText()  # JSON: field name to list of texts
    kept_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "page", "-kept_at"], name="kept_forms_of"),
        ]


class CheckinTiming(PatientRow):
    """How many seconds a check-in took, and nothing about what it said (J11)."""

    seconds = models.PositiveIntegerField()
    through = models.CharField(max_length=8, default="page")
    local_date = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seconds__lte=3600), name="a_check_in_within_the_hour"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "local_date"], name="timings_by_day"),
        ]
