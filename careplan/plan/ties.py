"""What in a journal shows an early sign: written as one short line, read by review.

"mood_below:3", "sleep_below:6", "tracker_above:<id>:4", "effect_above:insomnia:1",
"measure_above:phq9:9". The plan keeps it; the figures lie in the journal (L7, N13).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.plan.canonical import decimal_text

# Sources with one figure a person, and sources that need to be told which one.
PLAIN = {
    "mood": lazy("Mood"),
    "low": lazy("Low mood"),
    "high": lazy("High mood"),
    "sleep": lazy("Hours of sleep"),
}
NAMED = {
    "tracker": lazy("My own tracker"),
    "effect": lazy("A side effect"),
    "measure": lazy("A form"),
}
WAYS = {"below": lazy("below"), "above": lazy("above")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Which figure shows the sign: `what`, which one of it, and the limit."""

    what: str
    key: str = ""
    is_below: bool
    limit: Decimal

    @property
    def source(self) -> str:
        """What is watched, as one word: "mood", "tracker:<id>"."""
        return f"{self.what}:{self.key}" if self.key else self.what


def read(text: str) -> Tie | None:
    """Read a tie; anything else is a sign that only people can see."""
    head, *rest = text.strip().split(":")
    what, _under, way = head.partition("_")
    if way not in WAYS or len(rest) != (2 if what in NAMED else 1):
        return None
    if what not in PLAIN and what not in NAMED:
        return None
    limit = _number(rest[-1])
    key = rest[0] if what in NAMED else ""
    if limit is None or (what in NAMED and not key):
        return None
    return Tie(what=what, key=key, is_below=way == "below", limit=limit)


def written(source: str, way: str, limit: Decimal) -> str:
    """Write a tie to a source ("mood", "effect:nausea"). Raises ValueError."""
    what, _colon, key = source.partition(":")
    parts = [f"{what}_{way}", *([key] if key else []), decimal_text(limit)]
    text = ":".join(parts)
    if read(text) is None:
        raise ValueError(text)
    return text


def words(text: str, name: str = "") -> str:
    """Say a tie as a person reads it: "Hours of sleep below 6"; "" for none."""
    tie = read(text)
    if tie is None:
        return ""
    what = name or str((PLAIN | NAMED)[tie.what])
    way = WAYS["below" if tie.is_below else "above"]
    return _("{what} {way} {limit}").format(
        what=what, way=way, limit=decimal_text(tie.limit)
    )


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
