"""Lowering slowly, as one signed object: steps, hold rule, step-back rule, watch."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan import wording
from careplan.plan.change import Application, Values
from careplan.plan.changes import _steps
from careplan.plan.changes.dose_steps import DoseSteps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import Plan, TaperPlan


class Taper(DoseSteps):
    """Values of dose_steps and: hold_rule, step_back_rule, watch_until,
    min_interval_days, faster_because?, sessions_warning_because?"""

    name = "taper"
    label = gettext_lazy("Lower slowly")
    form = MedicineChangeForm

    def title(self, plan: Plan, values: Values) -> str:
        row, last = _steps.medicine(plan, values), _steps.amounts(values)[-1]
        name = wording.within(row.name, row.catalogue_id)
        if last == 0:
            return _("Slowly stop {medicine}").format(medicine=name)
        return _("Slowly lower {medicine} to {dose}").format(
            medicine=name, dose=wording.dose(last, row.unit)
        )

    def record_sentence(self, plan: Plan, values: Values) -> str:
        said = _("{steps} Hold: {hold} Back: {back} Watch until {until}.").format(
            steps=super().record_sentence(plan, values),
            hold=values["hold_rule"],
            back=values["step_back_rule"],
            until=wording.day(_until(values)),
        )
        alone = str(values.get("sessions_warning_because") or "")
        if not alone:
            return said
        without = _("Without a session beside each step, because: {because}")
        return f"{said} {without.format(because=alone)}"

    def missing(self, plan: Plan, values: Values) -> str:
        if not str(values.get("hold_rule", "")).strip():
            return _("when you hold")
        if not str(values.get("step_back_rule", "")).strip():
            return _("when you go back a step")
        if not values.get("watch_until"):
            return _("how long you keep watching")
        return _steps.missing_in_rows(values) or self._wrong_way(plan, values)

    def _wrong_way(self, plan: Plan, values: Values) -> str:
        now = _steps.current_step(_steps.medicine(plan, values))
        doses = [*([now.amount] if now else []), *_steps.amounts(values)]
        falls = all(after < before for before, after in pairwise(doses))
        if not falls:
            return _("the doses, each lower than the one before")
        last = _steps.not_before(values["steps"][-1])
        if last and _until(values) < last:
            return _("a day to watch until that lies after the last step")
        return ""

    def apply(self, values: Values, to: Application) -> None:
        row = _steps.medicine(to.plan, values)
        _steps.write_strengths(row, values, to)
        _steps.cancel_waiting(row, to)
        taper = TaperPlan(
            patient_id=row.patient_id,
            medication=row,
            proposal=to.proposal,
            added_by_id=to.version_id,
            hold_rule=values["hold_rule"],
            step_back_rule=values["step_back_rule"],
            watch_until=_until(values),
            min_interval_days=int(values.get("min_interval_days", 14)),
            faster_because=str(values.get("faster_because", ""))[:500],
            sessions_warning_because=str(values.get("sessions_warning_because", ""))[
                :500
            ],
        )
        taper.save(force_insert=True)
        _steps.add_steps(row, values, to, taper=taper)


def _until(values: Values) -> date:
    return date.fromisoformat(str(values["watch_until"]))


KIND = Taper()
