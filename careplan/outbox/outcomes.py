"""Writing down what a provider said, and what it means for the address.

One message at a time, at once after it was spoken: of a worker that dies at most one
message is spoken a second time.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from careplan.common.identity import acting_as, system
from careplan.common.postgresql.at_once import write_at_once
from careplan.outbox.backoff import Trouble, next_try
from careplan.outbox.channels.base import (
    Accepted,
    Outcome,
    Permanent,
    Retry,
    Unknown,
)
from careplan.outbox.claiming import Claimed

log = logging.getLogger(__name__)

RECORDING_TRIES = 40  # half a second apart: PostgreSQL may be starting again
SOFT_BOUNCES = 3
SOFT_BOUNCE_DAYS = timedelta(hours=72)

RECORD = """
UPDATE outbox_message SET state = %(state)s, because = %(because)s,
  last_error = %(error)s, provider_id = %(provider_id)s,
  wake_at = coalesce(%(wake_at)s, wake_at), token = NULL,
  finished_at = CASE WHEN %(state)s = 'queued' THEN NULL
    ELSE coalesce(%(at)s, clock_timestamp()) END
WHERE id = %(id)s AND token = %(token)s
"""


def record(one: Claimed, outcome: Outcome, token: UUID, at: datetime | None) -> None:
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
ON CONFLICT (user_id, channel) DO UPDATE SET address = excluded.address,
  soft_bounces = CASE WHEN a.address = excluded.address
    AND a.first_soft_at > clock_timestamp() - %(within)s
    THEN a.soft_bounces + 1 ELSE 1 END,
  first_soft_at = CASE WHEN a.address = excluded.address
    AND a.first_soft_at > clock_timestamp() - %(within)s
    THEN a.first_soft_at ELSE clock_timestamp() END,
  off_at = CASE WHEN a.address <> excluded.address THEN NULL
    WHEN a.first_soft_at > clock_timestamp() - %(within)s
    AND a.soft_bounces + 1 >= %(most)s THEN clock_timestamp() ELSE a.off_at END,
  off_because = CASE WHEN a.address <> excluded.address THEN ''
    WHEN a.first_soft_at > clock_timestamp() - %(within)s
    AND a.soft_bounces + 1 >= %(most)s THEN 'mailbox trouble' ELSE a.off_because END
"""

HARD_BOUNCE = """
INSERT INTO outbox_channeladdress AS a (id, created_at, user_id, channel, address,
  off_at, off_because, soft_bounces)
SELECT gen_random_uuid(), clock_timestamp(), m.recipient_id, m.channel, %(to)s,
  clock_timestamp(), %(reason)s, 0 FROM outbox_message m
WHERE m.id = %(id)s AND m.recipient_id IS NOT NULL
ON CONFLICT (user_id, channel) DO UPDATE
  SET address = excluded.address, off_at = clock_timestamp(), off_because = %(reason)s
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
