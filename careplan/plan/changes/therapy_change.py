"""Changing a course: how often, the focus, the stage it is in."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan.change import Values
from careplan.plan.changes._therapy import TherapyKind
from careplan.plan.models import Plan


class TherapyChange(TherapyKind):
    """Values: item, and the fields that change."""

    name = "therapy_change"
    label = gettext_lazy("Change a therapy")
    needed = {}

    def title(self, plan: Plan, values: Values) -> str:
        return _("Change {therapy}").format(therapy=self.named(plan, values))

    def missing(self, plan: Plan, values: Values) -> str:
        return "" if self.item(plan, values) else _("the therapy")

    def sentence(self, plan: Plan, values: Values) -> str:
        row = self.item(plan, values)
        changed = [
            f"{self.model._meta.get_field(field).verbose_name}: {values[field]}"
            for field in self.fields
            if field in values and str(values[field]) != str(getattr(row, field, ""))
        ]
        return f"{self.title(plan, values)}: {'; '.join(changed)}."


KIND = TherapyChange()
