"""A goal in the person's own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, DateInput, TextArea
from careplan.plan.change import Application, Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Goal, GoalStep
from patients.topics import Topic


class GoalForm(CareForm):
    """A goal, its next small step, and a day if one helps."""

    words = forms.CharField(
        label=lazy("What would you like more of?"),
        max_length=300,
        error_messages={"required": lazy("Write what you would like")},
    )
    next_step = forms.CharField(
        label=lazy("A small next step"), required=False, max_length=300
    )
    target_on = forms.DateField(label=lazy("By"), required=False, widget=DateInput)
    small_steps = forms.CharField(
        label=lazy("Small steps on the way, one a line"),
        required=False,
        max_length=2000,
        widget=TextArea(rows=3),
        help_text=lazy(
            "They are added to the steps that are there. Tick them off later."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = self.initial.get("small_steps")
        if isinstance(steps, list):  # a draft, written on
            self.initial["small_steps"] = "\n".join(steps)

    def clean_small_steps(self) -> list[str]:
        """Read one step a line; a blank line is none."""
        lines = [line.strip() for line in self.cleaned_data["small_steps"].splitlines()]
        steps = [line for line in lines if line]
        if any(len(line) > 300 for line in steps):
            raise forms.ValidationError(_("Keep each step under 300 characters"))
        return steps


class GoalKind(ItemKind):
    """Values: words, next_step?, target_on?, small_steps? (a list of words)."""

    name = "goal"
    label = lazy("A goal")
    form = GoalForm
    topic = Topic.PLAN
    is_own_part = True
    model = Goal
    name_field = "words"
    fields = ("words", "next_step", "target_on")
    needed = {"words": lazy("the goal")}

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.owner_id = to.plan.patient.user_id

    def apply(self, values: Values, to: Application) -> None:
        super().apply(values, to)
        if not values.get("small_steps"):
            return
        goal = Goal.objects.filter(patient=to.plan.patient_id, changed_at=to.now)
        row = goal.order_by("-created_at").first()
        had = GoalStep.objects.filter(goal=row).count()
        GoalStep.objects.bulk_create(
            GoalStep(patient_id=to.plan.patient_id, goal=row, order=order, words=words)
            for order, words in enumerate(values["small_steps"], start=had + 1)
        )


KIND = GoalKind()
