"""Text messages through Twilio's REST shape; any provider that speaks it will do.

No such provider honours an idempotency key. So whatever may have been delivered is
`Unknown`: shown to people, never sent again by a machine.
"""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import urlencode

from django.conf import settings

from careplan.outbox.channels.base import (
    Accepted,
    Outcome,
    Outgoing,
    Permanent,
    Retry,
    Unknown,
)
from careplan.outbox.channels.http import Ambiguous, Answer, NotReached, post

DEAD_NUMBERS = frozenset({21211, 21214, 21610, 21612, 21614, 21408})
"""Twilio's codes: not a number, not a mobile, opted out, cannot be reached from us."""

GSM_LETTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€")  # two places each
GSM_LENGTH = 160


class Sms:
    name = "sms"

    def send(self, message: Outgoing) -> Outcome:
        try:
            answer = post(
                f"{settings.SMS_API_BASE}/2010-04-01/Accounts/"
                f"{settings.SMS_ACCOUNT}/Messages.json",
                body=urlencode(_form(message)).encode(),
                headers=_headers(),
                timeout=settings.SMS_TIMEOUT,
            )
        except NotReached as error:
            return Retry(f"not reached: {error}")
        except Ambiguous as error:
            return Unknown(f"no answer: {error}")
        return _outcome(answer, message)

    def close(self) -> None:
        """Nothing is kept open between two messages."""


def gsm_length(text: str) -> int:
    """Places in a GSM-7 message; a letter outside it counts as a whole message."""
    return sum(
        1 if letter in GSM_LETTERS else 2 if letter in GSM_EXTENDED else GSM_LENGTH
        for letter in text
    )


def _form(message: Outgoing) -> dict[str, str]:
    return {
        "To": message.to,
        "From": settings.SMS_FROM,
        "Body": message.body,
        "ValidityPeriod": str(min(14_400, max(1, message.seconds_to_live))),
    }


def _headers() -> dict[str, str]:
    pair = f"{settings.SMS_ACCOUNT}:{settings.SMS_TOKEN}".encode()
    return {
        "Authorization": f"Basic {b64encode(pair).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def _outcome(answer: Answer, message: Outgoing) -> Outcome:
    if answer.status in (200, 201):
        sid = _field(answer.body, "sid")
        return Accepted(sid) if sid else Unknown("accepted without an id")
    if answer.status == 429:
        return Retry("sms 429", after=answer.retry_after(message.speaking_at))
    if answer.status >= 500:
        return Unknown(f"sms {answer.status}")
    code = _field(answer.body, "code")
    if code.isdigit() and int(code) in DEAD_NUMBERS:
        return Permanent(f"sms {code}", gone=True)
    if answer.status in (401, 403, 404):
        return Retry(f"sms {answer.status} sign-in")  # ours to repair
    return Permanent(f"sms {answer.status} {code}".strip())


def _field(body: bytes, name: str) -> str:
    try:
        return str(json.loads(body).get(name, ""))
    except (ValueError, AttributeError):
        return ""


CHANNEL = Sms
