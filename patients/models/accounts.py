"""Accounts: what was agreed to, devices, display, and who did what to an account.

Nothing here is clinical; an administrator may read every column (security.md A8).
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from careplan.common.models import Row
from patients.models.people import Organisation, User


class ConsentText(Row):
    """The words somebody agreed to, one row a version, never changed."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("terms of use")
        PROCESSING = "processing", _("keeping health data")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    version = models.CharField(max_length=20)
    body = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "version"], name="one_text_per_version"
            ),
        ]


class TermsAnswer(Row):
    """A person agreed to one version of one text. Added only."""

    user = models.ForeignKey(User, models.CASCADE, related_name="terms_answers")
    kind = models.CharField(max_length=20, choices=ConsentText.Kind.choices)
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "kind"], name="agreed_to")]


class ActivityEvent(Row):
    """Somebody did something to an account. Added only; nothing clinical."""

    class Kind(models.TextChoices):
        SIGNED_UP = "signed_up", _("signed up")
        NEW_DEVICE = "new_device", _("signed in on a new device")
        INVITED = "invited", _("invited")
        JOINED = "joined", _("accepted an invitation")
        WITHDRAWN = "withdrawn", _("withdrew an invitation")
        SUSPENDED = "suspended", _("suspended the account")
        RESTORED = "restored", _("restored the account")
        FACTOR_ADDED = "factor_added", _("added a second step")
        FACTOR_RESET = "factor_reset", _("removed the second step")
        VERIFIED = "verified", _("verified the profession")
        SUCCESSOR = "successor", _("named a successor")
        PRACTICE = "practice", _("changed practice details")
        ADMIN_ADDED = "admin_added", _("made somebody an administrator")
        ADMIN_REMOVED = "admin_removed", _("removed an administrator")
        CLOSED = "closed", _("closed the account")
        HELPLINES = "helplines", _("checked helplines")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-at"], name="activity_of_practice"),
            models.Index(fields=["about", "-at"], name="activity_about"),
        ]


class Device(Row):
    """A browser somebody signed in on. Only the hash of its cookie is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120, blank=True)
    # A remembered device may still send check-ins when the session is idle.
    remembered = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(default=clock.now)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user"], name="known_devices")]


class HelplineCheck(Row):
    """A person of the service rang or wrote to a helpline and found it right.

    Added only; the last one about a line counts, for half a year.
    """

    helpline = models.CharField(max_length=60)  # its id in the catalogue
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["helpline", "-checked_at"], name="helpline_checks"),
        ]
