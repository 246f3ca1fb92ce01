"""What leaves the house: messages, the addresses they go to, and who wants none."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.common.models import Row


class State(models.TextChoices):
    """Where a message stands. Each ends in one of the last five and stays there."""

    QUEUED = "queued", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("accepted by the provider")
    FAILED = "failed", _("could not be sent")
    UNKNOWN = "unknown", _("perhaps sent")
    EXPIRED = "expired", _("too late to send")
    CANCELLED = "cancelled", _("no longer wanted")


WAITING = (State.QUEUED, State.SENDING)


class Message(Row):
    """One message on one channel, with the words as they were rendered.

    `wake_at` is the next moment that matters: not before it while queued, the lease's
    end while sending. `token` is the fencing token of whoever holds the lease; only
    its holder may record an outcome. `about` holds opaque tags to cancel by.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    address = models.CharField(max_length=254, blank=True)  # only without a recipient
    patient_id = models.UUIDField(null=True, blank=True)
    topic = models.CharField(max_length=20, blank=True)  # must still be shared
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    link_ref = models.UUIDField(null=True, blank=True)  # the link's secret comes of it
    stoppable = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    about = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    because = models.CharField(max_length=60, blank=True)
    wake_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    active_until = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=120, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) ^ ~Q(address=""),
                name="message_goes_to_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(token__isnull=False),
                name="sending_has_a_token",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "sending"), finished_at__isnull=True)
                | Q(
                    state__in=("sent", "failed", "unknown", "expired", "cancelled"),
                    finished_at__isnull=False,
                ),
                name="finished_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "wake_at"],
                condition=Q(state__in=("queued", "sending")),
                name="messages_waiting",
            ),
            GinIndex(
                fields=["about"],
                condition=Q(state__in=("queued", "sending")),
                name="messages_by_tag",
            ),
            models.Index(
                fields=["patient_id", "-created_at"], name="messages_of_patient"
            ),
            BrinIndex(fields=["created_at"], name="messages_by_age"),
            models.Index(
                fields=["-finished_at"],
                condition=Q(state__in=("failed", "unknown")),
                name="messages_in_trouble",
            ),
        ]


class ChannelAddress(Row):
    """Where one person is reached on one channel, and whether that still works."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_because = models.CharField(max_length=60, blank=True)
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    first_soft_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "channel"], name="one_address_a_channel"
            ),
        ]


class PushSubscription(Row):
    """One browser that asked for pushes. `keys` are the device's public ones."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    subscription = models.TextField()
    endpoint_hash = models.CharField(max_length=64, unique=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["user", "-created_at"],
                condition=Q(gone_at__isnull=True),
                name="devices_of_user",
            ),
        ]


class OptOut(Row):
    """Somebody wants no more of one kind on one channel. "" stands for every kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "channel", "kind"], name="one_opt_out_each"
            ),
        ]
