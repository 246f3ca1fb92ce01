"""From a suggestion to a signed version: proposals, answers, signatures."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import person
from careplan.plan.models.plan import Plan, PlanVersion
from patients.rows import PatientRow

OPEN_STATES = ("proposed", "question_open", "agreed")


class TopicsRow(PatientRow):
    """A row that only those may read whose consent opens every topic it touches."""

    topics = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        abstract = True


class Proposal(TopicsRow):
    """A suggested change, the text each person answers, and where it stands."""

    class State(models.TextChoices):
        """The life of a suggestion (ux.md 6.4)."""

        DRAFT = "draft", _("draft")  # seen by its writer alone
        PROPOSED = "proposed", _("waiting for answers")
        QUESTION = "question_open", _("a question is open")  # the clock stands still
        AGREED = "agreed", _("agreed")  # all needed agreed; waits for the rest
        DECLINED = "declined", _("not wanted now")
        WITHDRAWN = "withdrawn", _("taken back")
        EXPIRED = "expired", _("not answered in time")
        APPLIED = "applied", _("in the plan")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="proposals")
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    proposer = person()
    proposer_role = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    # For the patient, read first; the record's text is made from the changes.
    why = models.TextField()
    notice = models.TextField(blank=True)
    pause = models.TextField(blank=True)
    look_again_on = models.DateField(null=True, blank=True)
    look_again_how = models.CharField(max_length=100, blank=True)
    base_number = models.PositiveIntegerField()
    # The hash of the text as sent; every answer names it.
    text_hash = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reply_by = models.DateField(null=True, blank=True)
    reply_by_at = models.DateTimeField(null=True, blank=True)
    clock_stopped_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_because = models.CharField(max_length=1000, blank=True)
    # Which medicine it is about: one open suggestion per medicine at a time.
    medicine_key = models.CharField(max_length=80, blank=True)
    for_safety = models.BooleanField(default=False)
    safety_reason = models.CharField(max_length=1000, blank=True)
    went_on_because = models.CharField(max_length=1000, blank=True)
    overrides = models.JSONField(default=list, blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    concern_ref = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "medicine_key"],
                condition=Q(state__in=OPEN_STATES) & ~Q(medicine_key=""),
                name="one_open_per_medicine",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(sent_at__isnull=False) & ~Q(text_hash="")),
                name="sent_text_is_fixed",
            ),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(version__isnull=False),
                name="applied_made_a_version",
            ),
            models.CheckConstraint(
                condition=Q(for_safety=False) | ~Q(safety_reason=""),
                name="safety_has_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-sent_at"], name="proposals_of_patient"),
            models.Index(
                fields=["reply_by_at"],
                condition=Q(state__in=("proposed", "agreed")),
                name="proposals_waiting",
            ),
        ]


class ProposedChange(TopicsRow):
    """One typed change of a proposal, with the two sentences made from it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="changes")
    order = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=40)
    values = models.JSONField()
    sentence = models.TextField()
    record_sentence = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "order"], name="changes_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "proposal"], name="changes_of_proposal"),
        ]


class Response(TopicsRow):
    """One person's answer to the exact text of a proposal; may be taken back."""

    class Answer(models.TextChoices):
        """What a person may say."""

        AGREES = "agrees", _("agreed")
        AGREES_WITH_NOTE = "agrees_with_note", _("agreed with a note")
        DISAGREES = "disagrees", _("does not agree")
        DECLINES = "declines", _("does not want this now")  # the patient's no

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="responses")
    user = person()
    role = models.CharField(max_length=20)
    answer = models.CharField(max_length=20, choices=Answer.choices)
    note = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64)
    answered_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "user"],
                condition=Q(taken_back_at__isnull=True),
                name="one_answer_each",
            ),
            models.CheckConstraint(
                condition=~Q(answer="agrees_with_note") | ~Q(note=""),
                name="a_note_has_words",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "proposal"], name="answers_to_proposal"),
        ]


class ProposalQuestion(TopicsRow):
    """A question asked before answering; while it is open the clock stands still."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="questions")
    asker = person()
    text = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = person(optional=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "proposal"], name="questions_of_proposal"),
        ]


class Signature(PatientRow):
    """One person beside one version's hash. Added, never changed.

    A clinician who was asked and was silent is named too, without a time.
    """

    class Kind(models.TextChoices):
        """What stands beside the name."""

        AGREED = "agreed", _("agreed")
        AGREED_WITH_NOTE = "agreed_with_note", _("agreed with a note")
        DISAGREES = "disagrees", _("does not agree")
        NOT_ANSWERED = "not_answered", _("not answered")
        ASKED_AFTER = "asked_after", _("asked after it started")  # start for safety

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="signatures")
    user = person()
    role = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Equal to the version's: a key over (version, hash) says so.
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(null=True, blank=True)
    response = models.ForeignKey(
        Response, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "user"], name="one_signature_each"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["not_answered", "asked_after"])
                | Q(signed_at__isnull=False),
                name="signed_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "version"], name="signatures_of_version"),
        ]
