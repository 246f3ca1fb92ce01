"""Starting a course of therapy: its kind, how often, how many, with what focus."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import therapies
from careplan.common.forms import CareForm, DateInput, TextArea
from careplan.plan import evidence
from careplan.plan.change import Application, Values
from careplan.plan.changes._therapy import TherapyKind, day
from careplan.plan.models import Plan


class TherapyStartForm(CareForm):
    """A course: which kind, about what, how often, how many."""

    type_id = forms.ChoiceField(
        label=lazy("Kind of therapy"),
        error_messages={"required": lazy("Choose the kind of therapy")},
    )
    condition_id = forms.ChoiceField(
        label=lazy("For which condition, as recorded"),
        required=False,
        help_text=lazy("What is known of it is shown beside the suggestion."),
    )
    focus = forms.CharField(
        label=lazy("What it is about"),
        max_length=500,
        widget=TextArea(rows=2),
        error_messages={"required": lazy("Write what it is about")},
    )
    every_days = forms.IntegerField(
        label=lazy("Days between sessions"),
        min_value=1,
        max_value=90,
        error_messages={"required": lazy("Give the days between sessions")},
    )
    planned_sessions = forms.IntegerField(
        label=lazy("Planned sessions"), required=False, min_value=1, max_value=300
    )
    started_on = forms.DateField(
        label=lazy("First day"), required=False, widget=DateInput
    )
    between_sessions = forms.CharField(
        label=lazy("Between sessions"), required=False, max_length=300
    )
    review_on = forms.DateField(
        label=lazy("Look at the therapy again on"), required=False, widget=DateInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["type_id"]
        field.choices = [("", "")] + [  # type: ignore[attr-defined]
            (row.id, row.name) for row in therapies.all_therapies()
        ]
        self.fields["condition_id"].choices = [  # type: ignore[attr-defined]
            ("", _("not said")),
            *((key, evidence.condition_words(key)) for key in evidence.CONDITIONS),
        ]


class TherapyStart(TherapyKind):
    """Values: type_id, name, focus, every_days, planned_sessions?, started_on?, ..."""

    name = "therapy_start"
    label = gettext_lazy("Start a therapy")
    form = TherapyStartForm

    def title(self, plan: Plan, values: Values) -> str:
        return _("Start {therapy}").format(therapy=values["name"])

    def sentence(self, plan: Plan, values: Values) -> str:
        return _("{therapy}, every {days} days, about: {focus}.").format(
            therapy=values["name"],
            days=values.get("every_days") or 7,
            focus=values["focus"],
        )

    def first_day(self, values: Values) -> date | None:
        return day(values, "started_on")

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.therapist, row.started_on = to.author, to.today

    def values_from(self, plan: Plan, cleaned: Mapping[str, Any]) -> Values:
        values = dict(super().values_from(plan, cleaned))
        row = therapies.therapy(str(values.get("type_id", "")))
        return {**values, "name": row.name if row else values.get("type_id", "")}


KIND = TherapyStart()
