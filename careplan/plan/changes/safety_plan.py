"""My safety plan under our own headings; lines and people replaced as a whole (S3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, DateInput, TextArea
from careplan.plan.change import Application, ChangeKind, Values
from careplan.plan.models import Plan, SafetyLine, SafetyPerson, SafetyPlan
from patients.topics import Topic


class SafetyPlanForm(CareForm):
    """One box a heading, a line each; people as "name, number, when"."""

    review_on = forms.DateField(
        label=lazy("Look at it again on"), required=False, widget=DateInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, hint in _boxes():
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=3000,
                help_text=hint,
                widget=TextArea(rows=3),
            )
        self.order_fields([*(name for name, _label, _hint in _boxes()), "review_on"])


def _boxes() -> list[tuple[str, Any, Any]]:
    one = lazy("One a line.")
    someone = lazy("One a line: name, number, when to reach them.")
    heads = [(h.value, h.label, one) for h in SafetyLine.Heading]
    people = [(k.value, k.label, someone) for k in SafetyPerson.Kind]
    # The order in which a person in need would use them.
    return [*heads[:3], *people, *heads[3:]]


class SafetyPlanKind(ChangeKind):
    """Values: lines {heading: [words]}, people [{kind, name, phone, when}], review_on?"""

    name = "safety_plan"
    label = gettext_lazy("My safety plan")
    form = SafetyPlanForm
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

    def values_from(self, plan: Plan, cleaned: Mapping[str, Any]) -> Values:
        return {
            "lines": {
                heading: _lines(cleaned.get(heading, ""))
                for heading in SafetyLine.Heading.values
            },
            "people": [
                person
                for kind in SafetyPerson.Kind.values
                for person in _people_lines(kind, cleaned.get(kind, ""))
            ],
            "review_on": cleaned.get("review_on") or "",
        }


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


def _lines(text: str) -> list[str]:
    return [line.strip()[:300] for line in text.splitlines() if line.strip()]


def _people_lines(kind: str, text: str) -> list[dict[str, str]]:
    found = []
    for line in _lines(text):
        name, phone, when = [*(part.strip() for part in line.split(",", 2)), "", ""][:3]
        found.append({"kind": kind, "name": name, "phone": phone, "when": when})
    return found


KIND = SafetyPlanKind()
