"""What in the journal shows an early sign: what can be chosen, and the form (L7)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import side_effects
from careplan.common.forms import CareForm, Segmented
from careplan.plan import ties
from journal import instruments
from journal import queries as journal
from journal.models import Tracker
from patients.models import Patient

Group = tuple[str, list[tuple[str, str]]]
MOST_TRACKERS = 30


class TieForm(CareForm):
    """One figure and its limit; nothing chosen means people look out for it."""

    base_number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    source = forms.ChoiceField(
        label=lazy("What shows this sign?"),
        required=False,
        error_messages={"invalid_choice": lazy("Choose one of the list")},
    )
    way = forms.ChoiceField(
        label=lazy("It shows when the figure is"),
        choices=tuple(ties.WAYS.items()),
        widget=Segmented,
        required=False,
        error_messages={"invalid_choice": lazy("Choose below or above")},
    )
    limit = forms.DecimalField(
        label=lazy("this number"),
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text=lazy(
            "Mood goes from 1 to 7. A side effect is 1 mild, 2 moderate, 3 strong. "
            "Yes counts as 1 and no as 0."
        ),
        error_messages={"invalid": lazy("Enter a number, such as 3")},
    )

    is_stale = False

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = list(groups)
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            ("", _("Nothing: people look out for it")),
            *self.groups,
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("source"):
            if not cleaned.get("way") and "way" not in self.errors:
                self.add_error("way", _("Choose below or above"))
            if cleaned.get("limit") is None and "limit" not in self.errors:
                self.add_error("limit", _("Enter a number, such as 3"))
        return cleaned

    def tie(self) -> tuple[str, str]:
        """Give the tie as the plan keeps it, and the name of what is watched."""
        given = self.cleaned_data
        if not given["source"]:
            return "", ""
        names = {key: name for _label, rows in self.groups for key, name in rows}
        text = ties.written(given["source"], given["way"], given["limit"])
        return text, names[given["source"]][:80]


def groups(patient: Patient, chosen: str) -> list[Group]:
    """Give what this person can tie a sign to; what stands already stays a choice."""
    found = [
        (_("Mood and sleep"), _plain(patient)),
        (_("My own trackers"), _trackers(patient)),
        (_("Side effects"), _effects(patient, chosen)),
        (_("Forms"), _forms()),
    ]
    return [group for group in found if group[1]]


def _plain(patient: Patient) -> list[tuple[str, str]]:
    is_apart = patient.mood_scale == "elevated"
    moods = ("low", "high") if is_apart else ("mood",)
    return [(what, str(ties.PLAIN[what])) for what in (*moods, "sleep")]


def _trackers(patient: Patient) -> list[tuple[str, str]]:
    """Private ones are left out: they count nowhere that a clinician looks."""
    rows: Iterable[Tracker] = journal.trackers(patient.pk)[:MOST_TRACKERS]
    return [(f"tracker:{row.pk}", row.name) for row in rows if not row.is_private]


def _effects(patient: Patient, chosen: str) -> list[tuple[str, str]]:
    codes = [row.code for row in journal.last_used(patient.pk) if row.code]
    codes += [row.id for row in side_effects.general_list()]
    if chosen.startswith("effect:"):
        codes.append(chosen.removeprefix("effect:"))
    named = journal.effect_names(dict.fromkeys(codes))
    return [(f"effect:{code}", name) for code, name in named]


def _forms() -> list[tuple[str, str]]:
    rows = instruments.all_instruments().values()
    return [(f"measure:{row.id}", row.name) for row in rows if row.range]
