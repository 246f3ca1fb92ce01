"""E-mail through Django's mail backend: SMTP, or a provider through anymail.

A second attempt carries the same Message-ID, so that a mailbox shows one message.
The sender's name, the subject and the headers name no product, clinic or illness.
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from careplan.outbox.backoff import Trouble
from careplan.outbox.channels.base import (
    Accepted,
    Outcome,
    Outgoing,
    Permanent,
    Retry,
)
from careplan.outbox.channels.http import Answer
from careplan.outbox.channels.plain_mail import PlainMail

DEAD_ADDRESS = frozenset({550, 551, 553, 511, 521, 541, 556})
"""Replies about the mailbox itself; other 5xx refuse this message or our server."""
MAILBOX_TROUBLE = frozenset({432, 450, 452, 422, 552})

REFUSED = frozenset({400, 413, 422})
"""A provider's HTTP answers that say no to this message, today and tomorrow."""


class Email:
    """One connection kept for a batch, opened again when the server hangs up."""

    name = "email"

    def __init__(self) -> None:
        self._connection: Any = None

    def send(self, message: Outgoing) -> Outcome:
        try:
            mail = self._mail(message)
            mail.send()
        except smtplib.SMTPException as error:
            return self._refused(error)
        except (OSError, EOFError) as error:
            self.close()
            if getattr(error, "status_code", None):  # anymail's count as OSError, too
                return _anymail_outcome(error)
            return Retry(type(error).__name__)
        except Exception as error:  # anymail's family has no base without it
            return _anymail_outcome(error)
        return _accepted(mail, message)

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            # The other side may have hung up first: then there is nothing to close.
            with suppress(OSError, smtplib.SMTPException):
                connection.close()

    def _mail(self, message: Outgoing) -> EmailMessage:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        return PlainMail(
            subject=message.subject,
            body=message.body,
            from_email=sender(),
            to=[message.to],
            headers=headers_of(message),
            connection=self._connection,
        )

    def _refused(self, error: smtplib.SMTPException) -> Outcome:
        """SMTP's own words, read as strictly as they are meant."""
        self.close()
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code = next(iter(error.recipients.values()))[0]
            return _by_code(code)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return Retry(f"smtp {error.smtp_code} sign-in")  # ours to repair
        if isinstance(error, smtplib.SMTPResponseException):
            return _by_code(error.smtp_code)
        return Retry(type(error).__name__)


def sender() -> str:
    """Neutral: the address of the service, under a name that says nothing."""
    return str(settings.DEFAULT_FROM_EMAIL)


def sender_address() -> str:
    return parseaddr(sender())[1]


def message_id(key: str) -> str:
    return f"<{key}@{sender_address().rpartition('@')[2]}>"


def headers_of(message: Outgoing) -> dict[str, str]:
    """RFC 8058 one-click stop beside the plain one; the id that stays the same."""
    headers = {
        "Message-ID": message_id(message.key),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if message.stop_url:
        headers["List-Unsubscribe"] = f"<{message.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _by_code(code: int) -> Outcome:
    if code in MAILBOX_TROUBLE:
        return Retry(f"smtp {code}", trouble=Trouble.MAILBOX)
    if 400 <= code < 500 or code == -1:
        return Retry(f"smtp {code}")
    return Permanent(f"smtp {code}", gone=code in DEAD_ADDRESS)


def _accepted(mail: EmailMessage, message: Outgoing) -> Outcome:
    status = getattr(mail, "anymail_status", None)
    provider_id = getattr(status, "message_id", None) or message_id(message.key)
    return Accepted(str(provider_id))


def _anymail_outcome(error: Exception) -> Outcome:
    """Anymail's refusals by their HTTP status; anything else is tried again.

    E-mail may be repeated (same Message-ID), so doubt is resolved towards sending.
    """
    if type(error).__name__ == "AnymailRecipientsRefused":
        return Permanent("recipient refused", gone=True)
    status = getattr(error, "status_code", None)
    if status == 429:
        return Retry("provider 429", after=_wish(error))
    if status in REFUSED:
        return Permanent(f"provider {status}")
    if status is not None:
        return Retry(f"provider {status}")  # theirs, or our sign-in: ours to repair
    return Retry(type(error).__name__)


def _wish(error: Exception) -> Any:
    from django.utils import timezone

    response = getattr(error, "response", None)
    if response is None:
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(429, headers, b"").retry_after(timezone.now())


CHANNEL = Email
