"""Forms for what was before this plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, ChoiceList
from careplan.plan.models import Allergy
from careplan.plan.past import Reaction, TriedMedicine, TriedTherapy

NOT_KNOWN = ("", _("I do not know"))


def _text(label: Any, *, longest: int = 300, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=longest, required=False
    )


class ReactionForm(CareForm):
    """An allergy or past reaction (P3)."""

    quiet_optional = True

    substance = forms.CharField(
        label=_("Medicine, food or other thing"),
        max_length=120,
        error_messages={"required": _("Write what it was")},
    )
    reaction = _text(_("What happened?"))
    severity = forms.ChoiceField(
        label=_("How bad was it?"),
        choices=[*Allergy.Severity.choices, NOT_KNOWN],
        widget=ChoiceList,
        required=False,
    )
    happened = _text(_("When?"), longest=60, hint=_("For example: 2018"))

    def told(self) -> Reaction:
        """Give what was entered."""
        return Reaction(**self.cleaned_data)


class MedicineForm(CareForm):
    """A medicine tried before (P4, N18)."""

    quiet_optional = True

    name = forms.CharField(
        label=_("Name of the medicine"),
        max_length=120,
        error_messages={"required": _("Write the name of the medicine")},
    )
    highest_dose = _text(_("Highest dose"), longest=80, hint=_("For example: 100 mg"))
    when = _text(_("When?"), longest=60, hint=_("For example: 2019 to 2021"))
    weeks_at_adequate_dose = forms.IntegerField(
        label=_("Weeks at a dose that could have worked"),
        help_text=_("A prescriber's judgement. Leave it open if nobody has said."),
        min_value=0,
        max_value=2000,
        required=False,
    )
    benefit = _text(_("How did it help?"))
    side_effects = _text(_("Side effects"))
    stopped_because = _text(_("Why was it stopped, in your words?"))

    def told(self) -> TriedMedicine:
        """Give what was entered."""
        return TriedMedicine(**self.cleaned_data)


class TherapyForm(CareForm):
    """A therapy had before (N19)."""

    quiet_optional = True

    name = forms.CharField(
        label=_("What kind of therapy?"),
        max_length=120,
        error_messages={"required": _("Write what kind of therapy it was")},
    )
    when = _text(_("When?"), longest=60, hint=_("For example: 2020"))
    sessions = forms.IntegerField(
        label=_("About how many sessions?"), min_value=0, max_value=5000, required=False
    )
    skills = _text(_("What did you learn?"), longest=500)
    helped = _text(_("What helped?"), longest=500)
    ended_because = _text(_("Why did it end?"))

    def told(self) -> TriedTherapy:
        """Give what was entered."""
        return TriedTherapy(**self.cleaned_data)
