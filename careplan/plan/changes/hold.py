"""Holding where we are, as a suggestion or at once for safety."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan import wording
from careplan.plan.change import Application, Values, Watch
from careplan.plan.changes import _steps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import Plan


class HoldDose(_steps.MedicineKind):
    """Values: medication, because. Waiting steps leave the plan; the dose stays."""

    name = "hold"
    label = gettext_lazy("Stay at this dose")
    form = MedicineChangeForm

    def title(self, plan: Plan, values: Values) -> str:
        words, row = self._words(plan, values), _steps.medicine(plan, values)
        words["medicine"] = wording.within(row.name, row.catalogue_id)
        return _("Stay at {dose} of {medicine}").format(**words)

    def sentence(self, plan: Plan, values: Values) -> str:
        return _(
            "{medicine} stays at {dose}. The next steps are taken out of the plan."
        ).format(**self._words(plan, values))

    def _words(self, plan: Plan, values: Values) -> dict[str, str]:
        row = _steps.medicine(plan, values)
        now = _steps.current_step(row)
        dose = wording.dose(now.amount, row.unit) if now else _("this dose")
        return {"medicine": row.name, "dose": dose}

    def missing(self, plan: Plan, values: Values) -> str:
        return "" if str(values.get("because", "")).strip() else _("the reason")

    def may_start_now(self, plan: Plan, values: Values) -> bool:
        return True

    def apply(self, values: Values, to: Application) -> None:
        _steps.cancel_waiting(_steps.medicine(to.plan, values), to)

    def watch(self, values: Values, to: Application) -> Watch | None:
        label = to.proposal.title if to.proposal else self.title(to.plan, values)
        return _steps.watch(label, {**values, "steps": []}, to)


KIND = HoldDose()
