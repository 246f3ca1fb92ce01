"""The shapes that fields of the plan share: a line, a text, a dose, a day, a choice.

A field with `asking` must be filled in, and says so in those words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from careplan.common.forms import ChoiceList, DateInput, TextArea


def _must(asking: Any) -> dict[str, Any]:
    if not asking:
        return {"required": False}
    return {"error_messages": {"required": asking}}


def line(label: Any, most: int, *, asking: Any = "", **more: Any) -> forms.CharField:
    """Return a field of one line of at most `most` characters."""
    return forms.CharField(label=label, max_length=most, **_must(asking), **more)


def text(
    label: Any,
    most: int,
    *,
    rows: int = 2,
    asking: Any = "",
    **more: Any,
) -> forms.CharField:
    """Return a field of several lines."""
    box = TextArea(rows=rows)
    return line(label, most, asking=asking, widget=box, **more)


def dose(label: Any, *, asking: Any = "") -> forms.DecimalField:
    """Return an amount of medicine: never a float, never below 0."""
    return forms.DecimalField(
        label=label, min_value=0, max_digits=8, decimal_places=4, **_must(asking)
    )


def day(label: Any, *, asking: Any = "") -> forms.DateField:
    """Return a calendar day where the patient lives."""
    return forms.DateField(label=label, widget=DateInput, **_must(asking))


def count(
    label: Any, least: int, most: int, *, asking: Any = "", **more: Any
) -> forms.IntegerField:
    """Return a whole number between two others."""
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, **_must(asking), **more
    )


def choice(
    label: Any, choices: Iterable[Any] = (), *, asking: Any, **widget: Any
) -> forms.ChoiceField:
    """Return one answer out of a list, each on its own line."""
    return forms.ChoiceField(
        label=label, choices=choices, widget=ChoiceList(**widget), **_must(asking)
    )
