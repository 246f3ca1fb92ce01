"""One exact spelling for agreed text, and the hashes signatures stand on.

The same content always gives the same bytes: keys sorted, no spaces, Decimals as
plain strings without trailing zeros, days and instants in ISO 8601, text in NFC.
Floats are refused: a dose is never one.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Union
from uuid import UUID

Plain = Union[str, int, bool, None, list["Plain"], dict[str, "Plain"]]  # noqa: UP007 - a recursive alias


def plain(value: object) -> Plain:
    """Return `value` in the few shapes JSON can spell in one way only."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case Decimal():
            return decimal_text(value)
        case datetime():
            return _instant(value)
        case date() | UUID():
            return str(value)
        case list() | tuple():
            return [plain(item) for item in value]
        case Mapping():
            return {_key(key): plain(item) for key, item in value.items()}
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("keys are text")
    return unicodedata.normalize("NFC", key)


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError("an instant needs its zone")
    return value.astimezone(UTC).isoformat()


def decimal_text(value: Decimal) -> str:
    """Return a dose as written: "7.5", "0.5", "100"; no exponent, no trailing zero."""
    if not value.is_finite():
        raise TypeError("a dose is a number")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def canonical(value: object) -> str:
    """Return the one JSON spelling of `value`."""
    return json.dumps(
        plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def digest(text: str) -> str:
    """Return the SHA-256 of the text, 64 hexadecimal letters."""
    return hashlib.sha256(text.encode()).hexdigest()


def section_hash(content: object) -> str:
    """Return the hash one section's signature covers."""
    return digest(canonical(content))


def version_hash(
    *, number: int, sections: Mapping[str, str], previous: str | None, facts: object
) -> str:
    """Return a version's hash: over its sections' hashes and the version before.

    `facts` is what stands on the version itself (why, phase, review date).
    """
    return digest(
        canonical(
            {
                "number": number,
                "sections": dict(sections),
                "previous": previous,
                "facts": facts,
            }
        )
    )
