"""A form's own fields, copied from its class without copying what never changes.

Django copies each field with its widget, its choices and every word in them, for each
form that is made: for the check-in's thirty-three, a fifth of the whole request.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, TypeVar

from django import forms
from django.forms.widgets import ChoiceWidget

T = TypeVar("T")
OWN_OF_FIELD = ("error_messages", "validators")
OWN_OF_WIDGET = ("attrs",)


class Fields(dict[str, forms.Field]):
    """Fields of a class; a deep copy has fields and widgets of its own.

    Shared are the choices: a form that offers others sets them anew, and never adds to
    the list that is there. A field or widget that knows how to copy itself does so.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: _copied(field) for name, field in self.items()}


def _copied(field: forms.Field) -> forms.Field:
    kinds: Any = (type(field), type(field.widget))
    if not _is_plain(kinds):
        return copy.deepcopy(field)
    own = _twin(field, OWN_OF_FIELD)
    own.widget = _twin(field.widget, OWN_OF_WIDGET)
    return own


@cache
def _is_plain(kinds: tuple[type[forms.Field], type[forms.Widget]]) -> bool:
    """Whether both are copied as Django copies any: with nothing inside them."""
    field, widget = kinds
    fields = (forms.Field.__deepcopy__, forms.ChoiceField.__deepcopy__)
    widgets = (forms.Widget.__deepcopy__, ChoiceWidget.__deepcopy__)
    return field.__deepcopy__ in fields and widget.__deepcopy__ in widgets


def _twin(one: T, own: tuple[str, ...]) -> T:
    """The same again, with lists and dictionaries of its own under these names."""
    twin = object.__new__(type(one))
    inside = twin.__dict__
    inside.update(one.__dict__)
    for name in own:
        inside[name] = inside[name].copy()
    return twin
