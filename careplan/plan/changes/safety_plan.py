"""My safety plan under our own headings; lines and people replaced as a whole (S3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan.change import Application, ChangeKind, Values
from careplan.plan.models import Plan, SafetyLine, SafetyPerson, SafetyPlan
from patients.topics import Topic


class SafetyPlanKind(ChangeKind):
    """Values: lines {heading: [words]}, people [{kind, name, phone, when}], review_on?"""

    name = "safety_plan"
    label = gettext_lazy("My safety plan")
    topic = Topic.SAFETY
    is_own_part = True

    def title(self, plan: Plan, values: Values) -> str:
        return _("My safety plan")

    def sentence(self, plan: Plan, values: Values) -> str:
        return _("A new safety plan.")

    def missing(self, plan: Plan, values: Values) -> str:
        has_words = any(values.get("lines", {}).values()) or values.get("people")
        return "" if has_words else _("at least one line")

    def basis(self, plan: Plan, values: Values) -> str:
        row = SafetyPlan.objects.filter(patient=plan.patient_id, ended_at=None).first()
        return str(row.pk) if row else ""

    def apply(self, values: Values, to: Application) -> None:
        SafetyPlan.objects.filter(patient=to.plan.patient_id, ended_at=None).update(
            ended_by=to.version_id, ended_at=to.now
        )
        review = values.get("review_on")
        row = SafetyPlan(
            patient_id=to.plan.patient_id,
            added_by_id=to.version_id,
            review_on=date.fromisoformat(str(review)) if review else None,
        )
        row.save(force_insert=True)
        _write_lines(row, values.get("lines", {}))
        _write_people(row, values.get("people", []))


def _write_lines(row: SafetyPlan, lines: Mapping[str, Sequence[str]]) -> None:
    SafetyLine.objects.bulk_create(
        SafetyLine(
            patient_id=row.patient_id,
            safety_plan=row,
            heading=heading,
            order=order,
            words=words[:300],
        )
        for heading in SafetyLine.Heading.values
        for order, words in enumerate(lines.get(heading, ()), start=1)
    )


def _write_people(row: SafetyPlan, people: Sequence[Mapping[str, Any]]) -> None:
    SafetyPerson.objects.bulk_create(
        SafetyPerson(
            patient_id=row.patient_id,
            safety_plan=row,
            kind=kind,
            order=order,
            name=str(person["name"])[:120],
            phone=str(person.get("phone", ""))[:60],
            when=str(person.get("when", ""))[:120],
        )
        for kind in SafetyPerson.Kind.values
        for order, person in enumerate(
            [p for p in people if p["kind"] == kind], start=1
        )
    )


KIND = SafetyPlanKind()
