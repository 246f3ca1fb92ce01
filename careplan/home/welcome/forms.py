"""Forms of the first pages."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, ChoiceList, TimeInput
from careplan.plan.changes.reported_medicine import ReportedMedicineForm
from patients.models import Role


class TeamForm(CareForm):
    """Addresses of the two clinicians; either, both or none."""

    quiet_optional = True

    therapist = forms.EmailField(
        label=_("Your therapist's e-mail address"), max_length=254, required=False
    )
    prescriber = forms.EmailField(
        label=_("E-mail address of the person who prescribes your medicine"),
        max_length=254,
        required=False,
    )

    def addresses(self) -> list[tuple[str, str]]:
        """Give role and address of each person named."""
        named = ((Role.THERAPIST, "therapist"), (Role.PRESCRIBER, "prescriber"))
        found = [(role.value, self.cleaned_data[field]) for role, field in named]
        return [(role, email) for role, email in found if email]


class MedicineForm(ReportedMedicineForm):
    """One medicine already taken; left blank, there is none to tell of."""

    quiet_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if any(given.values()) and not given.get("name"):
            self.add_error("name", _("Write the name of the medicine"))
        return given

    @property
    def tells(self) -> bool:
        """Whether a medicine was named."""
        return bool(self.cleaned_data.get("name"))


class TimesForm(CareForm):
    """When to be asked how it goes."""

    quiet_optional = True

    first = forms.TimeField(
        label=_("A good time to ask how you are"),
        widget=TimeInput,
        error_messages={"required": _("Enter a time, such as 18:00")},
        initial=dt.time(18),
    )
    second = forms.TimeField(
        label=_("A second time, if you like"), widget=TimeInput, required=False
    )

    def times(self) -> tuple[dt.time, ...]:
        """Give the times, each once, in order."""
        data = self.cleaned_data
        return tuple(sorted({one for one in (data["first"], data["second"]) if one}))


class PeopleForm(CareForm):
    """Somebody to trust, and whether the screen may be seen."""

    quiet_optional = True

    supporter = forms.EmailField(
        label=_("E-mail address of someone you trust"),
        help_text=_("They see nothing until you choose what. They can change nothing."),
        max_length=254,
        required=False,
    )
    leave = forms.ChoiceField(
        label=_("Could it put you at risk if someone saw this on your screen?"),
        help_text=_(
            "With yes or not sure, each page gets a button that leaves it at once."
        ),
        widget=ChoiceList,
        choices=[("yes", _("Yes")), ("no", _("No")), ("unsure", _("Not sure"))],
        required=False,
    )
