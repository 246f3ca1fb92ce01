"""Therapy first, medicine first or both: what was weighed, and the person's words (L13)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from careplan.plan.change import CLINICIANS, Application, Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.forms import ApproachForm
from careplan.plan.models import Approach, Plan
from patients.topics import Topic


class ApproachKind(ItemKind):
    """Values: choice, benefits, risks, patient_words, because, discussed_on?"""

    name = "approach"
    label = _("How we begin")
    form = ApproachForm
    topic = Topic.PLAN
    proposers = CLINICIANS
    model = Approach
    name_field = "choice"
    fields = (
        "choice", "benefits", "risks", "patient_words", "because", "discussed_on",
    )  # fmt: skip
    needed = {
        "choice": _("the choice"),
        "benefits": _("what it can bring"),
        "risks": _("what it can cost"),
        "patient_words": _("the patient's own words"),
        "because": _("the reason"),
    }

    def item(self, plan: Plan, values: Values) -> Approach | None:
        """One stands at a time; a new choice changes it, the past keeps the old."""
        return Approach.objects.filter(patient=plan.patient_id, ended_at=None).first()

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.discussed_with, row.discussed_on = to.author, to.today


KIND = ApproachKind()
