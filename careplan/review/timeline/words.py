"""Words and dates of the timeline, through whichever translator the page brings.

The package knows no web framework, so the page lends it one:
``with spoken_by(translation): ...`` where ``translation`` has ``gettext`` and
``ngettext``. Without one the English text is used as written.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from gettext import NullTranslations
from typing import Protocol


class Speaker(Protocol):
    """Whoever can translate a sentence: a module or an object."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


_AS_WRITTEN = NullTranslations()
_speaker: ContextVar[Speaker] = ContextVar("speaker")


@contextmanager
def spoken_by(speaker: Speaker) -> Iterator[None]:
    """Every word made inside the block goes through this translator."""
    token = _speaker.set(speaker)
    try:
        yield
    finally:
        _speaker.reset(token)


def gettext(message: str, **parts: object) -> str:
    """The translated message with its ``%(name)s`` parts filled in."""
    spoken = _speaker.get(_AS_WRITTEN).gettext(message)
    return spoken % parts if parts else spoken


def ngettext(singular: str, plural: str, count: int, **parts: object) -> str:
    """The form for this count; ``%(count)s`` is always available."""
    spoken = _speaker.get(_AS_WRITTEN).ngettext(singular, plural, count)
    return spoken % {"count": count, **parts}


def listed(items: Sequence[str]) -> str:
    """``a, b and c``; empty for nothing."""
    if len(items) < 2:
        return "".join(items)
    return gettext(
        "%(first)s and %(last)s", first=", ".join(items[:-1]), last=items[-1]
    )


def capital(text: str) -> str:
    """First letter large, the rest as written."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """First letter small, but not that of a code such as PHQ-9 or CBT."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def month_short(month: int) -> str:
    """``Sep``."""
    return (
        gettext("Jan"),
        gettext("Feb"),
        gettext("Mar"),
        gettext("Apr"),
        gettext("May"),
        gettext("Jun"),
        gettext("Jul"),
        gettext("Aug"),
        gettext("Sep"),
        gettext("Oct"),
        gettext("Nov"),
        gettext("Dec"),
    )[month - 1]


def month_long(month: int) -> str:
    """``September``."""
    return (
        gettext("January"),
        gettext("February"),
        gettext("March"),
        gettext("April"),
        gettext("May"),
        gettext("June"),
        gettext("July"),
        gettext("August"),
        gettext("September"),
        gettext("October"),
        gettext("November"),
        gettext("December"),
    )[month - 1]


def day_short(day: date) -> str:
    """``14 Sep``."""
    return f"{day.day} {month_short(day.month)}"


def day_long(day: date) -> str:
    """``14 September 2026``."""
    return f"{day.day} {month_long(day.month)} {day.year}"


def day_and_year(day: date) -> str:
    """``14 Sep 2026``."""
    return f"{day_short(day)} {day.year}"


def days_short(start: date, end: date) -> str:
    """``17 Aug to 13 Sep``; one day alone is said once."""
    if start == end:
        return day_short(start)
    return gettext("%(start)s to %(end)s", start=day_short(start), end=day_short(end))


def number(value: Decimal | Fraction | int) -> str:
    """As written by hand: no exponent, no trailing zero, a leading zero always."""
    if isinstance(value, Fraction):
        return tenth(value)
    text = format(Decimal(value), "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def tenth(value: Decimal | Fraction) -> str:
    """One decimal, halves up: ``2.7``."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return format(value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), "f")


def amount(dose: Decimal, unit: str) -> str:
    """``7.5 mg``: a space, no trailing zero."""
    return f"{number(dose)} {unit}".strip()


def lasting(days: int) -> str:
    """A length a person would say: days below two weeks, then about n weeks."""
    if days < 14:
        return ngettext("%(count)s day", "%(count)s days", days)
    weeks = (days + 3) // 7
    return ngettext("about %(count)s week", "about %(count)s weeks", weeks)
