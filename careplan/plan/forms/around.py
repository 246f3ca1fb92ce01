"""What stands around a suggestion, and an answer to one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm
from careplan.plan.forms import shapes
from careplan.plan.models import Approach


def _why(label: Any, *, asking: Any) -> forms.CharField:
    return shapes.text(label, 2000, rows=3, asking=asking)


class SuggestionForm(CareForm):
    """What stands around any suggestion: why, when to look again, answers by when."""

    why = _why(
        lazy("Why, in words for the patient"),
        asking=lazy("Write why, in words the patient reads first"),
    )
    look_again_on = shapes.day(lazy("Look at it again on"))
    reply_by = shapes.day(lazy("Answers wanted by"))

    def ask_for_the_day(self) -> None:
        """No treatment is agreed without a day to look again: ask before the check."""
        day = self.fields["look_again_on"]
        day.required = day.widget.is_required = True
        day.error_messages["required"] = _("Give a day to look at this again")


class PatientSuggestionForm(CareForm):
    """What stands around a suggestion of the patient's: why."""

    why = _why(
        lazy("Why, in a few words"),
        asking=lazy("Write a few words, so that the others understand"),
    )


class MedicineSuggestionForm(SuggestionForm):
    """What stands around a change of a medicine, and starting it at once for safety."""

    base_number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    notice = shapes.text(
        lazy("What they may notice"),
        2000,
        rows=3,
        help_text=lazy("The usual course, and the hard one."),
    )
    override_because = shapes.text(
        lazy("Why you go on although something speaks against it"), 500
    )
    start_now = forms.BooleanField(
        label=lazy("Start now for safety"),
        required=False,
        help_text=lazy(
            "Only to hold, lower or stop. It acts at once and is marked so; "
            "answers are asked for afterwards."
        ),
    )
    safety_reason = shapes.text(lazy("The reason it cannot wait"), 1000)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("start_now") and not cleaned.get("safety_reason", "").strip():
            self.add_error("safety_reason", _("Write why this cannot wait"))
        return cleaned

    def read_on(self, number: int) -> None:
        """Carry the version that stands now: once told of it, one may send again."""
        self.data = self.data.copy()
        self.data[self.add_prefix("base_number")] = str(number)


class ApproachForm(CareForm):
    """Therapy first, medicine first or both, and what was weighed (L13)."""

    prefix = "approach"
    choice = shapes.choice(
        lazy("Which way to begin"),
        Approach.Choice.choices,
        asking=lazy("Choose which way to begin"),
    )
    benefits = shapes.text(
        lazy("What it can bring"), 1000, asking=lazy("Write what it can bring")
    )
    risks = shapes.text(
        lazy("What it can cost"), 1000, asking=lazy("Write what it can cost")
    )
    patient_words = shapes.text(
        lazy("What they want, in their own words"),
        1000,
        asking=lazy("Write what they want, in their own words"),
    )
    because = shapes.text(
        lazy("Why this way"), 1000, asking=lazy("Write why this way was chosen")
    )


class AnswerForm(CareForm):
    """An answer to the exact text that was read."""

    read_hash = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    note = shapes.text(lazy("A note, if you like"), 2000, rows=3)


class _TextForm(CareForm):
    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class WordsForm(_TextForm):
    """A few words that somebody else will read."""

    text = shapes.text(
        lazy("Your words"),
        2000,
        rows=4,
        asking=lazy("Write a few words first"),
    )


class ReasonForm(_TextForm):
    """A reason that may be left out."""

    text = shapes.text(lazy("Why, if you like to say"), 1000, rows=3)
