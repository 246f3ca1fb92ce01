"""A new dose in one or more steps: up, or down without the frame of a taper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan import wording
from careplan.plan.change import Application, Values, Watch
from careplan.plan.changes import _steps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import Plan


class DoseSteps(_steps.MedicineKind):
    """Values: medication, steps [{amount, not_before, slots, how}], strengths?, watch?"""

    name = "dose_steps"
    label = gettext_lazy("A new dose")
    form = MedicineChangeForm

    def title(self, plan: Plan, values: Values) -> str:
        row = _steps.medicine(plan, values)
        now, last = _steps.current_step(row), _steps.amounts(values)[-1]
        to = wording.dose(last, row.unit)
        if now is None:
            return _("{medicine}: {to}").format(medicine=row.name, to=to)
        return _("{medicine} from {now} to {to}").format(
            medicine=row.name, now=wording.dose(now.amount, row.unit), to=to
        )

    def sentence(self, plan: Plan, values: Values) -> str:
        row = _steps.medicine(plan, values)
        words = [_steps.row_words(step, row.unit) for step in values["steps"]]
        return f"{row.name}: " + _("; then ").join(words) + "."

    def record_sentence(self, plan: Plan, values: Values) -> str:
        row, now = _steps.medicine(plan, values), None
        now = _steps.current_step(row)
        start = wording.dose(now.amount, row.unit) if now else _("none")
        return _(
            "{sentence} Before: {start}. First step released on agreement."
        ).format(sentence=self.sentence(plan, values), start=start)

    def missing(self, plan: Plan, values: Values) -> str:
        return _steps.missing_in_rows(values) or self._frame(plan, values)

    def _frame(self, plan: Plan, values: Values) -> str:
        """A lowering in several steps is a taper, with its rules (R5)."""
        if len(values["steps"]) < 2:
            return ""
        now = _steps.current_step(_steps.medicine(plan, values))
        if not _steps.is_slow_lowering(values, now):
            return ""
        return _("when you hold and when you go back a step")

    def first_day(self, values: Values) -> date | None:
        return _steps.first_day(values)

    def may_start_now(self, plan: Plan, values: Values) -> bool:
        now = _steps.current_step(_steps.medicine(plan, values))
        rows = _steps.amounts(values)
        return now is not None and bool(rows) and all(a < now.amount for a in rows)

    def apply(self, values: Values, to: Application) -> None:
        row = _steps.medicine(to.plan, values)
        _steps.write_strengths(row, values, to)
        _steps.write_steps(row, values, to)

    def watch(self, values: Values, to: Application) -> Watch | None:
        row = _steps.medicine(to.plan, values)
        return _steps.watch(self.label_of(row, values, to), values, to)

    def label_of(self, row: Any, values: Values, to: Application) -> str:
        """Return the heading agreed to, since the step may be in force by now."""
        return to.proposal.title if to.proposal else self.title(to.plan, values)


KIND = DoseSteps()
