"""Sealing and opening bytes: AES-256-GCM with the key's id in front.

A sealed value is `key id (1-32 ASCII letters) | ':' | 12 byte nonce | ciphertext+tag`.
The place a value belongs to (table, column, row, patient) is authenticated with it,
so that a value copied into another row does not open (security.md E8).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """A sealed value was changed, moved, or its key is gone. Nothing is shown."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; new values are sealed with `newest`, old ones still open."""

    keys: Mapping[str, bytes]
    newest: str

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """Encrypt `plain` for one `place`."""
        nonce = os.urandom(12)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, plain, place.encode())
        return self.newest.encode() + b":" + nonce + sealed

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Decrypt a value sealed for `place`. Raises CannotOpen, never shows part."""
        key_id, _, rest = sealed.partition(b":")
        key = self.keys.get(key_id.decode("ascii", "replace"))
        if key is None:
            raise CannotOpen
        try:
            return AESGCM(key).decrypt(rest[:12], rest[12:], place.encode())
        except InvalidTag as error:
            raise CannotOpen from error
