"""Where a person is reached beside their e-mail: a confirmed number, their devices."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.outbox import queue
from careplan.outbox.channels.push_services import endpoint_allowed
from careplan.outbox.models import ChannelAddress, Message, PushSubscription

NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
MOST_TRIES = 5  # an hour, whatever number and code
TRIES_WITHIN = timedelta(hours=1)
MOST_CODES = 10  # a day: nobody lets us text strangers all day long
CODE_LIFE = timedelta(minutes=10)
LONGEST_SUBSCRIPTION = 4000


class NotANumber(DomainError):
    code = "not_a_number"
    sentence = _("Enter a mobile number with its country code, such as +447700900123.")


class WrongCode(DomainError):
    code = "wrong_code"
    sentence = _(
        "That code does not fit. Look at the message again, or ask for a new one."
    )


class TooManyCodes(DomainError):
    code = "too_many_codes"
    sentence = _("We have sent many codes today. Try again tomorrow.")


class NotADevice(DomainError):
    code = "not_a_device"
    sentence = _("This browser cannot be reached. Try another way.")


@transaction.atomic
def set_phone(user: Any, *, number: str, now: datetime) -> ChannelAddress:
    """Note a number and text it a code. Nothing else goes there until it is confirmed,
    so that nobody can have a stranger reminded. Refuses what is not a number,
    and more than ten codes a day."""
    plain = re.sub(r"[\s().-]", "", number)
    if not NUMBER.fullmatch(plain):
        raise NotANumber
    mine = ChannelAddress.objects.filter(user=user, channel="sms")
    # A number that was switched off is tried once more, with a code like a new one:
    # whoever enters it again may have told their phone company that we may write.
    mine.filter(~Q(address=plain) | Q(off_at__isnull=False)).update(
        address=plain, confirmed_at=None, off_at=None, off_because=""
    )
    address, _made = ChannelAddress.objects.get_or_create(
        user=user, channel="sms", defaults={"address": plain, "created_at": now}
    )
    if address.confirmed_at is None:
        _text_code(user, address, now)
    return address


def _text_code(user: Any, address: ChannelAddress, now: datetime) -> None:
    sent = Message.objects.filter(
        recipient=user, kind="confirm", created_at__gt=now - timedelta(days=1)
    )
    if sent.count() >= MOST_CODES:
        raise TooManyCodes
    with override(getattr(user, "language", "en")):
        words = gettext("Your code is {code}.").format(code=code_of(address, now))
    queue.enqueue(
        recipient=user,
        channel="sms",
        kind="confirm",
        subject="",
        body=words,
        dedupe_key=f"confirm:{address.pk}:{now:%Y-%m-%dT%H:%M}",  # one a minute
        now=now,
    )


def code_of(address: ChannelAddress, at: datetime) -> str:
    """Six digits that fit this row, this number and these ten minutes only."""
    part = int(at.timestamp() // CODE_LIFE.total_seconds())
    said = f"phone|{address.pk}|{address.address}|{part}".encode()
    raw = hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")
    return f"{int.from_bytes(raw[:8], 'big') % 1_000_000:06d}"


def confirm_phone(user: Any, *, code: str, now: datetime) -> None:
    """The code came back: this number is the person's. Refuses a wrong code, one that
    is older than ten to twenty minutes, and every code after five wrong ones an hour."""
    if not _try(user, code.strip(), now):
        raise WrongCode


@transaction.atomic
def _try(user: Any, code: str, now: datetime) -> bool:
    """Count the try, under a lock: of many at once no more than five are looked at."""
    mine = ChannelAddress.objects.select_for_update()
    address = mine.filter(user=user, channel="sms").first()
    if address is None:
        return False
    if address.first_soft_at is None or address.first_soft_at < now - TRIES_WITHIN:
        address.first_soft_at, address.soft_bounces = now, 0
    if address.soft_bounces >= MOST_TRIES:
        return False
    address.soft_bounces += 1
    fits = _fits(address, code, now)
    if fits:
        address.confirmed_at = now
        address.soft_bounces, address.first_soft_at = 0, None
    address.save(update_fields=["confirmed_at", "soft_bounces", "first_soft_at"])
    return fits


def _fits(address: ChannelAddress, code: str, now: datetime) -> bool:
    """The code of these ten minutes, or of those before."""
    right = (code_of(address, now), code_of(address, now - CODE_LIFE))
    return any(hmac.compare_digest(one.encode(), code.encode()) for one in right)


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


def try_again(user: Any, channels: Iterable[str]) -> None:
    """Send to these again although a message came back: the mailbox may be well by
    now. One that is still dead is switched off at the next message."""
    off = ChannelAddress.objects.filter(user=user, channel__in=list(channels))
    off.exclude(off_at=None).update(
        off_at=None, off_because="", soft_bounces=0, first_soft_at=None
    )


def ways_that_fail(user: Any) -> list[str]:
    """The channels that were switched off since messages came back (C5)."""
    off = ChannelAddress.objects.filter(user=user).exclude(off_at=None)
    mine = user.email.casefold()
    return [
        row.channel
        for row in off
        if row.channel != "email" or row.address.casefold() == mine
    ]


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
