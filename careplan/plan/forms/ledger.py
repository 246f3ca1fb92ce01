"""Forms of what was before and what is counted: allergies, trials, results, stock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm
from careplan.plan.forms import shapes
from careplan.plan.models import Allergy


class AllergyForm(CareForm):
    """An allergy or past reaction, or that none is known."""

    is_none_known = forms.BooleanField(
        label=lazy("No allergies or reactions are known"), required=False
    )
    substance = shapes.line(lazy("What it was to"), 120)
    reaction = shapes.line(lazy("What happened"), 300)
    severity = forms.ChoiceField(
        label=lazy("How strong"),
        required=False,
        choices=[("", lazy("not said")), *Allergy.Severity.choices],
    )
    happened = shapes.line(lazy("When"), 60)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            not cleaned.get("is_none_known")
            and not cleaned.get("substance", "").strip()
        ):
            self.add_error(
                "substance", _("Write what it was to, or that none is known")
            )
        return cleaned


class PastMedicineForm(CareForm):
    """A medicine tried before, as it is remembered or recorded."""

    name = shapes.line(
        lazy("Name of the medicine"), 120, asking=lazy("Write the name of the medicine")
    )
    highest_dose = shapes.line(lazy("Highest dose"), 80)
    weeks_at_adequate_dose = shapes.count(
        lazy("Weeks on a dose that should have been enough"), 0, 2000
    )
    benefit = shapes.line(lazy("What it did"), 300)
    side_effects = shapes.line(lazy("Side effects"), 300)
    stopped_because = shapes.line(lazy("Why it stopped, in the person's words"), 300)
    when = shapes.line(lazy("When"), 60)


class PastTherapyForm(CareForm):
    """A therapy tried before."""

    name = shapes.line(
        lazy("Kind of therapy"), 120, asking=lazy("Write the kind of therapy")
    )
    sessions = shapes.count(lazy("Sessions, about"), 0, 5000)
    skills = shapes.line(lazy("Skills learned"), 500)
    helped = shapes.line(lazy("What helped"), 500)
    ended_because = shapes.line(lazy("Why it ended"), 300)
    when = shapes.line(lazy("When"), 60)


class ResultForm(CareForm):
    """A result as the laboratory gave it (N14)."""

    kind = shapes.line(
        lazy("What was measured"), 60, asking=lazy("Write what was measured")
    )
    value = forms.DecimalField(
        label=lazy("Result"),
        max_digits=12,
        decimal_places=4,
        error_messages={"required": lazy("Enter the result as a number")},
    )
    unit = shapes.line(lazy("Unit"), 30, asking=lazy("Write the unit"))
    on = shapes.day(lazy("Taken on"), asking=lazy("Give the day it was taken"))


class StockForm(CareForm):
    """Tablets at home today, and how many a day are used."""

    tablets = forms.DecimalField(
        label=lazy("Tablets at home"),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        error_messages={"required": lazy("Write how many tablets you have")},
    )
    per_day = forms.DecimalField(
        label=lazy("Tablets a day"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        error_messages={"required": lazy("Write how many tablets you take a day")},
    )
    lead_days = shapes.count(
        lazy("Tell me so many days before they run out"),
        1,
        120,
        help_text=lazy("Many people ask for four to six weeks: 28 to 42 days."),
    )
