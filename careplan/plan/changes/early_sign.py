"""An early sign, and what each of the three does when it comes (L7, N13)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, ChoiceList
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import EarlySign
from patients.topics import Topic


class EarlySignForm(CareForm):
    """A sign, how far along it is, and who does what."""

    words = forms.CharField(
        label=lazy("The sign, in your words"),
        max_length=300,
        error_messages={"required": lazy("Write the sign in your words")},
    )
    level = forms.ChoiceField(
        label=lazy("How far along is it?"),
        choices=EarlySign.Level.choices,
        widget=ChoiceList,
        error_messages={"required": lazy("Choose how far along it is")},
    )
    i_do = forms.CharField(
        label=lazy("What I do"),
        max_length=300,
        error_messages={"required": lazy("Write what you do then")},
    )
    therapist_does = forms.CharField(
        label=lazy("What my therapist does"), required=False, max_length=300
    )
    prescriber_does = forms.CharField(
        label=lazy("What my prescriber does"), required=False, max_length=300
    )


class EarlySignKind(ItemKind):
    """Values: words, level, i_do, therapist_does?, prescriber_does?, tied_to?,
    tied_name?
    """

    name = "early_sign"
    label = _("An early sign")
    form = EarlySignForm
    topic = Topic.PLAN
    is_own_part = True
    model = EarlySign
    name_field = "words"
    fields = (
        "words", "level", "i_do", "therapist_does", "prescriber_does", "tied_to",
        "tied_name",
    )  # fmt: skip
    needed = {"words": _("the sign"), "i_do": _("what you do then")}


KIND = EarlySignKind()
