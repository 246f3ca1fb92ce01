"""Taking something when needed: for what, how much, and at most how much a day."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan import medications, wording
from careplan.plan.change import Application, Values, Watch
from careplan.plan.changes import _steps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import DoseStep, Plan


class AsNeeded(_steps.MedicineKind):
    """Values: medication, amount, purpose, at_most, at_most_times?"""

    name = "as_needed"
    label = gettext_lazy("When needed")
    form = MedicineChangeForm

    def title(self, plan: Plan, values: Values) -> str:
        return _("{medicine} when needed").format(
            medicine=_steps.medicine(plan, values).name
        )

    def sentence(self, plan: Plan, values: Values) -> str:
        row = _steps.medicine(plan, values)
        return _("{medicine}: {dose} for {purpose}, at most {most} in a day.").format(
            medicine=row.name,
            dose=wording.dose(Decimal(str(values["amount"])), row.unit),
            purpose=values["purpose"],
            most=wording.dose(Decimal(str(values["at_most"])), row.unit),
        )

    def missing(self, plan: Plan, values: Values) -> str:
        if not str(values.get("purpose", "")).strip():
            return _("what it is for")
        amount, most = (Decimal(str(values.get(k) or 0)) for k in ("amount", "at_most"))
        if amount <= 0:
            return _("the dose")
        return "" if most >= amount else _("a limit for one day")

    def apply(self, values: Values, to: Application) -> None:
        row = _steps.medicine(to.plan, values)
        DoseStep.objects.filter(
            medication=row, regimen="as_needed", state__in=_steps.NOT_STARTED
        ).update(state=DoseStep.State.CANCELLED)
        step = DoseStep(
            patient_id=row.patient_id,
            medication=row,
            proposal=to.proposal,
            added_by_id=to.version_id,
            regimen="as_needed",
            order=_steps.next_order(row),
            amount=Decimal(str(values["amount"])),
            unit=row.unit,
            purpose=str(values["purpose"])[:200],
            at_most=Decimal(str(values["at_most"])),
            at_most_times=values.get("at_most_times") or None,
            state=DoseStep.State.RELEASED,
            released_at=to.now,
            released_by=to.author,
        )
        step.save(force_insert=True)
        medications.start(step, on=to.today, now=to.now)

    def watch(self, values: Values, to: Application) -> Watch | None:
        label = to.proposal.title if to.proposal else self.title(to.plan, values)
        return _steps.watch(label, {**values, "steps": []}, to)


KIND = AsNeeded()
