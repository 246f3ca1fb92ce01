"""Starting a course of therapy: its kind, how often, how many, with what focus."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan.change import Application, Values
from careplan.plan.changes._therapy import TherapyKind, day
from careplan.plan.models import Plan


class TherapyStart(TherapyKind):
    """Values: type_id, name, focus, every_days, planned_sessions?, started_on?, ..."""

    name = "therapy_start"
    label = gettext_lazy("Start a therapy")

    def title(self, plan: Plan, values: Values) -> str:
        return _("Start {therapy}").format(therapy=values["name"])

    def sentence(self, plan: Plan, values: Values) -> str:
        return _("{therapy}, every {days} days, about: {focus}.").format(
            therapy=values["name"],
            days=values.get("every_days") or 7,
            focus=values["focus"],
        )

    def first_day(self, values: Values) -> date | None:
        return day(values, "started_on")

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.therapist, row.started_on = to.author, to.today


KIND = TherapyStart()
