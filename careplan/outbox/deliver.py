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
from datetime import datetime
from uuid import UUID, uuid4

from careplan.outbox.channels import channel as channel_named
from careplan.outbox.channels.base import (
    Channel,
    Outcome,
    Retry,
    Unknown,
    open_channel,
)
from careplan.outbox.claiming import (
    BATCH,
    NO_KEY,
    Claimed,
    claim,
    give_back,
    still_ours,
)
from careplan.outbox.outcomes import record

log = logging.getLogger(__name__)

SPEAKING_TIME = 10.0  # seconds of one batch; what is left then is given back
LOOK_AGAIN = 0.5  # seconds after which cancelled rows are looked for once more


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


def _speak_all(
    speaking: Channel, claimed: list[Claimed], token: UUID, at: datetime | None
) -> int:
    began = looked = time.monotonic()
    spoken = 0
    for place, one in enumerate(claimed):
        moment = time.monotonic()
        if moment - began > SPEAKING_TIME:
            give_back([left.id for left in claimed[place:]], token)
            break
        if place == 0 or moment - looked > LOOK_AGAIN:
            ours, looked = still_ours(claimed[place:], token), moment
        if one.id not in ours:
            give_back([one.id], token)
            continue
        outcome = _speak(speaking, one)
        record(one, outcome, token, at)
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
