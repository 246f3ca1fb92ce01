"""Stopping a medicine at once or on a day, because of something said."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan import medications, wording
from careplan.plan.change import Application, Values, Watch
from careplan.plan.changes import _steps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import Plan


class Stop(_steps.MedicineKind):
    """Values: medication, because, on (a day)."""

    name = "stop"
    label = gettext_lazy("Stop a medicine")
    form = MedicineChangeForm

    def title(self, plan: Plan, values: Values) -> str:
        row = _steps.medicine(plan, values)
        name = wording.within(row.name, row.catalogue_id)
        return _("Stop {medicine}").format(medicine=name)

    def sentence(self, plan: Plan, values: Values) -> str:
        return _("{medicine} stops on {day}, because: {because}").format(
            medicine=_steps.medicine(plan, values).name,
            day=wording.day(_on(values)),
            because=values["because"],
        )

    def missing(self, plan: Plan, values: Values) -> str:
        if not str(values.get("because", "")).strip():
            return _("the reason")
        return "" if values.get("on") else _("the day")

    def first_day(self, values: Values) -> date | None:
        return _on(values)

    def may_start_now(self, plan: Plan, values: Values) -> bool:
        return True

    def apply(self, values: Values, to: Application) -> None:
        row = _steps.medicine(to.plan, values)
        _steps.cancel_waiting(row, to, regimen="as_needed")
        content = {"amount": "0", "not_before": values["on"], "how": values["because"]}
        if _steps.current_step(row) is None:
            # Taken when needed, or only told of: there is no step to follow.
            because = str(values["because"])
            medications.end(row, because=because, on=to.today, now=to.now)
            return
        _steps.write_steps(row, {"steps": [content]}, to)

    def watch(self, values: Values, to: Application) -> Watch | None:
        label = to.proposal.title if to.proposal else self.title(to.plan, values)
        return _steps.watch(label, {**values, "steps": []}, to)


def _on(values: Values) -> date:
    return date.fromisoformat(str(values["on"]))


KIND = Stop()
