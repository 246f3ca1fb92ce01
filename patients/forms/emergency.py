"""Forms of emergency access: why, and what a second person found."""

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, ChoiceList
from patients.emergency import SHORTEST_REASON


class ReasonForm(CareForm):
    """Why this record has to be read now. The patient reads it."""

    reason = forms.CharField(
        label=_("Why do you need to read this record now?"),
        help_text=_("At least 20 characters. The patient reads what you write."),
        min_length=SHORTEST_REASON,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why you need to read this record now"),
            "min_length": _(
                "Write why you need to read this now, in 20 characters or more."
            ),
        },
    )


class ReviewForm(CareForm):
    """What a second person found."""

    was_right = forms.ChoiceField(
        label=_("Was it right to open this record?"),
        choices=[("yes", _("Yes")), ("no", _("No, this needs to be followed up"))],
        widget=ChoiceList,
        error_messages={"required": _("Choose yes or no")},
    )
    words = forms.CharField(
        label=_("What did you look at, and what do you say?"),
        help_text=_("The patient reads what you write."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you found")},
    )
