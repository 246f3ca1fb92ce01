"""Forms made from the fields of a worksheet, and the page that builds one (T3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue.therapies import FormField
from careplan.common.forms import (
    CareForm,
    ChoiceList,
    DateInput,
    Segmented,
    TextArea,
    TimeInput,
)

MOST_FIELDS = 20
YES_NO = (("yes", lazy("Yes")), ("no", lazy("No")))
TYPES = (
    ("long_text", lazy("Words, several lines")),
    ("text", lazy("Words, one line")),
    ("scale", lazy("A scale")),
    ("number", lazy("A number")),
    ("minutes", lazy("Minutes")),
    ("boolean", lazy("Yes or no")),
    ("choice", lazy("One of a few answers")),
    ("date", lazy("A day")),
    ("time", lazy("A time of day")),
    ("datetime", lazy("A day and a time")),
)


class MomentInput(forms.DateTimeInput):
    """The browser's own control for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LocalMoment(forms.DateTimeField):
    """A day and a time as typed, where the patient lives; kept as text."""

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is None:
            return None
        if timezone.is_aware(moment):
            moment = timezone.make_naive(moment)
        return moment.isoformat(timespec="minutes")


def form_for(fields: Iterable[FormField]) -> type[CareForm]:
    """Return a form class with one field a question, each with its own sentence."""
    made = {field.key: _field(field) for field in fields}
    return type("WorksheetForm", (CareForm,), {"quiet_optional": True, **made})


def _field(field: FormField) -> forms.Field:
    asked: dict[str, Any] = {
        "label": field.label,
        "required": field.required,
        "error_messages": {
            "required": _("Answer this first: {label}").format(label=field.label)
        },
    }
    return _MAKERS.get(field.type, _words)(field, asked)


def _words(field: FormField, asked: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=500, **asked)


def _long(field: FormField, asked: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=5000, widget=TextArea(rows=3), **asked)


def _number(field: FormField, asked: dict[str, Any]) -> forms.Field:
    low, high = field.min or 0, field.max
    if high is not None:
        asked["help_text"] = _("From {low} to {high}").format(low=low, high=high)
    return forms.IntegerField(
        min_value=low, max_value=100_000 if high is None else high, **asked
    )


def _yes_no(field: FormField, asked: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=YES_NO, widget=Segmented, **asked)


def _choice(field: FormField, asked: dict[str, Any]) -> forms.Field:
    choices = [(option.value, option.text) for option in field.options]
    return forms.ChoiceField(choices=choices, widget=ChoiceList, **asked)


def _moment(field: FormField, asked: dict[str, Any]) -> forms.Field:
    return LocalMoment(widget=MomentInput(), **asked)


_MAKERS = {
    "text": _words,
    "long_text": _long,
    "scale": _number,
    "number": _number,
    "minutes": _number,
    "boolean": _yes_no,
    "choice": _choice,
    "date": lambda field, asked: forms.DateField(widget=DateInput, **asked),
    "time": lambda field, asked: forms.TimeField(widget=TimeInput, **asked),
    "datetime": _moment,
}


# --- building one ---------------------------------------------------------------------


class BuiltForm(CareForm):
    """The head of a form somebody builds."""

    name = forms.CharField(
        label=lazy("Name of the form"),
        max_length=120,
        error_messages={"required": lazy("Give the form a name")},
    )
    purpose = forms.CharField(
        label=lazy("What it is for"), required=False, max_length=300
    )


class BuiltField(CareForm):
    """One question of a form somebody builds; a row without words is none."""

    quiet_optional = True
    label = forms.CharField(label=lazy("Question"), required=False, max_length=200)
    type = forms.ChoiceField(
        label=lazy("Kind of answer"), required=False, choices=TYPES
    )
    low = forms.IntegerField(
        label=lazy("Lowest"), required=False, min_value=0, max_value=1000
    )
    high = forms.IntegerField(
        label=lazy("Highest"), required=False, min_value=1, max_value=1000
    )
    options = forms.CharField(
        label=lazy("Answers, with commas between"), required=False, max_length=500
    )
    is_needed = forms.BooleanField(label=lazy("Must be answered"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("label"):
            return cleaned
        kind = cleaned.get("type")
        low, high = cleaned.get("low") or 0, cleaned.get("high")
        if kind == "scale" and (high is None or high <= low):
            self.add_error("high", _("Give the highest number of the scale"))
        if kind == "choice" and len(self._options()) < 2:
            self.add_error("options", _("Give two answers or more"))
        return cleaned

    def _options(self) -> list[str]:
        words = self.cleaned_data.get("options", "").split(",")
        return [word.strip()[:120] for word in words if word.strip()]

    @property
    def is_blank(self) -> bool:
        return not getattr(self, "cleaned_data", {}).get("label")

    def stored(self, place: int) -> dict[str, Any]:
        """Return the field as a built form keeps it."""
        given = self.cleaned_data
        is_number = given["type"] in ("scale", "number", "minutes")
        return {
            "key": f"q{place}_{slugify(given['label'])[:30].replace('-', '_')}",
            "label": given["label"].strip(),
            "type": given["type"] or "long_text",
            "min": (given.get("low") or 0) if is_number else None,
            "max": given.get("high") if is_number else None,
            "unit": None,
            "options": [
                {"value": str(place), "text": text}
                for place, text in enumerate(self._options())
            ]
            if given["type"] == "choice"
            else [],
            "required": bool(given.get("is_needed")),
        }


def typed_again(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the stored fields of a built form as its rows were typed."""
    return [
        {
            "label": one["label"],
            "type": one["type"],
            "low": one.get("min"),
            "high": one.get("max"),
            "options": ", ".join(option["text"] for option in one.get("options", ())),
            "is_needed": one.get("required"),
        }
        for one in fields
    ]


# A number of rows that is made up must not cost seconds: Django's own most is a thousand.
BuiltFields = forms.formset_factory(
    BuiltField,
    extra=0,
    max_num=MOST_FIELDS,
    absolute_max=2 * MOST_FIELDS,
    validate_max=True,
)


def built_fields(rows: Iterable[BuiltField]) -> list[Mapping[str, Any]]:
    """Return the rows that say something, as a built form keeps them."""
    kept = [row for row in rows if not row.is_blank]
    return [row.stored(place) for place, row in enumerate(kept, start=1)]
