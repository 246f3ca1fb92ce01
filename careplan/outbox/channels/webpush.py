"""Web push: VAPID, encrypted to the device, with an opaque id and nothing to read.

The payload holds the message's id; the words on the screen are the device's own.
A second attempt has the same Topic, so that the push service replaces the first.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from email.utils import parseaddr
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from careplan.outbox.channels.base import (
    Accepted,
    Outcome,
    Outgoing,
    Permanent,
    Retry,
)
from careplan.outbox.channels.http import Ambiguous, Answer, NotReached, post
from careplan.outbox.channels.push_services import endpoint_allowed

VAPID_LIFE_SECONDS = 12 * 3600


class WebPush:
    name = "push"

    def send(self, message: Outgoing) -> Outcome:
        try:
            subscription = json.loads(message.to)
            endpoint = str(subscription["endpoint"])
            if not endpoint_allowed(endpoint):
                return Permanent("push address not allowed", gone=True)
            body = _sealed(subscription, message)
        except (ValueError, KeyError, TypeError, WebPushException):
            return Permanent("push subscription unreadable", gone=True)
        try:
            answer = post(endpoint, body=body, headers=_headers(endpoint, message))
        except (NotReached, Ambiguous) as error:
            return Retry(f"push: {error}")  # the Topic makes a repeat harmless
        return _outcome(answer, message)

    def close(self) -> None:
        """Each push service is another host: nothing is kept open."""


def topic_of(key: str) -> str:
    """At most 32 characters of base64url (RFC 8030), the same for the same key."""
    return urlsafe_b64encode(sha256(key.encode()).digest()[:24]).decode()


def _sealed(subscription: dict[str, object], message: Outgoing) -> bytes:
    payload = json.dumps({"id": str(message.id)}, separators=(",", ":"))
    sealed = WebPusher(subscription).encode(payload.encode(), "aes128gcm")
    return bytes(sealed["body"])


def _headers(endpoint: str, message: Outgoing) -> dict[str, str]:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": str(int(message.speaking_at.timestamp()) + VAPID_LIFE_SECONDS),
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    signed = Vapid02.from_string(settings.PUSH_PRIVATE_KEY).sign(claims)
    return {
        **signed,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(message.seconds_to_live),
        "Topic": topic_of(message.key),
        "Urgency": "normal",
    }


def _outcome(answer: Answer, message: Outgoing) -> Outcome:
    if 200 <= answer.status < 300:
        return Accepted(answer.headers.get("location", "") or f"push {message.id}")
    if answer.status in (404, 410):
        return Permanent(f"push {answer.status}", gone=True)
    if answer.status == 429 or answer.status >= 500:
        wish = answer.retry_after(message.speaking_at)
        return Retry(f"push {answer.status}", after=wish)
    if answer.status in (401, 403):
        return Retry(f"push {answer.status} sign-in")  # ours to repair
    return Permanent(f"push {answer.status}")


CHANNEL = WebPush
