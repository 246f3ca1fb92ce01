"""Starting a medicine, or taking one over that the person already takes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan.change import Application, ChangeKind, Values, Watch
from careplan.plan.changes import _steps
from careplan.plan.forms import MedicineChangeForm
from careplan.plan.models import Medication, Plan
from patients.topics import Topic


class MedicineStart(ChangeKind):
    """Values: name, catalogue_id?, form?, route?, unit, purpose, steps, strengths?,
    adopts? (the id of a reported medicine), how_to_take?, what_to_notice?, watch?"""

    name = "medicine_start"
    label = gettext_lazy("Start a medicine")
    form = MedicineChangeForm
    topic = Topic.MEDICINES
    proposers = _steps.PRESCRIBER_ONLY

    def title(self, plan: Plan, values: Values) -> str:
        return _("Start {medicine}").format(medicine=values["name"])

    def sentence(self, plan: Plan, values: Values) -> str:
        words = [_steps.row_words(row, values["unit"]) for row in values["steps"]]
        return _("{medicine} for {purpose}: {steps}.").format(
            medicine=values["name"],
            purpose=values["purpose"],
            steps=_("; then ").join(words),
        )

    def missing(self, plan: Plan, values: Values) -> str:
        if not str(values.get("name", "")).strip():
            return _("the medicine")
        if not str(values.get("purpose", "")).strip():
            return _("what it is for")
        blank = _steps.missing_in_rows(values)
        if not blank and _steps.is_slow_lowering(values, None):
            # Its hold and its way back are signed with it, once the medicine stands.
            return _("a start without a lowering in several steps")
        return blank

    def owner_id(self, plan: Plan, values: Values) -> UUID | None:
        return None

    def medicine_key(self, values: Values) -> str:
        if values.get("adopts"):
            return str(values["adopts"])
        coded = values.get("catalogue_id") or str(values["name"]).casefold()
        return f"new:{coded}"[:80]

    def basis(self, plan: Plan, values: Values) -> str:
        adopted = self._adopted(plan, values)
        return adopted.state if adopted else ""

    def first_day(self, values: Values) -> date | None:
        return _steps.first_day(values)

    def _adopted(self, plan: Plan, values: Values) -> Medication | None:
        if not values.get("adopts"):
            return None
        rows = Medication.objects.filter(patient=plan.patient_id)
        return rows.get(pk=values["adopts"])

    def apply(self, values: Values, to: Application) -> None:
        row = self._adopted(to.plan, values) or Medication(
            patient_id=to.plan.patient_id, added_by_id=to.version_id
        )
        row.name = str(values["name"])[:120]
        row.catalogue_id = values.get("catalogue_id") or ""
        row.form, row.route = values.get("form") or "", values.get("route") or ""
        row.unit = values.get("unit") or "mg"
        row.purpose = str(values["purpose"])[:200]
        row.how_to_take = values.get("how_to_take") or ""
        told = to.proposal.notice if to.proposal else ""
        row.what_to_notice = values.get("what_to_notice") or told
        row.state, row.prescriber = Medication.State.ACTIVE, to.author
        row.save()
        _steps.write_strengths(row, values, to)
        _steps.write_steps(row, values, to)

    def watch(self, values: Values, to: Application) -> Watch | None:
        return _steps.watch(self.title(to.plan, values), values, to)


KIND = MedicineStart()
