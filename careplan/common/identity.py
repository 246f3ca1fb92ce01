"""Who is asking, as the database is told.

The database backend (`careplan.common.postgresql`) sends the current identity at
the first statement of each transaction, and again when it changes inside one. It is
signed, so that SQL slipped into a query cannot claim to be someone else: the key
that checks it lies in a table the application's role cannot read.

The value lives for one transaction on one connection and never leaves it, so it
carries no expiry; a leaked key is answered by rotating IDENTITY_KEY.
"""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Identity:
    """One answer to "who is asking?". Made by the four functions below only."""

    kind: str
    subject: str = ""
    detail: str = ""

    def signed(self) -> str:
        """Give the text that PostgreSQL checks, or "" for nobody."""
        return "" if self.kind == "nobody" else _sign(self, settings.IDENTITY_KEY)


NOBODY = Identity("nobody")
_current: ContextVar[Identity] = ContextVar("identity", default=NOBODY)


def person(user_id: UUID, *, second_factor: bool) -> Identity:
    """Name a signed-in user; `second_factor` says whether this session proved one."""
    return Identity("person", str(user_id), "2" if second_factor else "1")


def system(name: str) -> Identity:
    """Name a part of the system, such as "tick". Only named policies let it in."""
    return Identity("system", name)


def link(patient_id: UUID, act: str) -> Identity:
    """Name the holder of a link that may do one act for one patient (decisions 19)."""
    return Identity("link", str(patient_id), act)


def current() -> Identity:
    """Say who is asking right now."""
    return _current.get()


@contextmanager
def acting_as(identity: Identity) -> Iterator[Identity]:
    """Run a block as `identity`. Outside an atomic block no patient row is visible."""
    token = _current.set(identity)
    try:
        yield identity
    finally:
        _current.reset(token)


@lru_cache(maxsize=4096)
def _sign(identity: Identity, key: str) -> str:
    statement = f"{identity.kind}|{identity.subject}|{identity.detail}"
    return f"{statement}|{hmac.new(key.encode(), statement.encode(), 'sha256').hexdigest()}"


def pads(key: str) -> tuple[bytes, bytes]:
    """Give HMAC's inner and outer pad for `key`, for PostgreSQL to check with.

    The server has sha256() but no hmac(); with the two pads one is enough:
    HMAC(m) = H(outer || H(inner || m)), RFC 2104.
    """
    raw = key.encode()
    block = (hashlib.sha256(raw).digest() if len(raw) > 64 else raw).ljust(64, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)
