"""Taking due rows under a lease, and giving back what was not spoken.

A row that holds a token is being sent, and only such a row does. So whoever holds the
token asks for rows by id and token alone: naming the state as well would let PostgreSQL
walk the index of all that waits to find one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from careplan.common.identity import acting_as, system
from careplan.outbox import links
from careplan.outbox.channels.base import Outgoing

BATCH = 50
NO_KEY = frozenset({"sms"})  # a second attempt could reach the person twice

# An e-mail goes to the address of today: what bounced may have been another one.
# What could have changed since a row was queued is judged once a row: PostgreSQL would
# otherwise ask all of it again for each column that the verdict decides.
CLAIM = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
due AS MATERIALIZED (
  SELECT m.* FROM moment CROSS JOIN LATERAL
    app.due_messages(%(channel)s, %(batch)s, %(in_flight)s, moment.now) AS m
), judged AS MATERIALIZED (
  SELECT d.id, reached.address, CASE
    WHEN d.cancelled_at IS NOT NULL THEN 'cancelled'
    WHEN d.active_until <= (SELECT now FROM moment) THEN 'cancelled'
    WHEN d.recipient_id IS NOT NULL AND NOT coalesce(u.is_active, false)
      THEN 'cancelled'
    WHEN EXISTS (SELECT FROM outbox_optout o WHERE o.user_id = d.recipient_id
      AND o.channel = d.channel AND o.kind IN ('', d.kind) AND d.stoppable)
      THEN 'cancelled'
    WHEN d.patient_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM patients_patient p WHERE p.id = d.patient_id
        AND p.user_id = d.recipient_id AND p.closed_at IS NULL)
     AND NOT EXISTS (
      SELECT FROM patients_careteammember t WHERE t.patient_id = d.patient_id
        AND t.user_id = d.recipient_id AND t.state = 'active'
        AND (d.topic = '' OR d.topic = ANY(t.topics)))
      THEN 'cancelled'
    WHEN d.state = 'sending' AND %(no_key)s THEN 'unknown'
    WHEN d.expires_at <= (SELECT now FROM moment) THEN 'expired'
    WHEN coalesce(reached.address, '') = '' THEN 'failed'
    ELSE 'sending' END AS verdict
  FROM due d
  LEFT JOIN patients_user u ON u.id = d.recipient_id
  LEFT JOIN outbox_channeladdress a
    ON a.user_id = d.recipient_id AND a.channel = d.channel
  LEFT JOIN LATERAL (
    SELECT s.subscription FROM outbox_pushsubscription s
    WHERE d.channel = 'push' AND s.user_id = d.recipient_id AND s.gone_at IS NULL
    ORDER BY s.created_at DESC LIMIT 1) device ON true
  CROSS JOIN LATERAL (SELECT CASE
    WHEN d.recipient_id IS NULL THEN d.address
    WHEN d.channel = 'push' THEN device.subscription
    WHEN d.channel IN ('email', 'console') THEN CASE
      WHEN a.off_at IS NOT NULL AND lower(a.address) = lower(u.email) THEN ''
      ELSE u.email END
    WHEN a.off_at IS NOT NULL THEN ''
    WHEN d.channel = 'sms' AND a.confirmed_at IS NULL AND d.kind <> 'confirm' THEN ''
    ELSE a.address END AS address) reached
)
UPDATE outbox_message m SET
  state = j.verdict,
  token = CASE WHEN j.verdict = 'sending' THEN %(token)s::uuid END,
  wake_at = (SELECT now FROM moment) + %(lease)s,
  attempts = m.attempts + (j.verdict = 'sending')::int,
  finished_at = CASE WHEN j.verdict <> 'sending'
    THEN (SELECT now FROM moment) END,
  because = CASE j.verdict WHEN 'failed' THEN 'no working address'
    WHEN 'unknown' THEN 'worker lost while speaking'
    WHEN 'cancelled' THEN coalesce(nullif(m.because, ''), 'no longer wanted')
    ELSE m.because END
FROM judged j WHERE m.id = j.id
RETURNING m.id, j.verdict, j.address, m.subject, m.body, m.dedupe_key, m.link_ref,
  m.stoppable, m.expires_at, m.attempts, (SELECT now FROM moment), m.due_at
"""

STILL_OURS = """
SELECT id FROM outbox_message WHERE id = ANY(%s) AND token = %s AND cancelled_at IS NULL
"""

GIVE_BACK = """
UPDATE outbox_message SET
  state = CASE WHEN cancelled_at IS NULL THEN 'queued' ELSE 'cancelled' END,
  finished_at = CASE WHEN cancelled_at IS NULL THEN NULL ELSE clock_timestamp() END,
  token = NULL, attempts = greatest(0, attempts - 1), wake_at = due_at
WHERE id = ANY(%s) AND token = %s
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of ours until the lease ends."""

    id: UUID
    outgoing: Outgoing
    attempts: int


def claim(
    name: str, *, token: UUID, batch: int, at: datetime | None
) -> tuple[list[Claimed], int]:
    """Take due rows under a lease, and close those that must not be sent any more."""
    values: dict[str, Any] = {
        "channel": name,
        "token": token,
        "batch": batch,
        "at": at,
        "lease": timedelta(seconds=settings.OUTBOX_LEASE_SECONDS),
        # A slow provider takes so many and leaves the other channels their workers.
        "in_flight": settings.OUTBOX_LANES * BATCH,
        "no_key": name in NO_KEY,
    }
    with (
        acting_as(system("deliver")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(CLAIM, values)
        rows = cursor.fetchall()
    rows.sort(key=lambda row: row[11])
    ours = [_claimed(row) for row in rows if row[1] == "sending"]
    return ours, len(rows) - len(ours)


def _claimed(row: tuple) -> Claimed:  # type: ignore[type-arg]
    (id_, _, address, subject, body, key, ref, stoppable, expires, attempts, at, _) = (
        row
    )
    if ref is not None:
        body = body.replace(links.PLACE, links.link_address(ref))
    stop_url = links.stop_address(id_) if stoppable else ""
    body = body.replace(links.STOP_PLACE, stop_url)
    outgoing = Outgoing(
        id=id_,
        to=address,
        subject=subject,
        body=body,
        key=links.hash_of(key)[:32],
        stop_url=stop_url,
        expires_at=expires,
        speaking_at=at,
    )
    return Claimed(id_, outgoing, attempts)


def still_ours(rest: list[Claimed], token: UUID) -> set[UUID]:
    """Which of them are still wanted, and still ours."""
    with (
        acting_as(system("deliver")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(STILL_OURS, [[one.id for one in rest], token])
        return {row[0] for row in cursor.fetchall()}


def give_back(ids: list[UUID], token: UUID) -> None:
    """Let another worker have what was claimed and not spoken."""
    with (
        acting_as(system("deliver")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(GIVE_BACK, [ids, token])
