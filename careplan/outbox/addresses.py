"""Where a person is reached beside their e-mail: a confirmed number, their devices."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.outbox import queue
from careplan.outbox.channels.push_services import endpoint_allowed
from careplan.outbox.models import ChannelAddress, PushSubscription

NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
MOST_TRIES = 5
LONGEST_SUBSCRIPTION = 4000


class NotANumber(DomainError):
    code = "not_a_number"
    sentence = _("Enter a mobile number with its country code, such as +447700900123.")


class WrongCode(DomainError):
    code = "wrong_code"
    sentence = _(
        "That code does not fit. Look at the message again, or ask for a new one."
    )


class NotADevice(DomainError):
    code = "not_a_device"
    sentence = _("This browser cannot be reached. Try another way.")


@transaction.atomic
def set_phone(user: Any, *, number: str, now: datetime) -> ChannelAddress:
    """Note a number and text it a code. Nothing else goes there until it is confirmed,
    so that nobody can have a stranger reminded. Refuses what is not a number."""
    plain = re.sub(r"[\s().-]", "", number)
    if not NUMBER.fullmatch(plain):
        raise NotANumber
    ChannelAddress.objects.filter(user=user, channel="sms").exclude(
        address=plain
    ).update(address=plain, confirmed_at=None, off_at=None, off_because="",
             soft_bounces=0)  # fmt: skip
    address, _made = ChannelAddress.objects.get_or_create(
        user=user, channel="sms", defaults={"address": plain, "created_at": now}
    )
    if address.confirmed_at is None:
        _text_code(user, address, now)
    return address


def _text_code(user: Any, address: ChannelAddress, now: datetime) -> None:
    with override(getattr(user, "language", "en")):
        words = gettext("Your code is {code}.").format(code=code_of(address))
    queue.enqueue(
        recipient=user,
        channel="sms",
        kind="confirm",
        subject="",
        body=words,
        dedupe_key=f"confirm:{address.pk}:{now:%Y-%m-%dT%H:%M}",  # one a minute
        now=now,
    )


def code_of(address: ChannelAddress) -> str:
    """Six digits that fit this row and this number only."""
    said = f"phone|{address.pk}|{address.address}".encode()
    raw = hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")
    return f"{int.from_bytes(raw[:8], 'big') % 1_000_000:06d}"


def confirm_phone(user: Any, *, code: str, now: datetime) -> None:
    """The code came back: this number is the person's. Refuses a wrong code, and every
    code after five wrong ones."""
    address = ChannelAddress.objects.filter(user=user, channel="sms").first()
    if address is None or address.soft_bounces >= MOST_TRIES:
        raise WrongCode
    if not hmac.compare_digest(code_of(address).encode(), code.strip().encode()):
        address.soft_bounces += 1
        address.save(update_fields=["soft_bounces"])
        raise WrongCode
    address.confirmed_at, address.soft_bounces = now, 0
    address.save(update_fields=["confirmed_at", "soft_bounces"])


def add_device(user: Any, *, subscription: str, now: datetime) -> None:
    """Let this browser be pushed to. Refuses an address that is no known push service:
    the server would otherwise ask whatever host somebody names."""
    try:
        told = json.loads(subscription[:LONGEST_SUBSCRIPTION])
        endpoint, keys = str(told["endpoint"]), told["keys"]
        kept = {
            "endpoint": endpoint,
            "keys": {k: str(keys[k]) for k in ("p256dh", "auth")},
        }
    except (ValueError, KeyError, TypeError) as error:
        raise NotADevice from error
    if not endpoint_allowed(endpoint):
        raise NotADevice
    PushSubscription.objects.update_or_create(
        endpoint_hash=_endpoint_hash(user, endpoint),
        defaults={"user": user, "subscription": json.dumps(kept), "gone_at": None},
        create_defaults={
            "user": user,
            "subscription": json.dumps(kept),
            "created_at": now,
        },
    )


def forget_device(user: Any, *, endpoint: str, now: datetime) -> None:
    """Push nothing more to this browser. Somebody else's is never touched."""
    mine = PushSubscription.objects.filter(
        user=user, endpoint_hash=_endpoint_hash(user, endpoint), gone_at=None
    )
    mine.update(gone_at=now)


def _endpoint_hash(user: Any, endpoint: str) -> str:
    return hashlib.sha256(f"{user.pk} {endpoint}".encode()).hexdigest()


def working_channels(user: Any) -> tuple[str, ...]:
    """The channels that would reach this person now, in the usual order."""
    found = ["email"]
    confirmed = ChannelAddress.objects.filter(
        user=user, channel="sms", confirmed_at__isnull=False, off_at=None
    )
    if settings.SMS_ACCOUNT and confirmed.exists():
        found.append("sms")
    devices = PushSubscription.objects.filter(user=user, gone_at=None)
    if settings.PUSH_PRIVATE_KEY and devices.exists():
        found.append("push")
    return tuple(found)
