"""The secrets of links: derived when a message is spoken, stored only as a hash.

192 bits of HMAC over an id nobody outside knows. A stolen table of messages holds no
link, because the secret is not in it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache
from uuid import UUID

from django.conf import settings

PLACE = "[link]"  # stands in the stored words where the address will be
STOP_PLACE = "[stop]"  # likewise for the address that stops them
SECRET_BYTES = 24


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    return hmac.new(secret_key.encode(), b"careplan links", "sha256").digest()


def secret_of(act: str, ref: UUID) -> str:
    """The secret of one link, the same each time it is derived."""
    said = f"{act}|{ref}".encode()
    raw = hmac.digest(_key(settings.SECRET_KEY), said, "sha256")
    return urlsafe_b64encode(raw[:SECRET_BYTES]).decode()


def hash_of(secret: str) -> str:
    """What is stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_address(ref: UUID) -> str:
    """The whole address of a check-in link."""
    return f"{settings.SITE_ADDRESS}/l/{secret_of('checkin', ref)}/"


def stop_address(message_id: UUID) -> str:
    """The whole address that stops this kind of message on this channel."""
    secret = secret_of("stop", message_id)
    return f"{settings.SITE_ADDRESS}/l/stop/{message_id}/{secret}/"


def stop_secret_fits(message_id: UUID, secret: str) -> bool:
    return hmac.compare_digest(secret_of("stop", message_id), secret)
