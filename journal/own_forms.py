"""The forms of one's own things and of one dose."""

import datetime as dt
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import (
    CareForm,
    CheckList,
    ChoiceList,
    Segmented,
    TimeInput,
    with_capitals,
)
from journal.models import DoseAnswer, Tracker


class TrackerForm(CareForm):
    """Add a tracker of one's own."""

    name = forms.CharField(
        label=_("What do you want to keep an eye on?"),
        max_length=80,
        error_messages={"required": _("Write a name, such as Headaches.")},
    )
    kind = forms.ChoiceField(
        label=_("How do you want to log it?"),
        choices=with_capitals(Tracker.Kind.choices),
        widget=ChoiceList,
        error_messages={"required": _("Choose a scale, a number, or yes or no.")},
    )
    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("For a number, such as cups."),
        max_length=20,
        required=False,
    )


class ScalesForm(CareForm):
    """What a check-in asks: the mood tiles, and which feelings."""

    mood_scale = forms.ChoiceField(
        label=_("How do you want to log your mood?"),
        help_text=_("Choose this with your team. What you logged before stays."),
        choices=(
            ("standard", _("From very low to very good")),
            ("elevated", _("Low and high on their own, with steady in the middle")),
        ),
        widget=ChoiceList,
        error_messages={"required": _("Choose one of the two ways.")},
    )
    feelings = forms.MultipleChoiceField(
        label=_("Which feelings should it ask about?"),
        help_text=_("They stand under Add more. Leave out what you do not need."),
        choices=(
            ("energy", _("Energy")),
            ("worry", _("Worry")),
            ("irritability", _("Feeling snappy")),
        ),
        widget=CheckList,
        required=False,
    )


class DoseForm(CareForm):
    """Say more about one dose: part of it, late, extra, or one as needed."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    answer = forms.ChoiceField(
        label=_("What happened?"),
        choices=with_capitals(DoseAnswer.Answer.choices),
        widget=ChoiceList,
        error_messages={"required": _("Choose what happened.")},
    )
    amount = forms.DecimalField(
        label=_("How much did you take?"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=4,
    )
    at = forms.TimeField(label=_("At what time?"), widget=TimeInput, required=False)
    reason = forms.ChoiceField(
        label=_("Why, if you like to say"),
        choices=with_capitals(DoseAnswer.Reason.choices),
        widget=Segmented,
        required=False,
    )
    words = forms.CharField(
        label=_("What for, and did it help?"), max_length=500, required=False
    )

    def __init__(
        self, *args: object, unit: str, as_needed: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = unit
        if as_needed:
            del self.fields["reason"]
            self.fields["answer"].choices = [
                ("taken", gettext("I took it")),
                ("extra", gettext("I took more than planned")),
            ]
        else:
            del self.fields["words"]

    def taken_at(self, day: dt.date, zone: dt.tzinfo) -> dt.datetime | None:
        """Give the moment it was taken; before 04:00 is the night after."""
        at = self.cleaned_data.get("at")
        if at is None:
            return None
        on = day + dt.timedelta(days=1) if at < dt.time(4) else day
        return dt.datetime.combine(on, at, tzinfo=zone).astimezone(dt.UTC)
