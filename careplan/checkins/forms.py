"""The form behind a link, and the settings of reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.checkins import occasions
from careplan.checkins.link_answers import LinkAnswer
from careplan.checkins.models import BY_OCCASION, Kind, Schedule, Words
from careplan.checkins.schedules import Wish
from careplan.checkins.timing import EVERY_DAY, QuietHours
from careplan.common.catalogue import side_effects
from careplan.common.forms import (
    MOOD_CHOICES,
    CareForm,
    CheckList,
    ChipCheckboxes,
    ChoiceList,
    DateInput,
    Segmented,
    Tide,
    TimeInput,
)
from journal.models import DoseAnswer, SideEffectReport

NONE = "none"
Answer = DoseAnswer.Answer
TAKEN = (
    (Answer.TAKEN.value, _("All")),
    (Answer.PARTLY.value, _("Some")),
    (Answer.MISSED.value, _("None")),
)


class Chips(ChipCheckboxes, forms.RadioSelect):
    """Chips, one answer."""

    allow_multiple_selected = False
    input_type = "radio"


def _effects() -> list[tuple[str, Any]]:
    """The same fixed list for everybody (decisions 20)."""
    listed = [(one.id, _(one.patient_label)) for one in side_effects.general_list()]
    return [(NONE, _("None")), *listed]


class LinkForm(CareForm):
    """Five taps: a tile, taken, a side effect, how strong, save. Any may be left out,
    but not all of them."""

    quiet_optional = True

    mood = forms.ChoiceField(
        label=_("How is your mood?"),
        choices=MOOD_CHOICES,
        widget=Tide,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the seven levels")},
    )
    taken = forms.ChoiceField(
        label=_("What was due so far today: how much did you take?"),
        choices=TAKEN,
        widget=Segmented,
        required=False,
        error_messages={"invalid_choice": _("Choose all, some or none")},
    )
    effect = forms.ChoiceField(
        label=_("Any side effect?"),
        help_text=_(
            "Choose the one you notice most. You can add others after signing in."
        ),
        choices=_effects,
        widget=Chips,
        required=False,
        error_messages={"invalid_choice": _("Choose a side effect of the list")},
    )
    strength = forms.TypedChoiceField(
        label=_("How strong is it?"),
        choices=[
            (value, label.capitalize())
            for value, label in SideEffectReport.Strength.choices
        ],
        widget=Segmented,
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Choose mild, moderate or strong")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = (data.get("mood"), data.get("taken"), data.get("effect"))
        if not self.errors and not any(one and one != NONE for one in told):
            self.add_error("mood", _("Choose the level closest to your mood"))
        return data

    def answer(self) -> LinkAnswer:
        data = self.cleaned_data
        effect = "" if data["effect"] in ("", NONE) else data["effect"]
        return LinkAnswer(
            mood=int(data["mood"]) if data["mood"] else None,
            taken=data["taken"],
            effect=effect,
            strength=data["strength"] if effect else None,
        )


DAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
REPEATS = (
    ("days", _("On days of the week")),
    ("every", _("Every few days")),
)
CHANNELS = (
    ("email", _("E-mail")),
    ("sms", _("Text message")),
    ("push", _("A notice on my phone or computer")),
)


class ScheduleForm(CareForm):
    """When to be asked for one thing, and how."""

    on = forms.BooleanField(label=_("Remind me"), required=False)
    first = forms.TimeField(
        label=_("At what time?"),
        widget=TimeInput,
        error_messages={"required": _("Enter a time, such as 09:00")},
    )
    second = forms.TimeField(
        label=_("A second time that day"), widget=TimeInput, required=False
    )
    third = forms.TimeField(
        label=_("A third time that day"), widget=TimeInput, required=False
    )
    repeat = forms.ChoiceField(
        label=_("How often?"),
        choices=REPEATS,
        widget=Segmented,
        error_messages={"required": _("Choose how often")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days?"),
        choices=DAYS,
        coerce=int,
        widget=ChipCheckboxes,
        required=False,
    )
    every_days = forms.IntegerField(
        label=_("Every how many days?"),
        min_value=1,
        max_value=366,
        required=False,
        help_text=_("Used when you choose every few days."),
    )
    answer_hours = forms.IntegerField(
        label=_("For how many hours may you answer?"),
        min_value=1,
        max_value=24,
        error_messages={"required": _("Enter a number of hours from 1 to 24")},
    )
    channels = forms.MultipleChoiceField(
        label=_("How should we reach you?"),
        help_text=_("If the first way does not work, we try the next."),
        choices=CHANNELS,
        widget=CheckList,
        error_messages={"required": _("Choose at least one way to reach you")},
    )
    first_way = forms.ChoiceField(
        label=_("Which way first?"),
        choices=CHANNELS,
        widget=ChoiceList,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the ways above")},
    )
    words = forms.ChoiceField(
        label=_("What may the message say?"),
        help_text=_("Neither says anything about your health."),
        choices=Words.choices,
        widget=ChoiceList,
        error_messages={"required": _("Choose plain or discreet")},
    )
    quiet_begins = forms.TimeField(
        label=_("Quiet from"),
        widget=TimeInput,
        help_text=_("A time you chose yourself is kept, even at night."),
        error_messages={"required": _("Enter a time, such as 21:00")},
    )
    quiet_ends = forms.TimeField(
        label=_("Quiet until"),
        widget=TimeInput,
        error_messages={"required": _("Enter a time, such as 08:00")},
    )
    away_from = forms.DateField(
        label=_("Nothing from"),
        help_text=_("For a break or a holiday: its first and its last day."),
        widget=DateInput,
        required=False,
    )
    away_until = forms.DateField(
        label=_("Nothing until"), widget=DateInput, required=False
    )

    def __init__(self, *args: Any, channels: Sequence[str] = ("email",), **kwargs: Any):
        super().__init__(*args, **kwargs)
        words = dict(CHANNELS)
        offered = [(name, words[name]) for name in channels]
        self.fields["channels"].choices = offered  # type: ignore[attr-defined]
        if len(offered) > 1:
            self.fields["first_way"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["first_way"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("away_from"), data.get("away_until")
        if first and last and last < first:
            self.add_error("away_until", _("The last day is before the first"))
        if first and not last:
            self.add_error("away_until", _("Enter the last day, too"))
        if data.get("repeat") == "days" and not data.get("weekdays"):
            self.add_error("weekdays", _("Choose at least one day of the week"))
        if data.get("repeat") == "every" and not data.get("every_days"):
            self.add_error("every_days", _("Enter a number of days from 1 to 366"))
        way = data.get("first_way")
        if way and way not in data.get("channels", [way]):
            self.add_error("first_way", _("Choose a way that you ticked above"))
        times = [data[name] for name in ("first", "second", "third") if data.get(name)]
        if len(set(times)) != len(times):
            self.add_error("second", _("Choose each time once"))
        return data

    def wish(self) -> Wish:
        data = self.cleaned_data
        times = (data["first"], data["second"], data["third"])
        every = data["repeat"] == "every"
        return Wish(
            times=tuple(sorted(wall for wall in times if wall)),
            weekdays=EVERY_DAY if every else frozenset(data["weekdays"]),
            every_days=data["every_days"] if every else 1,
            quiet=QuietHours(data["quiet_begins"], data["quiet_ends"]),
            answer_minutes=data["answer_hours"] * 60,
            channels=self._in_order(data["channels"]),
            words=Words(data["words"]),
        )

    def _in_order(self, channels: list[str]) -> tuple[str, ...]:
        """The ticked ways, the preferred one first."""
        first = self.cleaned_data.get("first_way")
        return tuple(sorted(channels, key=lambda name: name != first))


class OccasionForm(ScheduleForm):
    """How to be told of what falls due: the day comes from the plan, not from here."""

    second = None
    third = None
    repeat = None
    weekdays = None
    every_days = None

    def clean(self) -> dict[str, Any]:
        self.cleaned_data |= {"repeat": "days", "weekdays": sorted(EVERY_DAY)}
        return super().clean()

    def wish(self) -> Wish:
        self.cleaned_data |= {"second": None, "third": None}
        self.cleaned_data.setdefault("first", occasions.USUAL_TIMES[Kind.VISIT])
        return super().wish()


class VisitForm(OccasionForm):
    """A visit is prepared a day before it, whatever its time."""

    first = None


def schedule_form(kind: Kind) -> type[ScheduleForm]:
    """The form for one kind of reminder."""
    if kind == Kind.VISIT:
        return VisitForm
    return OccasionForm if kind in BY_OCCASION else ScheduleForm


class PhoneForm(CareForm):
    """A number to send text messages to."""

    number = forms.CharField(
        label=_("Mobile number"),
        help_text=_(
            "With its country code, such as +447700900123. We text you a code."
        ),
        max_length=30,
        error_messages={"required": _("Enter a mobile number, such as +447700900123")},
    )


class CodeForm(CareForm):
    """The code that was texted."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=12,
        error_messages={"required": _("Enter the six digits of the message")},
    )


DEFAULT_TIMES = {
    Kind.CHECKIN: time(18),
    Kind.DOSES: time(8),
    **occasions.USUAL_TIMES,
}


def initial_of(
    schedule: Schedule | None, kind: Kind, like: Schedule | None = None
) -> dict[str, Any]:
    """What the form shows first: the schedule as it stands, or a kind suggestion.

    What falls due is told in the way of the other reminders (`like`) until the person
    chooses otherwise, so that is what its form says.
    """
    if schedule is None:
        schedule = Schedule(
            kind=kind, times=[DEFAULT_TIMES.get(kind, time(9))], active=False
        )
        if like is not None and kind in BY_OCCASION:
            schedule.active, schedule.channels = True, like.channels
            schedule.words, schedule.answer_minutes = like.words, like.answer_minutes
            schedule.quiet_begins = like.quiet_begins
            schedule.quiet_ends = like.quiet_ends
    times = [*sorted(schedule.times), None, None][:3]
    return {
        "on": schedule.active,
        "first": times[0],
        "second": times[1],
        "third": times[2],
        "repeat": "every" if schedule.every_days > 1 else "days",
        "weekdays": schedule.weekdays,
        "every_days": schedule.every_days if schedule.every_days > 1 else None,
        "answer_hours": max(1, schedule.answer_minutes // 60),
        "channels": schedule.channels,
        "first_way": schedule.channels[0] if schedule.channels else "",
        "words": schedule.words,
        "quiet_begins": schedule.quiet_begins,
        "quiet_ends": schedule.quiet_ends,
        "away_from": schedule.away_from,
        "away_until": schedule.away_until,
    }
