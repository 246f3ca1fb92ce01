"""What the person prefers or refuses, dated: an advance statement (P6)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, ChoiceList, TextArea
from careplan.plan.change import Application, Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Preference
from patients.topics import Topic


class PreferenceForm(CareForm):
    """A wish or a refusal, with the reason."""

    kind = forms.ChoiceField(
        label=lazy("Which way"),
        choices=Preference.Kind.choices,
        widget=ChoiceList,
        error_messages={"required": lazy("Choose which way it points")},
    )
    words = forms.CharField(
        label=lazy("In your words"),
        max_length=500,
        widget=TextArea(rows=2),
        error_messages={"required": lazy("Write it in your words")},
    )
    because = forms.CharField(
        label=lazy("Why"), required=False, max_length=500, widget=TextArea(rows=2)
    )


class PreferenceKind(ItemKind):
    """Values: kind, words, because?"""

    name = "preference"
    label = _("What I want")
    form = PreferenceForm
    topic = Topic.PLAN
    is_own_part = True
    model = Preference
    name_field = "words"
    fields = ("kind", "words", "because")
    needed = {"kind": _("which way it points"), "words": _("your words")}

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.stated_on = to.today


KIND = PreferenceKind()
