"""Therapy: courses, sessions, homework and the summary a therapist shares.

Private psychotherapy notes have no place here (T7).
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import PlanItem, person
from careplan.plan.models.visit import Visit
from patients.rows import PatientRow, SealedText


class TherapyCourse(PlanItem):
    """A course of one kind of therapy: how often, how many, with what focus (L4)."""

    class State(models.TextChoices):
        """Where it stands."""

        ACTIVE = "active", _("going on")
        ENDED = "ended", _("ended")

    type_id = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    therapist = person(optional=True)
    focus = models.CharField(max_length=500, blank=True)
    stage = models.CharField(max_length=120, blank=True)
    condition_id = models.CharField(max_length=60, blank=True)
    every_days = models.PositiveSmallIntegerField(default=7)
    planned_sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    between_sessions = models.CharField(max_length=300, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="ended")
                | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
                name="ended_therapy_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state"], name="courses_of_patient"),
        ]


class TherapySession(PatientRow):
    """One session of a course; how it ended takes one click (T10)."""

    class State(models.TextChoices):
        """How it ended."""

        PLANNED = "planned", _("planned")
        ATTENDED = "attended", _("took place")
        LATE_CANCELLED = "late_cancelled", _("cancelled late")
        MISSED = "missed", _("did not happen")
        MOVED = "moved", _("moved")

    course = models.ForeignKey(TherapyCourse, models.CASCADE, related_name="sessions")
    visit = models.OneToOneField(Visit, models.CASCADE, related_name="session")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    state = models.CharField(
        max_length=14, choices=State.choices, default=State.PLANNED
    )
    marked_by = person(optional=True)
    marked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="planned") | Q(marked_at__isnull=False),
                name="session_marked_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "starts_at"], name="sessions_of_patient"),
        ]


class HomeworkForm(PatientRow):
    """A form built from fields without code; shipped ones are catalogue rows (T3)."""

    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    # [{"key", "label", "type", "min", "max", "options": [...], "required"}]
    fields = models.JSONField()
    built_by = person()
    # No longer given; sheets that were given keep it, so that they can be read.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "name"], name="forms_of_patient"),
        ]


class Homework(PatientRow):
    """Something to do between sessions: given, done, looked at together (T1)."""

    course = models.ForeignKey(TherapyCourse, models.CASCADE, related_name="homework")
    # One of the two: a shipped form's id, or a form built for this patient; or none.
    catalogue_form = models.CharField(max_length=60, blank=True)
    own_form = models.ForeignKey(
        HomeworkForm, models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=200)
    what = models.TextField(blank=True)
    given_by = person()
    given_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_words = SealedText()
    answers = SealedText()
    looked_at_at = models.DateTimeField(null=True, blank=True)
    looked_at_by = person(optional=True)
    looked_at_words = SealedText()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-given_at"], name="homework_of_patient"),
        ]


class WorkedMark(PatientRow):
    """Helped, no change or worse: one answer about one exercise or session (T12)."""

    class Answer(models.TextChoices):
        """What the person says."""

        HELPED = "helped", _("helped")
        NO_CHANGE = "no_change", _("no change")
        WORSE = "worse", _("made it worse")

    homework = models.ForeignKey(
        Homework, models.CASCADE, null=True, blank=True, related_name="marks"
    )
    session = models.ForeignKey(
        TherapySession, models.CASCADE, null=True, blank=True, related_name="marks"
    )
    practice = models.ForeignKey(
        "careplan.Practice",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="marks",
    )
    answer = models.CharField(max_length=10, choices=Answer.choices)
    line = SealedText()
    marked_at = models.DateTimeField()
    reply = SealedText()
    replied_by = person(optional=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    homework__isnull=False,
                    session__isnull=True,
                    practice__isnull=True,
                )
                | Q(
                    homework__isnull=True,
                    session__isnull=False,
                    practice__isnull=True,
                )
                | Q(
                    homework__isnull=True,
                    session__isnull=True,
                    practice__isnull=False,
                ),
                name="a_mark_is_about_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-marked_at"], name="marks_of_patient"),
        ]


class SharedSummary(PatientRow):
    """What the therapist writes for the others; the patient reads it too (T6)."""

    course = models.ForeignKey(TherapyCourse, models.CASCADE, related_name="summaries")
    author = person()
    words = SealedText()
    shared_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-shared_at"], name="summaries_of"),
        ]


class MedicineWorry(PatientRow):
    """A worry about medicine, and what became of it (T11)."""

    class Kind(models.TextChoices):
        """What kind of worry."""

        FEAR = "fear", _("a fear")
        MISUNDERSTANDING = "misunderstanding", _("something unclear")
        STIGMA = "stigma", _("what others may think")
        OTHER = "other", _("something else")

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        THERAPY = "therapy", _("talked about in therapy")
        CONCERN = "concern", _("asked the prescriber")
        SETTLED = "settled", _("settled")

    kind = models.CharField(max_length=18, choices=Kind.choices)
    words = SealedText()
    told_by = person()
    told_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=10, choices=Outcome.choices, default=Outcome.OPEN
    )
    outcome_words = SealedText()
    outcome_at = models.DateTimeField(null=True, blank=True)
    concern_ref = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "outcome"], name="worries_of_patient"),
        ]


class PastTherapy(PatientRow):
    """A therapy tried before: the ledger beside the medicines' (N19)."""

    type_id = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    skills = models.CharField(max_length=500, blank=True)
    helped = models.CharField(max_length=500, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)
    when = models.CharField(max_length=60, blank=True)
    course = models.OneToOneField(
        TherapyCourse, models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    told_by = person()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "name"], name="past_therapies_of"),
        ]
