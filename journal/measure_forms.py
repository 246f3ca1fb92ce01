"""The forms of the measure pages: one question, sending, asking."""

import datetime as dt

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, CheckList, ChoiceList, DateInput, Segmented
from journal import instruments
from journal.instruments import FunctionalItem, Instrument, Item
from journal.scoring import Answer

CLOSEST = _(
    "Choose the answer closest to how it was. If none fits, choose Skip this question."
)


class QuestionForm(CareForm):
    """One question of an instrument, as its file says."""

    def __init__(
        self, *args: object, form: Instrument, item: Item, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["answer"] = _field(form, item)

    @property
    def answer(self) -> Answer:
        """Give the answer as it is stored."""
        value = self.cleaned_data["answer"]
        if self.item.type == "multi_choice":
            return tuple(value)
        return int(value)


def _field(form: Instrument, item: Item) -> forms.Field:
    said = {"required": CLOSEST, "invalid_choice": CLOSEST}
    options = [(str(o.value), o.text) for o in form.options_of(item)]
    if item.type == "choice":
        return forms.ChoiceField(
            label=item.text, choices=options, widget=ChoiceList, error_messages=said
        )
    if item.type == "multi_choice":
        return forms.MultipleChoiceField(
            label=item.text,
            choices=options,
            widget=CheckList,
            required=False,
            help_text=_("Choose all that fit, or none."),
        )
    if item.type == "scale":
        return forms.ChoiceField(
            label=item.text,
            choices=_scale(item),
            widget=ChoiceList,
            error_messages=said,
        )
    return forms.IntegerField(
        label=item.text,
        min_value=item.min,
        max_value=item.max,
        error_messages={"required": CLOSEST},
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


def _scale(item: Item) -> list[tuple[str, str]]:
    low, high = item.min or 0, item.max or 0
    words = {low: item.min_label, high: item.max_label}
    return [
        (str(n), f"{n}, {words[n]}" if words.get(n) else str(n))
        for n in range(low, high + 1)
    ]


class FunctionalForm(CareForm):
    """The question after the others."""

    def __init__(self, *args: object, item: FunctionalItem, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=item.text,
            choices=[(str(o.value), o.text) for o in item.options],
            widget=ChoiceList,
            error_messages={"required": CLOSEST, "invalid_choice": CLOSEST},
        )


class SendForm(CareForm):
    """Send a form to the team, or keep it."""

    private = forms.BooleanField(
        label=_("Keep this form private"),
        help_text=_("Then nobody on your team sees it, and nobody is told."),
        required=False,
    )

    def say_told(self) -> None:
        """Say what keeping it private cannot take back: an answer told already."""
        self.fields["private"].help_text = gettext(
            "Then nobody on your team sees it. One answer was told to them already,"
            " when you gave it."
        )


EVERY = (
    ("", _("Once")),
    ("7", _("Every week")),
    ("14", _("Every 2 weeks")),
    ("28", _("Every 4 weeks")),
    ("84", _("Every 12 weeks")),
)


class AskForm(CareForm):
    """Ask one person for a form."""

    instrument = forms.ChoiceField(
        label=_("Form"),
        choices=(),
        widget=ChoiceList,
        error_messages={"required": _("Choose a form.")},
    )
    due_on = forms.DateField(
        label=_("First time"),
        widget=DateInput,
        error_messages={"required": _("Choose the day to begin.")},
    )
    every_days = forms.ChoiceField(
        label=_("How often"), choices=EVERY, widget=Segmented, required=False
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The person reads this."),
        max_length=300,
        error_messages={"required": _("Say why, in plain words.")},
    )

    def __init__(self, *args: object, today: dt.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        rows = instruments.all_instruments().values()
        field = self.fields["instrument"]
        field.choices = [(row.id, row.name) for row in rows]
        field.widget.hints = {row.id: row.licence for row in rows}

    def clean_due_on(self) -> dt.date:
        day = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(gettext("Choose today or a later day."))
        return day

    @property
    def every(self) -> int | None:
        """Days between two askings; None for once."""
        text = self.cleaned_data["every_days"]
        return int(text) if text else None
