"""Forms of the review room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, ChoiceList, TextArea, with_capitals
from careplan.review.models import Decision


class MarkForm(CareForm):
    """A word to the patient, which may be left out."""

    words = forms.CharField(
        label=_("A word to them"),
        help_text=_(
            "They will read this. Write what you saw and what you are glad of."
        ),
        required=False,
        max_length=500,
        widget=TextArea(rows=3),
        error_messages={"max_length": _("Use 500 characters or fewer.")},
    )


class DecisionForm(CareForm):
    """What is done now, and why; both are needed."""

    choice = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=with_capitals(Decision.Choice.choices),
        widget=ChoiceList(),
        error_messages={
            "required": _("Choose what you decide."),
            "invalid_choice": _("Choose one of the answers in the list."),
        },
    )
    because = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=TextArea(rows=4),
        error_messages={
            "required": _("Write in a sentence why."),
            "max_length": _("Use 2,000 characters or fewer."),
        },
    )

    def decided(self) -> dict[str, Any]:
        """Give the two answers."""
        return {
            "choice": self.cleaned_data["choice"],
            "because": self.cleaned_data["because"],
        }


class ReleaseForm(CareForm):
    """Why the prescriber goes on; needed when the check says to wait."""

    reason = forms.CharField(
        label=_("Why you release it now"),
        help_text=_("It is kept with the step."),
        required=False,
        max_length=500,
        widget=TextArea(rows=3),
        error_messages={
            "required": _("The check says to wait. Write why you go on."),
            "max_length": _("Use 500 characters or fewer."),
        },
    )

    def __init__(self, *args: Any, is_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_needed
        if is_needed:
            self.fields["reason"].help_text = _(
                "The check says to wait, so a reason is needed. It is kept with the step."
            )
