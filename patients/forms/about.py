"""Forms about the person: how to be called, where she lives."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm
from patients.models import User
from patients.people import AboutMe

LANGUAGES = [("en", "English"), ("de", "Deutsch")]
_PARTS = (
    "Africa",
    "America",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """List places by continent, as a person would look for them."""
    known = sorted(zoneinfo.available_timezones())
    return [
        (part, [(zone, _place(zone)) for zone in known if zone.startswith(f"{part}/")])
        for part in _PARTS
    ]


def _place(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")


class AboutMeForm(CareForm):
    """Name, pronouns, place. Shown to the people she works with."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    preferred_name = forms.CharField(
        label=_("What should we call you?"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    pronouns = forms.CharField(
        label=_("Your pronouns"),
        help_text=_("For example: she, he or they"),
        max_length=40,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Where do you live?"),
        help_text=_("So that reminders come at the right time."),
        choices=zones,
        error_messages={"required": _("Choose the city nearest to you")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        error_messages={"required": _("Choose a language")},
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "AboutMeForm":
        """Make the form for a person, filled with what is known."""
        now = {field: getattr(user, field) for field in AboutMe.__slots__}
        return cls(data, initial=now)

    def about(self) -> AboutMe:
        """Give what was entered."""
        return AboutMe(**self.cleaned_data)
