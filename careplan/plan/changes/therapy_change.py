"""Changing a course: how often, the focus, the stage it is in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, DateInput, TextArea
from careplan.plan.change import Values
from careplan.plan.changes._therapy import TherapyKind
from careplan.plan.models import Plan


class TherapyChangeForm(CareForm):
    """What may change in a course that goes on."""

    focus = forms.CharField(
        label=lazy("What it is about"),
        max_length=500,
        widget=TextArea(rows=2),
        error_messages={"required": lazy("Write what it is about")},
    )
    stage = forms.CharField(label=lazy("Stage"), required=False, max_length=120)
    every_days = forms.IntegerField(
        label=lazy("Days between sessions"),
        min_value=1,
        max_value=90,
        error_messages={"required": lazy("Give the days between sessions")},
    )
    planned_sessions = forms.IntegerField(
        label=lazy("Planned sessions"), required=False, min_value=1, max_value=300
    )
    between_sessions = forms.CharField(
        label=lazy("Between sessions"), required=False, max_length=300
    )
    review_on = forms.DateField(
        label=lazy("Look at the therapy again on"), required=False, widget=DateInput
    )


class TherapyChange(TherapyKind):
    """Values: item, and the fields that change."""

    name = "therapy_change"
    label = gettext_lazy("Change a therapy")
    form = TherapyChangeForm
    needed = {}

    def title(self, plan: Plan, values: Values) -> str:
        return _("Change {therapy}").format(therapy=self.named(plan, values))

    def missing(self, plan: Plan, values: Values) -> str:
        return "" if self.item(plan, values) else _("the therapy")

    def sentence(self, plan: Plan, values: Values) -> str:
        row = self.item(plan, values)
        changed = [
            f"{_words(field)}: {values[field]}"
            for field in self.fields
            if field in values and str(values[field]) != str(getattr(row, field, ""))
        ]
        return f"{self.title(plan, values)}: {'; '.join(changed)}."


def _words(field: str) -> str:
    """Return the form's own words for a field, so that both read the same."""
    known = TherapyChangeForm.base_fields.get(field)
    return str(known.label) if known else field


KIND = TherapyChange()
