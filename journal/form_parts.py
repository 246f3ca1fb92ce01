"""What the check-in's form is made of: short answers, rows, a field for each tracker."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.catalogue import side_effects
from careplan.common.forms import Segmented
from journal.models import Tracker

STRENGTHS = (("1", _("Mild")), ("2", _("Moderate")), ("3", _("Strong")))
ANSWERS = (
    ("taken", _("Taken")),
    ("not_yet", _("Not yet")),
    ("missed", _("Missed")),
)
FEELINGS = (
    ("0", _("Not at all")),
    ("1", _("A little")),
    ("2", _("Quite a bit")),
    ("3", _("Very much")),
)
ENERGY = (
    ("0", _("None")),
    ("1", _("Low")),
    ("2", _("All right")),
    ("3", _("A lot")),
)
QUALITY = (
    ("2", _("Poor")),
    ("3", _("Fair")),
    ("4", _("Good")),
    ("5", _("Very good")),
)
HABITS = (
    ("mindfulness", _("Mindfulness")),
    ("people", _("Time with people")),
    ("sleep", _("A sleep habit")),
)
NONE, ANOTHER = "none", "another"


class Words(forms.CharField):
    """Text in the person's own words. A line break counts as one character."""

    def to_python(self, value: object) -> str:
        return super().to_python(str(value or "").replace("\r\n", "\n")) or ""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One due medicine of the form: its name and its three answers."""

    name: str
    dose: str
    when: str
    field: BoundField
    reason: BoundField


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One chip of the form and the strength that opens under it."""

    code: str
    label: str
    is_chosen: bool
    strength: BoundField


def every_effect() -> list[tuple[str, Any]]:
    """Give each side effect that can be chosen, worked out only where one is sent."""
    every = [(row.id, row.patient_label) for row in side_effects.all_side_effects()]
    return [(NONE, _("None")), *every, (ANOTHER, "")]


def segments(
    choices: Any, label: Any, *, required: bool = False, **more: Any
) -> forms.ChoiceField:
    """Give a row of two to four short answers."""
    return forms.ChoiceField(
        label=label, choices=choices, widget=Segmented, required=required, **more
    )


def tracker_field(tracker: Tracker) -> forms.Field:
    """Give the field that asks for one tracker of the person's own."""
    name = tracker.name
    kind = tracker.kind
    if kind == "yes_no":
        return segments((("1", gettext("Yes")), ("0", gettext("No"))), name)
    if kind == "scale":
        return forms.IntegerField(
            label=name,
            required=False,
            min_value=0,
            max_value=10,
            help_text=gettext("From 0 to 10."),
        )
    unit = tracker.unit
    return forms.DecimalField(
        label=name, required=False, max_digits=10, decimal_places=2, help_text=unit
    )
