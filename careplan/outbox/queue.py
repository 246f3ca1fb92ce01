"""Putting messages into the queue, and taking them out again before they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from careplan.common.postgresql.columns import packed, rows_of
from careplan.outbox.models import Message

FRESHNESS = timedelta(hours=4)
ACCOUNT_FRESHNESS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be queued, with finished words."""

    recipient_id: UUID
    channel: str
    kind: str
    subject: str
    body: str
    dedupe_key: str
    due_at: datetime
    expires_at: datetime
    patient_id: UUID | None = None
    topic: str = ""
    about: Sequence[str] = ()
    link_ref: UUID | None = None
    stoppable: bool = False
    id: UUID = field(default_factory=uuid4)


def enqueue(
    *,
    recipient: AbstractBaseUser,
    channel: str,
    kind: str,
    subject: str,
    body: str,
    dedupe_key: str,
    about: tuple[str, ...] = (),
    patient_id: UUID | None = None,
    topic: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    now: datetime,
) -> Message:
    """Queue one message in the caller's transaction; it leaves after the commit.

    A second call with the same `dedupe_key` adds nothing. Without `expires_at` it is
    worth sending for a day. With `patient_id` and a recipient other than the patient
    it goes out only while the recipient is on that team, and, with `topic`, only while
    that topic is shared.
    """
    due_at = not_before or now
    message = Message(
        recipient_id=recipient.pk,
        channel=channel,
        kind=kind,
        subject=subject,
        body=body,
        dedupe_key=dedupe_key,
        about=list(about),
        patient_id=patient_id,
        topic=topic,
        wake_at=due_at,
        due_at=due_at,
        expires_at=expires_at or due_at + ACCOUNT_FRESHNESS,
        created_at=now,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return message


def enqueue_to_address(
    *,
    address: str,
    kind: str,
    subject: str,
    body: str,
    dedupe_key: str,
    about: tuple[str, ...] = (),
    expires_at: datetime | None = None,
    now: datetime,
) -> Message:
    """Queue one e-mail to somebody who has no account yet: an invitation."""
    message = Message(
        address=address,
        channel="email",
        kind=kind,
        subject=subject,
        body=body,
        dedupe_key=dedupe_key,
        about=list(about),
        wake_at=now,
        due_at=now,
        expires_at=expires_at or now + ACCOUNT_FRESHNESS,
        created_at=now,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return message


def tag_of_kind(kind: str) -> str:
    """The tag of a message that is about this kind as well as its own: `app.kinds_of`
    reads it, so that stopping the message stops each."""
    return f"kind:{kind}"


def cancel(about: str, *, reason: str, now: datetime) -> int:
    """Cancel every waiting message with this tag; says how many. Takes effect at the
    caller's commit, also for one that a worker has just claimed but not yet spoken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.cancel_messages(%s, %s, %s)", [about, reason[:60], now]
        )
        found: int = cursor.fetchone()[0]
    return found


NEW = rows_of(
    "n",
    id="uuid",
    recipient_id="uuid",
    patient_id="uuid",
    topic="text",
    channel="text",
    kind="text",
    subject="text",
    body="text",
    link_ref="uuid",
    stoppable="bool",
    dedupe_key="text",
    about="text",
    due_at="timestamptz",
    expires_at="timestamptz",
)
INSERT_MANY = f"""
INSERT INTO outbox_message (
  id, created_at, recipient_id, address, patient_id, topic, channel, kind, subject,
  body, link_ref, stoppable, dedupe_key, about, state, because, wake_at, due_at,
  expires_at, attempts, last_error, provider_id)
SELECT n.id, %s, n.recipient_id, '', n.patient_id, n.topic, n.channel, n.kind,
  n.subject, n.body, n.link_ref, n.stoppable, n.dedupe_key,
  string_to_array(n.about, ' '), 'queued', '', n.due_at, n.due_at, n.expires_at,
  0, '', ''
FROM {NEW}
ON CONFLICT DO NOTHING
"""  # noqa: S608 - put together from names above alone


def enqueue_many(messages: Iterable[NewMessage], *, now: datetime) -> int:
    """Queue many in one statement; says how many were new. Tags hold no spaces."""
    rows = [
        (
            m.id,
            m.recipient_id,
            m.patient_id,
            m.topic,
            m.channel,
            m.kind,
            m.subject,
            m.body,
            m.link_ref,
            m.stoppable,
            m.dedupe_key,
            " ".join(m.about),
            m.due_at,
            m.expires_at,
        )
        for m in messages
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(INSERT_MANY, [now, *packed(rows)])
        return int(cursor.rowcount)


def default_channel() -> str:
    """The channel a person has from the start."""
    return getattr(settings, "OUTBOX_DEFAULT_CHANNEL", "email")
