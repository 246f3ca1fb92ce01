"""What changes of a course of therapy share."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from careplan.plan.change import Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Plan, TherapyCourse
from patients.models import Role
from patients.topics import Topic

THERAPIST_ONLY = frozenset({Role.THERAPIST.value})


class TherapyKind(ItemKind):
    """A course of therapy; the therapist's section (N8)."""

    topic = Topic.THERAPY
    proposers = THERAPIST_ONLY
    model = TherapyCourse
    name_field = "name"
    fields = (
        "type_id", "name", "focus", "stage", "condition_id", "every_days",
        "planned_sessions", "between_sessions", "started_on", "review_on",
    )  # fmt: skip
    needed = {"name": _("the kind of therapy"), "focus": _("the focus")}

    def owner_id(self, plan: Plan, values: Values) -> UUID | None:
        # Asked after it was applied as well: by then the course may have ended.
        rows = self.model._default_manager.filter(patient=plan.patient_id)
        item = values.get("item")
        row: Any = rows.filter(pk=item).first() if item else None
        return row.therapist_id if row else None


def day(values: Values, key: str) -> date | None:
    """Return one day of the values."""
    return date.fromisoformat(str(values[key])) if values.get(key) else None
