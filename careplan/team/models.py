"""What the people around a patient tell each other."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from careplan.common.models import Row
from patients.models import User
from patients.rows import PatientRow, SealedText


class Level(models.TextChoices):
    """How soon a person has to look."""

    EMERGENCY = "emergency", _("now")
    SAME_DAY = "same_day", _("the same day")
    ROUTINE = "routine", _("next working day")


class Alert(PatientRow):
    """Something a clinician has to look at. One owner; nothing closes by itself."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting")  # nobody has taken it
        TAKEN = "taken", _("taken")  # the owner is looking at it
        DONE = "done", _("done")  # closed with a note

    level = models.CharField(max_length=10, choices=Level.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # What it is about, such as "measure:<id>:9"; the same ground is raised once.
    ground = models.CharField(max_length=120)
    label = models.CharField(max_length=200)
    exact = SealedText()
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=clock.now)
    escalate_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_note = SealedText()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "ground"],
                condition=~Q(state="done"),
                name="one_open_alert_a_ground",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_by__isnull=False),
                name="done_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_by__isnull=False),
                name="taken_by_someone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state", "-raised_at"], name="alerts_of"),
            models.Index(
                fields=["escalate_at"],
                condition=Q(state="open"),
                name="alerts_to_pass_on",
            ),
        ]


class AlertRecipient(PatientRow):
    """Who was told of an alert, and since when."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="recipients")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "user"], name="told_once"),
        ]


class AlertChoice(PatientRow):
    """Whom the patient wants told first. Made before any report (clinical.md 9.7)."""

    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-chosen_at"], name="last_alert_choice"),
        ]


class HeadsUp(PatientRow):
    """ "Changed, expect X until Y, please watch Z": written with each dose change."""

    label = models.CharField(max_length=200)
    expect = SealedText()
    watch = SealedText()
    until = models.DateField(null=True, blank=True)
    version_number = models.PositiveIntegerField(null=True, blank=True)
    posted_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-posted_at"], name="heads_ups_of"),
        ]


class HeadsUpSeen(PatientRow):
    """A clinician has read a heads-up, and may have written what they noticed."""

    heads_up = models.ForeignKey(HeadsUp, models.CASCADE, related_name="seen_by")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(default=clock.now)
    watch_note = SealedText()
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["heads_up", "user"], name="read_once_each"),
        ]


class Concern(PatientRow):
    """A question about one treatment raised from the other. Has an owner and an end."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        ANSWERED = "answered", _("answered")
        CLOSED_BY_CHANGE = "closed_by_change", _("closed by a change of plan")
        CLOSED_NO_CHANGE = "closed_no_change", _("closed without a change")

    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    question = SealedText()
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_as = models.CharField(max_length=20)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=clock.now)
    # Plain labels of what it stands on ("Session on 3 November"); rooms above know more.
    ground_label = models.CharField(max_length=200, blank=True)
    ground_ref = models.CharField(max_length=120, blank=True)
    also_label = models.CharField(max_length=200, blank=True)
    also_ref = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_version = models.PositiveIntegerField(null=True, blank=True)
    no_change_because = SealedText()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="closed_by_change")
                | Q(closed_version__isnull=False),
                name="closed_by_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered"])
                | Q(closed_at__isnull=False),
                name="closed_has_a_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state", "-raised_at"], name="concerns_of"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to end it."""
        return self.state in (self.State.OPEN, self.State.ANSWERED)


class ConcernNote(PatientRow):
    """One line of a concern's thread: an answer, or what happened to it."""

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=20)
    text = SealedText()
    event = models.CharField(
        max_length=20, blank=True
    )  # "" = words; else what happened
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "concern", "written_at"], name="notes_of_concern"
            ),
        ]


class Conversation(PatientRow):
    """A thread: the patient with the team, or the clinicians about the patient."""

    class Kind(models.TextChoices):
        TEAM = "team", _("you and your team")
        CLINICIANS = "clinicians", _("your clinicians with each other")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    subject = SealedText()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    last_post_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-last_post_at"], name="threads_of"),
        ]


class Post(PatientRow):
    """What one person wrote in a conversation. `kind` repeats the thread's, for the
    row policy: a post must be as hidden as its thread."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=12, choices=Conversation.Kind.choices)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=20)
    text = SealedText()
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "conversation", "written_at"], name="posts_of_thread"
            ),
        ]


class ReadUpTo(PatientRow):
    """How far somebody has read a conversation. Only they see it: no "last seen"."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "user"], name="one_bookmark_each"
            ),
        ]


class StoppingNotice(PatientRow):
    """ "I am thinking of stopping", said or read from missed doses (N12). No blame.

    What was said goes to clinicians with medicines; what missed doses told goes only
    to those who may see what was taken. The row policy keeps the two apart.
    """

    class Source(models.TextChoices):
        SAID = "said", _("said so")
        MISSED = "missed", _("missed doses, with reasons")

    class Reason(models.TextChoices):
        """Why, if the person likes to say. All weigh the same."""

        SIDE_EFFECTS = "side_effects", _("Side effects")
        BETTER = "better", _("I feel better")
        NO_HELP = "no_help", _("It does not seem to help")
        WORRY = "worry", _("I worry about taking it")
        HARD = "hard", _("It is hard to fit into my day")
        HARD_TO_GET = "hard_to_get", _("It is hard to get or to pay for")
        OTHER = "other", _("Something else")

    source = models.CharField(max_length=8, choices=Source.choices)
    # A plain label and the plan's own id of it; rooms above know more.
    medicine_label = models.CharField(max_length=200)
    medicine_ref = models.CharField(max_length=120, blank=True)
    reasons = ArrayField(
        models.CharField(max_length=14, choices=Reason.choices),
        default=list,
        blank=True,
    )
    words = SealedText()
    said_at = models.DateTimeField(default=clock.now)
    answer = SealedText()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "medicine_ref"],
                condition=Q(source="missed", answered_at__isnull=True),
                name="one_open_notice_of_missed_doses",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False),
                name="stopping_answered_by_someone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-said_at"], name="stopping_of"),
        ]


class CoverPeriod(Row):
    """A clinician is away; alerts go to the one named, where they share a team."""

    away = models.ForeignKey(User, models.CASCADE, related_name="+")
    cover = models.ForeignKey(User, models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="cover_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(away=F("cover")), name="cover_is_somebody_else"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["away", "ends_on"],
                condition=Q(ended_at__isnull=True),
                name="covers_of",
            ),
        ]


class DigestTime(Row):
    """When a clinician wants the one daily notice that things are waiting."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    at = models.TimeField()
