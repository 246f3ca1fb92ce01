"""A template for many rows, drawn once and then filled: `{% filled %}` prints it.

Django looks up, localises and escapes each value of each row anew, which for a table
of a hundred rows is most of the page. Here the template is drawn once for a language
and a shape of row, with a slot where a value belongs; a row then costs one look at it.
Every value is escaped, save what says by `__html__` that it is mark-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, NoReturn

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# What no page says: around the name of a value, until the value takes its place. A
# filter that changes the name, its capitals too, leaves something else.
_OPEN, _CLOSE = "\ue000", ".aZ\ue001"
_SLOT = re.compile(f"{_OPEN}(\\w+){re.escape(_CLOSE)}")
_needs_escaping = re.compile("[&<>\"']").search


class FillingError(Exception):
    """A template looked at a value that is not there yet."""


class Slot:
    """Stands for a value while the template is drawn. It can be printed, no more."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return f"{_OPEN}{self._name}{_CLOSE}"

    def _refuse(self, *_asked: object) -> NoReturn:
        message = f"{self._name} differs from row to row: ask shape instead"
        raise FillingError(message)

    __bool__ = __getitem__ = __len__ = _refuse


class Slots:
    """Stands for a row while the template is drawn."""

    def __getitem__(self, name: str) -> Slot:
        return Slot(name)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A drawn template with places for the values of a row."""

    text: str
    read: Any  # gives these values of a row, in the order of their places


def filled(template: str, rows: Iterable[Any]) -> SafeString:
    """Print each row as the template says: `row` is all slots, `shape` is the row's own.

    What the mark-up itself depends on is the row's `shape`, one of a few words.
    """
    pattern_of = _drawn if settings.DEBUG else _pattern
    language = get_language() or ""
    patterns: dict[str, Pattern] = {}
    parts = []
    for row in rows:
        pattern = patterns.get(row.shape)
        if pattern is None:
            pattern = patterns[row.shape] = pattern_of(template, row.shape, language)
        parts.append(pattern.text % tuple([_safe(one) for one in pattern.read(row)]))
    return SafeString("".join(parts))


def _safe(value: Any) -> str:
    """The value as it may stand in a page, between tags or in double quotes."""
    if type(value) is str and not _needs_escaping(value):
        return value
    return str(value) if hasattr(value, "__html__") else escape(value)


def _drawn(template: str, shape: str, _language: str) -> Pattern:
    drawn = get_template(template).render({"row": Slots(), "shape": shape})
    literals, names = _SLOT.split(drawn)[::2], _SLOT.findall(drawn)
    text = "%s".join([literal.replace("%", "%%") for literal in literals])
    if _OPEN in text or len(names) < 2:
        message = f"{template} changes a value of its row, or prints fewer than two"
        raise FillingError(message)
    return Pattern(text, attrgetter(*names))


_pattern = lru_cache(maxsize=128)(_drawn)
