"""Claim, commit, speak, record: how a message leaves and is never lost or doubled.

1. Claim: one statement takes due rows (SKIP LOCKED), looks again at everything that
   could have changed since they were queued, and gives a lease with a fencing token.
2. Commit. No lock is held while a provider thinks.
3. Speak, under a key that is the same on every attempt.
4. Record, one message at a time, and only if the token is still ours.

A worker that dies leaves a lease that runs out: then the next one takes the message
under the same key, or, where the provider honours no key, calls it unknown.
Only the database's clock decides what is due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import OperationalError, connection, transaction

from careplan.common.identity import acting_as, system
from careplan.common.postgresql.at_once import write_at_once
from careplan.outbox import links
from careplan.outbox.backoff import Trouble, next_try
from careplan.outbox.channels import channel as channel_named
from careplan.outbox.channels.base import (
    Accepted,
    Channel,
    Outcome,
    Outgoing,
    Permanent,
    Retry,
    Unknown,
    open_channel,
)

log = logging.getLogger(__name__)

BATCH = 50
SPEAKING_TIME = 10.0  # seconds of one batch; what is left then is given back
LOOK_AGAIN = 0.5  # seconds after which cancelled rows are looked for once more
RECORDING_TRIES = 40  # half a second apart: PostgreSQL may be starting again
SOFT_BOUNCES = 3
SOFT_BOUNCE_DAYS = timedelta(hours=72)
NO_KEY = frozenset({"sms"})  # a second attempt could reach the person twice

CLAIM = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
due AS MATERIALIZED (
  SELECT m.* FROM moment CROSS JOIN LATERAL
    app.due_messages(%(channel)s, %(batch)s, %(in_flight)s, moment.now) AS m
), judged AS (
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
    WHEN a.off_at IS NOT NULL THEN ''
    WHEN d.channel = 'sms' AND a.confirmed_at IS NULL AND d.kind <> 'confirm' THEN ''
    WHEN a.address IS NOT NULL THEN a.address
    WHEN d.channel IN ('email', 'console') THEN u.email END AS address) reached
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
SELECT id FROM outbox_message WHERE id = ANY(%s) AND token = %s
  AND state = 'sending' AND cancelled_at IS NULL
"""

RECORD = """
UPDATE outbox_message SET state = %(state)s, because = %(because)s,
  last_error = %(error)s, provider_id = %(provider_id)s,
  wake_at = coalesce(%(wake_at)s, wake_at), token = NULL,
  finished_at = CASE WHEN %(state)s = 'queued' THEN NULL
    ELSE coalesce(%(at)s, clock_timestamp()) END
WHERE id = %(id)s AND token = %(token)s AND state = 'sending'
"""

GIVE_BACK = """
UPDATE outbox_message SET
  state = CASE WHEN cancelled_at IS NULL THEN 'queued' ELSE 'cancelled' END,
  finished_at = CASE WHEN cancelled_at IS NULL THEN NULL ELSE clock_timestamp() END,
  token = NULL, attempts = greatest(0, attempts - 1), wake_at = due_at
WHERE id = ANY(%s) AND token = %s AND state = 'sending'
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of ours until the lease ends."""

    id: UUID
    outgoing: Outgoing
    attempts: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one batch came to."""

    claimed: int
    spoken: int
    settled: int  # closed without speaking: cancelled, expired, no address, unknown

    @property
    def nothing_left(self) -> bool:
        return not self.claimed and not self.settled


def deliver(name: str, *, at: datetime | None = None, batch: int = BATCH) -> Delivered:
    """Send one batch of a channel's due messages. `at` stands in for the database's
    clock in tests only."""
    token = uuid4()
    size = 1 if name in NO_KEY else batch
    claimed, settled = claim(name, token=token, batch=size, at=at)
    spoken = 0
    if claimed:
        with open_channel(channel_named(name)) as speaking:
            spoken = _speak_all(speaking, claimed, token, at)
    return Delivered(len(claimed), spoken, settled)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one turn came to, and whether its time ended before its work."""

    count: int
    more: bool


def deliver_all(
    name: str, *, seconds: float, clock: Callable[[], float] = time.monotonic
) -> Spoken:
    """Go on until nothing is due or the time is up."""
    until, spoken = clock() + seconds, 0
    while clock() < until:
        done = deliver(name)
        spoken += done.spoken
        if done.nothing_left:
            return Spoken(spoken, more=False)
    return Spoken(spoken, more=True)


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
    outgoing = Outgoing(
        id=id_,
        to=address,
        subject=subject,
        body=body,
        key=links.hash_of(key)[:32],
        stop_url=links.stop_address(id_) if stoppable else "",
        expires_at=expires,
        speaking_at=at,
    )
    return Claimed(id_, outgoing, attempts)


def _speak_all(
    speaking: Channel, claimed: list[Claimed], token: UUID, at: datetime | None
) -> int:
    began = looked = time.monotonic()
    spoken = 0
    for place, one in enumerate(claimed):
        moment = time.monotonic()
        if moment - began > SPEAKING_TIME:
            _give_back([left.id for left in claimed[place:]], token)
            break
        if place == 0 or moment - looked > LOOK_AGAIN:
            ours, looked = _still_ours(claimed[place:], token), moment
        if one.id not in ours:
            _give_back([one.id], token)
            continue
        outcome = _speak(speaking, one)
        _record(one, outcome, token, at)
        spoken += 1
    return spoken


def _speak(speaking: Channel, one: Claimed) -> Outcome:
    """A fault of ours in one message must not stop the others."""
    try:
        return speaking.send(one.outgoing)
    except Exception as error:
        log.exception("message %s: channel %s broke", one.id, speaking.name)
        doubt = speaking.name in NO_KEY
        reason = f"broke: {type(error).__name__}"
        return Unknown(reason) if doubt else Retry(reason)


def _still_ours(rest: list[Claimed], token: UUID) -> set[UUID]:
    with (
        acting_as(system("deliver")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(STILL_OURS, [[one.id for one in rest], token])
        return {row[0] for row in cursor.fetchall()}


def _give_back(ids: list[UUID], token: UUID) -> None:
    with (
        acting_as(system("deliver")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(GIVE_BACK, [ids, token])


def _record(one: Claimed, outcome: Outcome, token: UUID, at: datetime | None) -> None:
    """Write what the provider said, waiting for PostgreSQL if it is away: what was
    spoken should be known, or it would be spoken a second time."""
    for attempt in range(RECORDING_TRIES):
        try:
            _record_once(one, outcome, token, at)
        except OperationalError:
            connection.close()
            if attempt == RECORDING_TRIES - 1:
                raise
            time.sleep(0.5)
        else:
            return


def _record_once(
    one: Claimed, outcome: Outcome, token: UUID, at: datetime | None
) -> None:
    values: dict[str, Any] = {
        "id": one.id,
        "token": token,
        "at": at,
        **_as_columns(one, outcome),
    }
    with acting_as(system("deliver")):
        if isinstance(outcome, Accepted):
            ours = write_at_once(RECORD, values) == 1
        else:
            ours = _record_trouble(one, outcome, values)
    if not ours:
        log.warning("message %s: the lease had ended before it was recorded", one.id)


def _record_trouble(one: Claimed, outcome: Outcome, values: dict[str, Any]) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RECORD, values)
        ours = bool(cursor.rowcount == 1)
        if ours:
            _note_bounce(one, outcome, cursor)
    return ours


def _as_columns(one: Claimed, outcome: Outcome) -> dict[str, object]:
    columns: dict[str, object] = {
        "state": "failed",
        "because": "",
        "error": "",
        "provider_id": "",
        "wake_at": None,
    }
    match outcome:
        case Accepted(provider_id):
            columns |= {"state": "sent", "provider_id": provider_id[:200]}
        case Unknown(reason):
            columns |= {"state": "unknown", "because": reason[:60]}
        case Permanent(reason):
            columns |= {"because": reason[:60], "error": reason[:120]}
        case Retry(reason):
            columns |= _again(one, outcome) | {"error": reason[:120]}
    return columns


def _again(one: Claimed, outcome: Retry) -> dict[str, object]:
    wake_at = next_try(
        attempts=one.attempts,
        trouble=outcome.trouble,
        wish=outcome.after,
        spread=one.id.int,
        now=one.outgoing.speaking_at,
    )
    if wake_at is None:
        return {"state": "failed", "because": "tried often enough"}
    return {"state": "queued", "wake_at": wake_at}


SOFT_BOUNCE = """
INSERT INTO outbox_channeladdress AS a (id, created_at, user_id, channel, address,
  off_because, soft_bounces, first_soft_at)
SELECT gen_random_uuid(), clock_timestamp(), m.recipient_id, m.channel, %(to)s, '', 1,
  clock_timestamp() FROM outbox_message m
WHERE m.id = %(id)s AND m.recipient_id IS NOT NULL
ON CONFLICT (user_id, channel) DO UPDATE SET
  soft_bounces = CASE WHEN a.first_soft_at > clock_timestamp() - %(within)s
    THEN a.soft_bounces + 1 ELSE 1 END,
  first_soft_at = CASE WHEN a.first_soft_at > clock_timestamp() - %(within)s
    THEN a.first_soft_at ELSE clock_timestamp() END,
  off_at = CASE WHEN a.first_soft_at > clock_timestamp() - %(within)s
    AND a.soft_bounces + 1 >= %(most)s THEN clock_timestamp() ELSE a.off_at END,
  off_because = CASE WHEN a.first_soft_at > clock_timestamp() - %(within)s
    AND a.soft_bounces + 1 >= %(most)s THEN 'mailbox trouble' ELSE a.off_because END
"""

HARD_BOUNCE = """
INSERT INTO outbox_channeladdress AS a (id, created_at, user_id, channel, address,
  off_at, off_because, soft_bounces)
SELECT gen_random_uuid(), clock_timestamp(), m.recipient_id, m.channel, %(to)s,
  clock_timestamp(), %(reason)s, 0 FROM outbox_message m
WHERE m.id = %(id)s AND m.recipient_id IS NOT NULL
ON CONFLICT (user_id, channel) DO UPDATE
  SET off_at = clock_timestamp(), off_because = %(reason)s
"""


def _note_bounce(one: Claimed, outcome: Outcome, cursor: object) -> None:
    """A dead address is switched off after one; a troubled one after three in 72 h."""
    values: dict[str, object] = {"id": one.id, "to": one.outgoing.to[:254]}
    execute = cursor.execute  # type: ignore[attr-defined]
    if isinstance(outcome, Permanent) and outcome.gone:
        execute(
            "UPDATE outbox_pushsubscription SET gone_at = clock_timestamp()"
            " WHERE subscription = %s AND gone_at IS NULL",
            [one.outgoing.to],
        )
        if not one.outgoing.to.startswith("{"):
            execute(HARD_BOUNCE, {**values, "reason": outcome.reason[:60]})
    elif isinstance(outcome, Retry) and outcome.trouble is Trouble.MAILBOX:
        execute(
            SOFT_BOUNCE,
            {**values, "within": SOFT_BOUNCE_DAYS, "most": SOFT_BOUNCES},
        )
