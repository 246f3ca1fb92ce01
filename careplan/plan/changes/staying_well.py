"""The staying-well plan in the person's words (L8, clinical.md 11)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, DateInput, TextArea
from careplan.plan.change import Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.contents import STAYING_WELL_PARTS
from careplan.plan.models import Plan, StayingWell
from patients.topics import Topic


class StayingWellForm(CareForm):
    """The parts of the staying-well plan; every one may stay blank."""

    review_on = forms.DateField(
        label=lazy("Look at it again on"), required=False, widget=DateInput
    )
    field_order = (*STAYING_WELL_PARTS, "review_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in STAYING_WELL_PARTS.items():
            self.fields[name] = forms.CharField(
                label=_(label),
                required=False,
                max_length=300 if name == "call_when" else 2000,
                widget=TextArea(rows=2),
            )
        self.order_fields(self.field_order)


class StayingWellKind(ItemKind):
    """Values: the parts of the plan, each free text, and review_on?"""

    name = "staying_well"
    label = gettext_lazy("Staying well")
    form = StayingWellForm
    topic = Topic.PLAN
    is_own_part = True
    model = StayingWell
    name_field = "when_well"
    fields = (
        "when_well", "learned", "helped", "keep_doing", "sets_off",
        "habits_that_pull_down", "coming_up", "medicine_plan", "who_to_contact",
        "call_when", "review_on",
    )  # fmt: skip

    def item(self, plan: Plan, values: Values) -> StayingWell | None:
        """There is one at a time, whoever opened the form first."""
        rows = StayingWell.objects.filter(patient=plan.patient_id, ended_at=None)
        return rows.first()

    def title(self, plan: Plan, values: Values) -> str:
        return _("Staying well")


KIND = StayingWellKind()
