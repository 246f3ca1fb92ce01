"""A medicine the person says she takes, before any prescriber adopts it (decisions 2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import medicines
from careplan.common.forms import CareForm, KnownNames
from careplan.plan.change import PATIENT, Application, Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Medication, Plan
from patients.topics import Topic


class ReportedMedicineForm(CareForm):
    """A medicine already taken, as the person says it."""

    name = forms.CharField(
        label=lazy("Name of the medicine"),
        max_length=120,
        widget=KnownNames(medicines.known_names),
        error_messages={"required": lazy("Write the name of the medicine")},
    )
    reported_dose = forms.CharField(
        label=lazy("How much you take, and when"), required=False, max_length=200
    )
    purpose = forms.CharField(
        label=lazy("What you take it for"), required=False, max_length=200
    )


class ReportedMedicineKind(ItemKind):
    """Values: name, catalogue_id?, reported_dose?, purpose?; no steps, no dose."""

    name = "reported_medicine"
    label = _("A medicine I take")
    form = ReportedMedicineForm
    topic = Topic.MEDICINES
    proposers = frozenset({PATIENT})
    is_own_part = True
    model = Medication
    name_field = "name"
    fields = ("name", "catalogue_id", "reported_dose", "purpose")
    needed = {"name": _("the medicine")}

    def owner_role(self, values: Values) -> str | None:
        return None

    def item(self, plan: Plan, values: Values) -> Medication | None:
        """Only a medicine still told of by the patient; a prescribed one is not hers."""
        if not values.get("item"):
            return None
        rows = Medication.objects.filter(patient=plan.patient_id, state="reported")
        return rows.filter(pk=values["item"], ended_at=None).first()

    def apply(self, values: Values, to: Application) -> None:
        """Keep the coded twin of the name, so that its interactions are known."""
        name = str(values.get("name") or "")
        coded = {"catalogue_id": medicines.coded(name)} if name else {}
        super().apply({**coded, **values}, to)

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.state = Medication.State.REPORTED


KIND = ReportedMedicineKind()
