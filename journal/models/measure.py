"""Forms asked of a person, what was answered, and moments that needed help."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from journal.models.rows import JournalRow
from patients.rows import PatientRow, SealedText


class MeasureAssignment(PatientRow):
    """A form asked of one person: once or every so many days, with its reason (J26)."""

    instrument = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    due_on = models.DateField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "instrument"],
                condition=Q(ended_at__isnull=True),
                name="a_form_is_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1),
                name="asked_at_most_daily",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "due_on"], name="forms_due"),
        ]


class MeasureResponse(JournalRow):
    """The answers to one form. A draft is the person's alone until it is sent.

    `answers` holds one value per item in the items' order, null for none given.
    `score` exists only when every item is answered (clinical.md 2).
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("not sent yet")
        SENT = "sent", _("sent")

    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=12, default="en")
    assignment = models.ForeignKey(
        MeasureAssignment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="responses",
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    answers = models.JSONField(default=list)
    functional = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    band = models.CharField(max_length=40, blank=True)
    zone = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "instrument"],
                condition=Q(state="draft", deleted_at__isnull=True),
                name="one_draft_a_form",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True, score__isnull=True)
                | Q(state="sent", sent_at__isnull=False),
                name="a_draft_has_no_score",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "instrument", "-sent_at"], name="scores_of"
            ),
            models.Index(fields=["patient", "local_date"], name="forms_by_day"),
        ]


class SafetyMoment(JournalRow):
    """An answer that opened the support page, and what the person chose there.

    Never deleted, blocks nothing. A private one raises no alert and says so, until
    the person uses "Tell my team" (decisions 29).
    """

    class Choice(models.TextChoices):
        """Three equal choices."""

        HELP_NOW = "help_now", _("I need help now")
        CONTACT_ME = "contact_me", _("I would like someone to contact me")
        SAFE = "safe", _("I am safe for now")

    # "measure:<response id>", "effect:<report id>" or "entry:<id>".
    ground = models.CharField(max_length=80)
    exact = SealedText()  # the question and the answer, word for word
    opened_at = models.DateTimeField()
    choice = models.CharField(max_length=12, choices=Choice.choices, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    talk_at_next_visit = models.BooleanField(default=False)
    asked_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-opened_at"], name="safety_moments_of"),
        ]
