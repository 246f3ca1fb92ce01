"""Which numbers a person is shown, and how each is reached. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careplan.common.catalogue import helplines

_REACH = {"call": "tel:{}", "text": "sms:{}", "web": "https://{}", "chat": "https://{}"}
# The catalogue's words, said to a person.
_SAID = {
    "24/7": _("Day and night"),
    "directory": _("A list of helplines in many countries"),
}
_REGION = re.compile(r"^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})\b", re.I)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a helpline: kind, the words of it, the link, what to say."""

    kind: str
    words: str
    url: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    hours: str | Promise
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class SupportPanel:
    country: str
    emergency: tuple[Way, ...]
    lines: tuple[Line, ...]
    directory: tuple[Line, ...]


def panel(code: str) -> SupportPanel:
    """Emergency numbers first, then lines that were verified, then the directory."""
    found = helplines.panel(code, confirmed={})
    return SupportPanel(
        country=found.country,
        emergency=tuple(_way("call", n) for n in found.emergency_numbers),
        lines=tuple(_line(line) for line in found.lines),
        directory=tuple(_line(line) for line in found.directory),
    )


def countries() -> tuple[tuple[str, str], ...]:
    """Code and name of each country with lines of its own, by name."""
    rows = helplines.load().countries
    skipped = {helplines.ANYWHERE, helplines.EUROPEAN_UNION}
    named = [(r.country_code, r.name) for r in rows if r.country_code not in skipped]
    return tuple(sorted(named, key=lambda pair: pair[1]))


def reach(phone: str) -> str:
    """Give the link that calls a number, or "" when there is none."""
    digits = re.sub(r"[^\d+]", "", phone)
    return f"tel:{digits}" if digits else ""


def country_of_languages(accepted: str) -> str:
    """The region a browser names first ("en-GB,en" gives GB), or an empty string."""
    for part in accepted.split(","):
        if match := _REGION.match(part.strip()):
            return match[1].upper()
    return ""


def _line(line: helplines.Helpline) -> Line:
    ways = tuple(_way(c.type, c.value, c.instruction or "") for c in line.contacts)
    return Line(line.name, _SAID.get(line.hours, line.hours), ways)


def _way(kind: str, value: str, instruction: str = "") -> Way:
    plain = value if kind not in {"call", "text"} else re.sub(r"[^\d+]", "", value)
    address = plain.removeprefix("https://")
    instruction = "" if instruction in _SAID else instruction
    return Way(kind, value, _REACH.get(kind, "https://{}").format(address), instruction)
