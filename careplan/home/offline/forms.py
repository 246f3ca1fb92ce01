"""The form of the phone, and of what it sends later."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.catalogue import side_effects
from careplan.common.forms import POLE_CHOICES, CareForm, Segmented
from journal.forms import CheckinForm
from journal.models import DoseAnswer

Answer = DoseAnswer.Answer
TAKEN = (
    (Answer.TAKEN.value, _("All")),
    (Answer.PARTLY.value, _("Some")),
    (Answer.MISSED.value, _("None")),
)


class EnvelopeForm(CareForm):
    """Around a queued check-in: whose it is, its name, and when it was written."""

    person = forms.CharField(max_length=16, error_messages={"required": _("Sign in")})
    client_id = forms.UUIDField(
        error_messages={"required": _("This check-in has no name")}
    )
    about = forms.DateTimeField(
        error_messages={"required": _("This check-in says no time")},
        input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"],
    )
    general = forms.BooleanField(required=False)

    def clean_about(self) -> dt.datetime:
        told: dt.datetime = self.cleaned_data["about"]
        return told.replace(tzinfo=dt.UTC)


class QueuedForm(CheckinForm):
    """A check-in as a phone kept it: the usual one, and "how much did you take?"."""

    taken = forms.ChoiceField(
        label=_("What was due so far today: how much did you take?"),
        choices=TAKEN,
        widget=Segmented,
        required=False,
        error_messages={"invalid_choice": _("Choose all, some or none")},
    )

    # Asked on the phone of somebody whose mood has two sides (decisions 12).
    side = forms.ChoiceField(
        label=_("How is your mood?"),
        choices=POLE_CHOICES,
        required=False,
        error_messages={"invalid_choice": _("Choose the level closest to your mood")},
    )

    def _says_something(self) -> bool:
        if self.cleaned_data.get("side"):
            return True
        return bool(self.cleaned_data.get("taken")) or super()._says_something()

    @property
    def sentence(self) -> str:
        """What is wrong with it, in one line."""
        return " ".join(str(e) for errors in self.errors.values() for e in errors)


def general_effects() -> list[side_effects.SideEffect]:
    """The list that is the same for everybody, so that it says nothing of a record."""
    return list(side_effects.general_list())
