"""Forms of the smaller changes of one medicine, and what stands around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, ChoiceList, DateInput, TextArea
from careplan.plan.forms import SuggestionForm, needed


class HoldForm(CareForm):
    """Staying at this dose: the later steps leave the plan."""

    because = forms.CharField(
        label=lazy("Why stay at this dose"),
        max_length=500,
        widget=TextArea(rows=2),
        error_messages=needed(lazy("Write why the dose stays as it is")),
    )


class StepBackForm(CareForm):
    """Going back to a dose that was taken before."""

    dose = forms.ChoiceField(
        label=lazy("Back to which dose?"),
        widget=ChoiceList,
        error_messages=needed(lazy("Choose a dose that was taken before")),
    )
    on = forms.DateField(
        label=lazy("From"),
        widget=DateInput,
        error_messages=needed(lazy("Give the day it may start")),
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dose"].choices = choices  # type: ignore[attr-defined]


class AsNeededForm(CareForm):
    """Taking something when needed: for what, how much, at most how much a day (R1)."""

    purpose = forms.CharField(
        label=lazy("Needed for what"),
        max_length=200,
        error_messages=needed(lazy("Write what it is needed for")),
    )
    amount = forms.DecimalField(
        label=lazy("How much at a time"),
        min_value=0,
        max_digits=8,
        decimal_places=4,
        error_messages=needed(lazy("Enter how much at a time")),
    )
    at_most = forms.DecimalField(
        label=lazy("At most in one day"),
        min_value=0,
        max_digits=8,
        decimal_places=4,
        error_messages=needed(lazy("Enter the most for one day")),
    )
    at_most_times = forms.IntegerField(
        label=lazy("At most how often a day"),
        required=False,
        min_value=1,
        max_value=24,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        amount, most = cleaned.get("amount"), cleaned.get("at_most")
        if amount is not None and amount <= 0:
            self.add_error("amount", _("Enter how much at a time, more than 0"))
        elif amount is not None and most is not None and most < amount:
            self.add_error("at_most", _("The most for one day is less than one dose"))
        return cleaned


class AroundForm(SuggestionForm):
    """What stands around a smaller change, and starting it at once for safety."""

    notice = forms.CharField(
        label=lazy("What they may notice"),
        required=False,
        max_length=2000,
        widget=TextArea(rows=2),
    )
    override_because = forms.CharField(
        label=lazy("Why you go on although something speaks against it"),
        required=False,
        max_length=500,
    )
    base_number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    start_now = forms.BooleanField(
        label=lazy("Start now for safety"),
        required=False,
        help_text=lazy(
            "It acts at once and is marked so; answers are asked for afterwards."
        ),
    )
    safety_reason = forms.CharField(
        label=lazy("The reason it cannot wait"), required=False, max_length=1000
    )

    is_stale = False

    def __init__(self, *args: Any, may_start_now: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_start_now:
            del self.fields["start_now"], self.fields["safety_reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("start_now") and not cleaned.get("safety_reason", "").strip():
            self.add_error("safety_reason", _("Write why this cannot wait"))
        return cleaned
