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


class _Said(dict[str, str]):
    """What one translator says, asked once a message: asking is the dearest part."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.counted: dict[tuple[str, int], str] = {}
        self.months: dict[tuple[str, ...], tuple[str, ...]] = {}

    def __missing__(self, message: str) -> str:
        spoken = self[message] = self.speaker.gettext(message)
        return spoken


_AS_WRITTEN = _Said(NullTranslations())
_said: ContextVar[_Said] = ContextVar("said", default=_AS_WRITTEN)
# Messages are written in the code, so that what is kept for a language is bounded.
_kept: dict[str, _Said] = {}
MOST_COUNTED = 5000


@contextmanager
def spoken_by(speaker: Speaker) -> Iterator[None]:
    """Every word made inside the block goes through this translator.

    One that says its language (``get_language``) is asked once for each message.
    """
    token = _said.set(_said_by(speaker))
    try:
        yield
    finally:
        _said.reset(token)


def _said_by(speaker: Speaker) -> _Said:
    language = getattr(speaker, "get_language", str)()
    if not language:
        return _Said(speaker)
    return _kept.get(language) or _kept.setdefault(language, _Said(speaker))


def gettext(message: str, **parts: object) -> str:
    """The translated message with its ``%(name)s`` parts filled in."""
    spoken = _said.get()[message]
    return spoken % parts if parts else spoken


def ngettext(singular: str, plural: str, count: int, **parts: object) -> str:
    """The form for this count; ``%(count)s`` is always available."""
    said = _said.get()
    spoken = said.counted.get((singular, count))
    if spoken is None:
        spoken = said.speaker.ngettext(singular, plural, count)
        if len(said.counted) < MOST_COUNTED:
            said.counted[singular, count] = spoken
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


def gettext_noop(message: str) -> str:
    """Mark a word for translation; it is translated where it is said."""
    return message


_SHORT = (
    gettext_noop("Jan"),
    gettext_noop("Feb"),
    gettext_noop("Mar"),
    gettext_noop("Apr"),
    gettext_noop("May"),
    gettext_noop("Jun"),
    gettext_noop("Jul"),
    gettext_noop("Aug"),
    gettext_noop("Sep"),
    gettext_noop("Oct"),
    gettext_noop("Nov"),
    gettext_noop("Dec"),
)
_LONG = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)


def _months(names: tuple[str, ...]) -> tuple[str, ...]:
    said = _said.get()
    if names not in said.months:
        said.months[names] = tuple(said[name] for name in names)
    return said.months[names]


def months_long() -> tuple[str, ...]:
    """``January`` to ``December``, for whoever says many days."""
    return _months(_LONG)


def month_short(month: int) -> str:
    """``Sep``."""
    return _months(_SHORT)[month - 1]


def month_long(month: int) -> str:
    """``September``."""
    return _months(_LONG)[month - 1]


HALF_A_YEAR = 182


def day_short(day: date) -> str:
    """``14 Sep``."""
    return f"{day.day} {_months(_SHORT)[day.month - 1]}"


def day_long(day: date) -> str:
    """``14 September 2026``."""
    return f"{day.day} {_months(_LONG)[day.month - 1]} {day.year}"


def day_and_year(day: date) -> str:
    """``14 Sep 2026``."""
    return f"{day_short(day)} {day.year}"


def day_near(day: date, today: date) -> str:
    """``14 Sep``; half a year away or more ``14 Sep 2024``, which else looks recent."""
    return (
        day_and_year(day) if abs((day - today).days) > HALF_A_YEAR else day_short(day)
    )


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
