"""Ending a course, with the reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, TextArea
from careplan.plan.change import Application, Values
from careplan.plan.changes._therapy import TherapyKind
from careplan.plan.models import Plan, TherapyCourse
from careplan.plan.models.items import PlanItem


class TherapyEndForm(CareForm):
    """Why the course ends."""

    because = forms.CharField(
        label=lazy("Why it ends"),
        max_length=500,
        widget=TextArea(rows=2),
        error_messages={"required": lazy("Write why it ends")},
    )


class TherapyEnd(TherapyKind):
    """Values: item, because."""

    name = "therapy_end"
    label = gettext_lazy("End a therapy")
    form = TherapyEndForm

    def title(self, plan: Plan, values: Values) -> str:
        row = self.item(plan, values)
        return _("End {therapy}").format(therapy=getattr(row, "name", ""))

    def missing(self, plan: Plan, values: Values) -> str:
        if self.item(plan, values) is None:
            return _("the therapy")
        return "" if str(values.get("because", "")).strip() else _("the reason")

    def apply(self, values: Values, to: Application) -> None:
        row = self.item(to.plan, values)
        if row is not None:
            self.end(row, values, to)

    def end(self, row: PlanItem, values: Values, to: Application) -> None:
        super().end(row, values, to)
        TherapyCourse.objects.filter(pk=row.pk).update(
            state=TherapyCourse.State.ENDED, ended_on=to.today
        )


KIND = TherapyEnd()
