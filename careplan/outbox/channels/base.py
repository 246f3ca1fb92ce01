"""The port every channel stands behind: one message in, one honest answer out.

A new channel is one file with a `Channel` in it and one line in `__init__.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from careplan.outbox.backoff import Trouble


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel is told: an address and finished words, nothing else.

    `key` is the same on every attempt for one message: a provider that honours it
    (Message-ID, push topic) shows the person one message however often it is sent.
    """

    id: UUID
    to: str
    subject: str
    body: str
    key: str
    stop_url: str
    expires_at: datetime
    speaking_at: datetime

    @property
    def seconds_to_live(self) -> int:
        return max(0, int((self.expires_at - self.speaking_at).total_seconds()))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider said yes. Only this may ever be called "sent"."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Surely not delivered, or delivered under a key that is safe to repeat."""

    reason: str
    after: timedelta | None = None
    trouble: Trouble = Trouble.QUICK


@dataclass(frozen=True, slots=True)
class Permanent:
    """Will never work at this address. `gone`: the address itself is dead."""

    reason: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps delivered, and this provider honours no key: never sent again."""

    reason: str


Outcome = Accepted | Retry | Permanent | Unknown


class Channel(Protocol):
    """`send` never raises for what a provider or a network does; it answers."""

    name: str

    def send(self, message: Outgoing) -> Outcome: ...

    def close(self) -> None: ...


@contextmanager
def open_channel(channel: Channel) -> Iterator[Channel]:
    """One connection for a batch; closed whatever happens."""
    try:
        yield channel
    finally:
        channel.close()
