"""Emergency numbers and helplines by country.

The emergency number and the directory are always there. A helpline is shown
only when its contact was verified in a source or the operator confirmed it.
Source: clinical.md section 9, notes of helplines.json.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from careplan.common.catalogue.rows import Meta, Review, read_catalogue

ANYWHERE = "XX"
EUROPEAN_UNION = "EU"
# Countries without a row of their own where 112 is the emergency number.
EU_MEMBERS = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "GR",
        "HU",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "SE",
    ]
)
RECHECK_AFTER = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Contact:
    """A number to call or text, or an address."""

    type: str
    value: str
    instruction: str | None


@dataclass(frozen=True, slots=True)
class Helpline:
    id: str
    name: str
    contacts: tuple[Contact, ...]
    hours: str
    note: str | None
    verified: tuple[str, ...]
    last_checked: date | None


@dataclass(frozen=True, slots=True)
class Country:
    id: str
    country_code: str
    name: str
    emergency_numbers: tuple[str, ...]
    lines: tuple[Helpline, ...]
    note: str | None
    sources: tuple[str, ...]
    last_checked: date | None
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class HelplineFile:
    meta: Meta
    countries: tuple[Country, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What the support page shows. No emergency number on file means: say
    "your local emergency number"."""

    country: str
    emergency_numbers: tuple[str, ...]
    lines: tuple[Helpline, ...]
    directory: tuple[Helpline, ...]


@cache
def load() -> HelplineFile:
    """The whole file, read once per process."""
    return read_catalogue("helplines", HelplineFile)


@cache
def _by_code() -> dict[str, Country]:
    return {row.country_code: row for row in load().countries}


def country(code: str) -> Country:
    """The country's row, else the EU's for its members, else the one for anywhere."""
    wanted = code.upper()
    if wanted in EU_MEMBERS and wanted not in _by_code():
        wanted = EUROPEAN_UNION
    return _by_code().get(wanted, _by_code()[ANYWHERE])


def panel(code: str, *, confirmed: Mapping[str, date]) -> Panel:
    """What a person in that country is shown.

    ``confirmed`` holds the operator's own checks: helpline id to day.
    """
    row = country(code)
    lines = row.lines if row.country_code != ANYWHERE else ()
    shown = (_shown(line, confirmed) for line in lines)
    return Panel(
        country=row.name,
        emergency_numbers=row.emergency_numbers,
        lines=tuple(line for line in shown if line.contacts),
        directory=_by_code()[ANYWHERE].lines,
    )


def due_for_checking(
    code: str, *, confirmed: Mapping[str, date], today: date
) -> tuple[Helpline, ...]:
    """The country's helplines nobody has confirmed within half a year."""
    oldest = today - RECHECK_AFTER
    return tuple(
        line
        for line in country(code).lines
        if _checked_on(line, confirmed) is None
        or (_checked_on(line, confirmed) or date.min) < oldest
    )


def _shown(line: Helpline, confirmed: Mapping[str, date]) -> Helpline:
    """The helpline with only the contacts that may be shown."""
    if _checked_on(line, confirmed) is not None or "contacts" in line.verified:
        return line
    kept = tuple(c for c in line.contacts if f"contacts.{c.type}" in line.verified)
    return replace(line, contacts=kept)


def _checked_on(line: Helpline, confirmed: Mapping[str, date]) -> date | None:
    return confirmed.get(line.id, line.last_checked)
