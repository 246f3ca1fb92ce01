"""Going back to the dose before, after a step that was too much."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan import wording
from careplan.plan.change import Values
from careplan.plan.changes import _steps
from careplan.plan.changes.dose_steps import DoseSteps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import DoseStep, Medication, Plan


class StepBack(DoseSteps):
    """Values of dose_steps with one row: a dose that was taken before."""

    name = "step_back"
    label = gettext_lazy("Go back a step")
    form = MedicineChangeForm

    def title(self, plan: Plan, values: Values) -> str:
        row = _steps.medicine(plan, values)
        return _("Go back to {dose} of {medicine}").format(
            dose=wording.dose(_steps.amounts(values)[0], row.unit),
            medicine=wording.within(row.name, row.catalogue_id),
        )

    def missing(self, plan: Plan, values: Values) -> str:
        blank = super().missing(plan, values)
        if blank:
            return blank
        row = _steps.medicine(plan, values)
        if len(values["steps"]) != 1 or not _was_taken(row, values):
            return _("a dose that was taken before")
        return ""


def _was_taken(row: Medication, values: Values) -> bool:
    past = DoseStep.objects.filter(medication=row, state=DoseStep.State.PAST)
    return past.filter(amount=_steps.amounts(values)[0]).exists()


KIND = StepBack()
