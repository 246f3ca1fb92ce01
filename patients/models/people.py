"""People, the teams around a patient, what each may see, and who did see."""

import uuid
from typing import ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from careplan.common.hours import ReplyHours
from careplan.common.models import Row
from patients.topics import Topic


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address. There is no superuser: none would open anything."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(
        self, email: str, password: str | None = None, **fields: object
    ) -> "User":
        """Make an account whose address the caller has proof of.

        Without a password it can only sign in after a reset. Somebody who signs up by
        herself goes another way and proves her address with a code.
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        EmailAddress.objects.create(
            user=user, email=user.email, verified=True, primary=True
        )
        return user


class User(AbstractBaseUser):
    """A person who signs in. May keep a record and, elsewhere, be a clinician."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email"), max_length=254)
    name = models.CharField(_("name"), max_length=150)
    preferred_name = models.CharField(_("preferred name"), max_length=150, blank=True)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    language = models.CharField(_("language"), max_length=12, default="en")
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def called(self) -> str:
        """The name this person wants to be called by."""
        return self.preferred_name or self.name

    @property
    def initials(self) -> str:
        """One or two letters that stand for the person in a circle."""
        words = [w for w in self.name.replace(".", " ").split() if w[:1].isalpha()]
        words = [w for w in words if w.lower() not in {"dr", "prof", "mr", "ms", "mrs"}]
        return "".join(w[0] for w in (words[:1] + words[1:][-1:])).upper()


class Organisation(Row):
    """A practice or clinic, with the promise it makes about reading answers."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="GB")
    reply_hours = models.CharField(max_length=200, blank=True)
    # The same as a clock reads it: Monday is 0. Empty: no hours to count in.
    reply_days = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True
    )
    reply_from = models.TimeField(null=True, blank=True)
    reply_until = models.TimeField(null=True, blank=True)
    reading_promise = models.CharField(max_length=300, blank=True)
    time_zone = models.CharField(max_length=64, default="Europe/London")
    is_open = models.BooleanField(default=True)
    helplines = models.TextField(blank=True)
    # Hours, promise and helplines are shown to patients once a person has confirmed them.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "patients.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # A practice of one: its clinician is verified by the service's operator.
    is_sole = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    reply_days__len=0, reply_from__isnull=True, reply_until__isnull=True
                )
                | Q(
                    reply_days__len__gte=1,
                    reply_days__contained_by=list(range(7)),
                    reply_from__isnull=False,
                    reply_until__isnull=False,
                    reply_from__lt=F("reply_until"),
                ),
                name="reply_hours_are_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> ReplyHours | None:
        """The hours a person has confirmed, as a clock counts them; None without."""
        if not (self.confirmed_at and self.reply_days):
            return None
        if self.reply_from is None or self.reply_until is None:
            return None
        days = frozenset(self.reply_days)
        return ReplyHours(days, self.reply_from, self.reply_until, self.time_zone)


class Profession(models.TextChoices):
    """What a clinician is; the role in a team follows from it."""

    THERAPIST = "therapist", _("therapist")
    PRESCRIBER = "prescriber", _("prescriber")
    CARE_MANAGER = "care_manager", _("care manager")


class Clinician(Row):
    """A user's place in an organisation, and who checked their profession."""

    user = models.ForeignKey(User, models.CASCADE, related_name="clinician_posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    profession = models.CharField(max_length=20, choices=Profession.choices)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    registration = models.CharField(max_length=60, blank=True)
    # Suspended: no records through this post; somebody's own record stays open to them.
    suspended_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation", "profession"], name="one_post_each"
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(verified_by__isnull=False),
                name="verified_by_someone",
            ),
        ]


class Administrator(Row):
    """A user who keeps accounts: of one organisation, or of the service (none)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="admin_posts")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                nulls_distinct=False,
                name="one_admin_post_each",
            ),
        ]


class MoodScale(models.TextChoices):
    """Which tiles a check-in shows (decisions 12)."""

    STANDARD = "standard", _("one scale, from very low to very good")
    ELEVATED = "elevated", _("low and high apart, around steady")


class Patient(Row):
    """The record. It belongs to the person, not to an organisation."""

    user = models.OneToOneField(User, models.PROTECT, related_name="patient")
    time_zone = models.CharField(max_length=64, default="Europe/London")
    country = models.CharField(max_length=2, default="GB")
    birth_date = models.DateField(null=True, blank=True)
    mood_scale = models.CharField(
        max_length=10, choices=MoodScale.choices, default=MoodScale.STANDARD
    )
    # Feelings a check-in asks about no more, by the name of their column (J3).
    feelings_off = ArrayField(models.CharField(max_length=14), default=list, blank=True)
    # None: not asked yet, which means no (P9). Kept by the consent trigger.
    clinicians_may_talk = models.BooleanField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # "Dr Okafor read your entries": off until the patient asks for it (N16).
    review_receipts = models.BooleanField(default=False)
    welcomed_at = models.DateTimeField(null=True, blank=True)

    @property
    def called(self) -> str:
        """The name this person wants to be called by."""
        return self.user.called


class PatientKey(Row):
    """The key that opens this patient's texts, itself sealed with the service's key.

    Destroying this row makes every text of the record unreadable, in backups too.
    """

    patient = models.OneToOneField(Patient, models.CASCADE, related_name="+")
    sealed = models.BinaryField()


class Role(models.TextChoices):
    """What somebody is to one patient."""

    THERAPIST = "therapist", _("therapist")
    PRESCRIBER = "prescriber", _("prescriber")
    CARE_MANAGER = "care_manager", _("care manager")
    SUPPORTER = "supporter", _("supporter")


CLINICAL_ROLES = (Role.THERAPIST, Role.PRESCRIBER, Role.CARE_MANAGER)


class CareTeamMember(Row):
    """One person on one patient's team. `topics` is today's consent, kept by trigger."""

    class State(models.TextChoices):
        ACTIVE = "active", _("on the team")
        ENDED = "ended", _("no longer on the team")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    clinician = models.ForeignKey(
        Clinician, models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "user"],
                condition=Q(state="active"),
                name="one_place_on_a_team",
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
                name="ended_has_a_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state"], name="team_of_patient"),
            models.Index(
                fields=["user"], condition=Q(state="active"), name="teams_of_user"
            ),
        ]

    @property
    def called(self) -> str:
        """The name this person wants to be called by."""
        return self.user.called


class Consent(Row):
    """One answer to one question about sharing. Rows are only added; the last counts.

    With a `member` it is about a topic; without one it is whether the patient's
    clinicians may talk with each other (topic "talk").
    """

    TALK = "talk"

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    member = models.ForeignKey(
        CareTeamMember, models.CASCADE, null=True, blank=True, related_name="consents"
    )
    topic = models.CharField(
        max_length=20, choices=[*Topic.choices, (TALK, _("talk with each other"))]
    )
    granted = models.BooleanField()
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text_version = models.CharField(max_length=20, default="2026-11")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "member", "topic", "-given_at"], name="last_consent"
            ),
        ]


class AccessEvent(Row):
    """Somebody else saw a part of a record. Added only; the patient reads it."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    viewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    part = models.CharField(max_length=60)
    through = models.CharField(max_length=20, default="page")
    why = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-seen_at"], name="who_looked"),
        ]


class Invitation(Row):
    """An offer to join: a team, an organisation, or as a patient. Single use.

    Only the token's hash is stored. It holds nothing clinical, and `patient_ref`
    carries no foreign key: the row is an account row, and says only who invites.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    patient_ref = models.UUIDField(null=True, blank=True)
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    expires_at = models.DateTimeField()
    # Used: somebody said yes. Joined: it took effect, for a clinician after verification.
    joined_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["invited_by", "-created_at"], name="sent_invitations"),
        ]
