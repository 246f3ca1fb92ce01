"""The one base of all forms, and the widgets of the template pack ``care``.

A form lays out fields. The page writes ``<form method="post" novalidate>``, the token
and the buttons; ``{% crispy form %}`` prints the linked error summary and the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.form_fields import Fields

_DJANGOS_REQUIRED = forms.Field.default_error_messages["required"]

# Words for refusals every kind of field can give, used where a field has none of its
# own. "required" is never among them: each field says what it wants in its own words.
_OUR_WORDS: dict[str, str | Promise] = {
    "invalid_choice": _("Choose one of the answers listed"),
    "invalid_list": _("Choose from the answers listed"),
    "max_length": _(
        "Shorten this to %(limit_value)d characters. It has %(show_value)d now."
    ),
    "min_length": _("Write at least %(limit_value)d characters here"),
    "max_value": _("Enter %(limit_value)s or less"),
    "min_value": _("Enter %(limit_value)s or more"),
    "max_digits": _("Enter a number with at most %(max)s digits"),
    "max_decimal_places": _("Enter a number with at most %(max)s decimal places"),
    "max_whole_digits": _("Enter a smaller number"),
    "null_characters_not_allowed": _("Take out the character that cannot be shown"),
}

_WORDS_BY_FIELD: tuple[tuple[type[forms.Field], str | Promise], ...] = (
    (forms.DateTimeField, _("Enter a day and a time, such as 21/11/2026 14:30")),
    (forms.DateField, _("Enter a real date, such as 21/11/2026")),
    (forms.TimeField, _("Enter a time, such as 14:30")),
    (forms.EmailField, _("Enter an e-mail address, such as name@example.org")),
    (forms.URLField, _("Enter a web address, such as https://example.org")),
    (forms.IntegerField, _("Enter a whole number, such as 2")),
    (forms.DecimalField, _("Enter a number, such as 7.5")),
    (forms.UUIDField, _("Choose one of the answers listed")),
)


class CareFormMixin:
    """Wires hints and errors, and refuses a required field without a sentence."""

    base_fields: dict[str, forms.Field]
    fields: dict[str, forms.Field]
    # True where nothing is required and the page says so once: no "(optional)" per field.
    quiet_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        form = type(self)
        if type(form.base_fields) is not Fields:
            form.base_fields = Fields(form.base_fields)
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _demand_sentence(type(self).__name__, name, field)
            _lend_words(field)
            _keep_drafts(name, field)

    @property
    def helper(self) -> FormHelper:
        """Fields only: no form tag, no token, no buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        layout = self.layout()
        if layout is not None:
            helper.layout = layout
        return helper

    def layout(self) -> Any:
        """A crispy Layout, or None for the fields in their order.

        Its legends are templates to crispy: never build one from a person's words.
        """
        return None

    def refuse(self, refusal: Any, field: str | None = None) -> None:
        """Turns a DomainError into an error of the form or of one field."""
        self.add_error(field, getattr(refusal, "sentence", None) or str(refusal))  # type: ignore[attr-defined]


class CareForm(CareFormMixin, forms.Form):
    """The base of every form."""


class CareModelForm(CareFormMixin, forms.ModelForm):
    """The base of every form over one row."""


def _demand_sentence(form: str, name: str, field: forms.Field) -> None:
    if not field.required:
        return
    parts = getattr(field, "fields", None)
    if field.error_messages.get("required") == _DJANGOS_REQUIRED and not parts:
        raise ImproperlyConfigured(
            f'{form}.{name} needs error_messages={{"required": "..."}} in its own words'
        )


def _lend_words(field: forms.Field) -> None:
    """Say Django's messages in our words; what the form itself says stays."""
    djangos, ours = _words_of(type(field))
    said = field.error_messages.items()
    own = {code: words for code, words in said if words is not djangos.get(code)}
    field.error_messages = {**ours, **own}


@cache
def _words_of(kind: type[forms.Field]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Django's messages of this kind of field, and ours for all it may say.

    Told apart as objects: comparing lazy words would translate each, for each field
    of each form, which cost a check-in more than saving it.
    """
    djangos = _default_messages(kind)
    ours = {**djangos, **_OUR_WORDS}
    for one, words in _WORDS_BY_FIELD:
        if issubclass(kind, one):
            ours["invalid"] = words
            break
    return djangos, ours


def with_capitals(choices: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Give choices as answers on a page: "Made it worse", like every other answer."""
    return [(value, capfirst(word)) for value, word in choices]


def _keep_drafts(name: str, field: forms.Field) -> None:
    """Mark each box for words, so that the page keeps what is half typed (E4)."""
    widget = field.widget
    words = isinstance(widget, forms.Textarea) or (
        isinstance(field, forms.CharField) and widget.input_type == "text"
    )
    if words and widget.attrs.get("autocomplete") not in _SECRET:
        widget.attrs.setdefault("data-draft", name)


# What a browser itself is told never to keep among what was typed.
_SECRET = {"one-time-code", "current-password", "new-password"}


def _default_messages(kind: type[forms.Field]) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        messages.update(getattr(base, "default_error_messages", {}))
    return messages


# --- widgets ---------------------------------------------------------------------

STANDARD = (
    _("Very low"),
    _("Low"),
    _("Fairly low"),
    _("In between"),
    _("Fairly good"),
    _("Good"),
    _("Very good"),
)
ELEVATED = (
    _("Very low"),
    _("Low"),
    _("Slightly low"),
    _("Steady"),
    _("Slightly high"),
    _("High"),
    _("Very high"),
)
MOOD_CHOICES = tuple((str(n), word) for n, word in enumerate(STANDARD, start=1))
# The elevated-aware tiles: -3 to 3 around "steady".
POLE_CHOICES = tuple((str(n), word) for n, word in enumerate(ELEVATED, start=-3))

_SURFACES = (67, 58.5, 50, 41.5, 33, 24.5, 16)
# How far a line face's mouth is bent down (ux.md 6.2); none where high is not "good".
_MOUTHS = (-7, -5, -2.5, 0, 2.5, 5, 7)
_WAVE = "M0,{y} c4,-5 9,-5 13,-1.5 s9,4 13,0.5 s9,-4 13,-1 s5,1.5 7,0.5"


class Tide(forms.RadioSelect):
    """Seven tiles with a water level. Needs a ChoiceField with seven choices.

    ``middle`` draws the line of "steady" (the elevated-aware set). ``last`` is the
    value of the earlier rating, marked with a dot for those who asked for it.
    """

    template_name = "care/widgets/tide.html"
    draws_itself = True

    def __init__(self, attrs=None, choices=(), *, middle=False, last=None) -> None:
        super().__init__(attrs, choices)
        self.middle = middle
        self.last = last

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        options = [o for _g, group, _i in widget["optgroups"] for o in group]
        options = [o for o in options if o["value"] != ""]
        widget["middle"] = self.middle
        widget["attrs"]["aria_invalid"] = widget["attrs"].get("aria-invalid")
        widget["tiles"] = [
            self._tile(place, option, widget["attrs"].get("id", f"id_{name}"))
            for place, option in enumerate(options[:7])
        ]
        return context

    def _tile(self, place: int, option: dict[str, Any], base_id: str) -> dict[str, Any]:
        y = _SURFACES[place]
        return {
            "value": option["value"],
            "word": option["label"],
            "id": f"{base_id}_{place}",
            "spoken": gettext("%(word)s, %(place)d of 7")
            % {"word": option["label"], "place": place + 1},
            "checked": option["selected"],
            "wave": _WAVE.format(y=y),
            "mouth": ""
            if self.middle
            else f"M9 {18 - _MOUTHS[place] / 4}q5 {_MOUTHS[place]} 10 0",
            "high": y <= 42,
            "tick": 58 if y <= 42 else 24,
            "last": self.last is not None and str(self.last) == str(option["value"]),
        }

    def id_for_label(self, id_, index=None):
        return f"{id_}_{index or 0}" if id_ else id_


class _Group:
    draws_itself = True

    def id_for_label(self, id_, index=None):
        """The first control, so that the error summary has somewhere to lead."""
        return f"{id_}_{index or 0}" if id_ else id_


class Segmented(_Group, forms.RadioSelect):
    """Two to four short answers side by side."""

    template_name = "care/widgets/segmented.html"


class ChoiceList(_Group, forms.RadioSelect):
    """Full-width rows, one answer. ``hints`` maps a value to a second line."""

    template_name = "care/widgets/choices.html"

    def __init__(self, attrs=None, choices=(), *, hints=None) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"hint": self.hints.get(str(value), "")}


class CheckList(_Group, forms.CheckboxSelectMultiple):
    """Full-width rows, several answers."""

    template_name = "care/widgets/choices.html"


class ChipCheckboxes(_Group, forms.CheckboxSelectMultiple):
    """Chips, several answers. ``none_value`` is the chip that clears the others."""

    template_name = "care/widgets/chips.html"

    def __init__(self, attrs=None, choices=(), *, none_value="") -> None:
        super().__init__(attrs, choices)
        self.none_value = none_value

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["none_value"] = self.none_value
        return context


class DateInput(forms.DateInput):
    """The browser's own date control (never three selects)."""

    input_type = "date"

    def __init__(self, attrs=None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time control."""

    input_type = "time"

    def __init__(self, attrs=None) -> None:
        super().__init__(attrs, format="%H:%M")


class KnownNames(forms.TextInput):
    """A line of free text that offers known names while typing, without a script."""

    template_name = "care/widgets/known_names.html"

    def __init__(self, names: Callable[[], Iterable[str]], attrs=None) -> None:
        super().__init__(attrs)
        self.names = names

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["attrs"]["list"] = f"{widget['attrs'].get('id', name)}-names"
        return {**context, "names": self.names()}


class TextArea(forms.Textarea):
    """A text box that says how much room is left near the limit."""

    template_name = "care/widgets/textarea.html"

    def __init__(self, attrs=None, *, rows=4) -> None:
        super().__init__({"rows": rows} | (attrs or {}))
