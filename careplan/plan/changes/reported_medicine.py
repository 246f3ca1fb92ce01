"""A medicine the person says she takes, before any prescriber adopts it (decisions 2)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from careplan.plan.change import PATIENT, Application, Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Medication, Plan
from patients.topics import Topic


class ReportedMedicineKind(ItemKind):
    """Values: name, catalogue_id?, reported_dose?, purpose?; no steps, no dose."""

    name = "reported_medicine"
    label = _("A medicine I take")
    topic = Topic.MEDICINES
    proposers = frozenset({PATIENT})
    is_own_part = True
    model = Medication
    name_field = "name"
    fields = ("name", "catalogue_id", "reported_dose", "purpose")
    needed = {"name": _("the medicine")}

    def owner_role(self) -> str | None:
        return None

    def item(self, plan: Plan, values: Values) -> Medication | None:
        """Only a medicine still told of by the patient; a prescribed one is not hers."""
        if not values.get("item"):
            return None
        rows = Medication.objects.filter(patient=plan.patient_id, state="reported")
        return rows.get(pk=values["item"])

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.state = Medication.State.REPORTED


KIND = ReportedMedicineKind()
