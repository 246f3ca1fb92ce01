"""Worksheets: their fields, from a shipped form or one built here, and what was filled.

A sheet may be filled more than once (a diary card has an entry a day). Nothing that
was answered is dropped: an urge of 0 is an answer, and so is "no" (T2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from careplan.common.catalogue import skills, therapies
from careplan.common.catalogue.therapies import FieldOption, FormField
from careplan.common.clock import local_date
from careplan.plan import wording
from careplan.plan.models import Homework, HomeworkForm
from patients.models import Patient, User

SKILL = "skill:"
YES = "yes"


@dataclass(frozen=True)
class Sheet:
    """What the patient fills in: no fields means words alone."""

    name: str
    purpose: str
    fields: tuple[FormField, ...]
    caution: str
    about: str


@dataclass(frozen=True)
class Answered:
    """One question and what was answered, in words."""

    label: str
    words: str


@dataclass(frozen=True)
class Entry:
    """One filled sheet."""

    when: str
    answers: tuple[Answered, ...]


MOST_OFFERED = 50


def forms_elsewhere(user: User, patient: Patient) -> list[HomeworkForm]:
    """Return a therapist's own forms from her other records, each once, newest first.

    Copies of one form are one; what stands in this record already is left out. Only
    questions are in a form: what was filled in stays with its sheet (T3).
    """
    rows = HomeworkForm.objects.filter(retired_at=None).order_by("-created_at")
    known = {_same(row) for row in rows.filter(patient=patient)}
    found = []
    for row in rows.filter(built_by=user).exclude(patient=patient):
        if _same(row) not in known:
            known.add(_same(row))
            found.append(row)
    return sorted(found[:MOST_OFFERED], key=lambda row: row.name.casefold())


def _same(row: HomeworkForm) -> str:
    return json.dumps([row.name.casefold(), row.purpose, row.fields], sort_keys=True)


def sheet_of(row: Homework) -> Sheet | None:
    """Return the sheet that belongs to some homework, or None."""
    if row.own_form is not None:
        return _built(row)
    shipped = therapies.homework_form(row.catalogue_form)
    if shipped is None:
        return None
    return Sheet(
        shipped.name,
        shipped.purpose,
        shipped.fields,
        shipped.caution or "",
        shipped.disclaimer,
    )


def skill_of(row: Homework) -> skills.Skill | None:
    """Return the skill that was given as homework, or None."""
    if not row.catalogue_form.startswith(SKILL):
        return None
    return skills.skill(row.catalogue_form.removeprefix(SKILL))


def _built(row: Homework) -> Sheet:
    form = row.own_form
    assert form is not None  # noqa: S101  asked by the caller
    about = _("Built by {name}.").format(name=form.built_by.name)
    fields = tuple(field_from(one) for one in form.fields)
    return Sheet(form.name, form.purpose, fields, "", about)


def field_from(one: Mapping[str, Any]) -> FormField:
    """Return a stored field of a built form."""
    return FormField(
        key=one["key"],
        label=one["label"],
        type=one["type"],
        min=one.get("min"),
        max=one.get("max"),
        unit=one.get("unit"),
        options=tuple(FieldOption(**option) for option in one.get("options", [])),
        required=bool(one.get("required")),
    )


def stored(answers: str) -> list[dict[str, Any]]:
    """Return the entries kept so far, oldest first."""
    return list(json.loads(answers)["entries"]) if answers else []


def with_entry(answers: str, values: Mapping[str, Any], *, now: datetime) -> str:
    """Return the kept entries with one more. Only what was not answered is left out."""
    given = {
        key: plain(value)
        for key, value in values.items()
        if value is not None and value != ""
    }
    entries = [*stored(answers), {"at": now.isoformat(), "values": given}]
    return json.dumps({"entries": entries}, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    return value if isinstance(value, int | str) else str(value)


def entries(row: Homework, sheet: Sheet, *, zone: str) -> tuple[Entry, ...]:
    """Return what was filled in, newest first, in the words of the sheet."""
    return tuple(
        Entry(
            wording.day(local_date(datetime.fromisoformat(one["at"]), zone)),
            tuple(_answered(sheet.fields, one["values"])),
        )
        for one in reversed(stored(row.answers))
    )


def _answered(
    fields: Iterable[FormField], values: Mapping[str, Any]
) -> Iterable[Answered]:
    for field in fields:
        if field.key in values:
            yield Answered(field.label, answer_words(field, values[field.key]))


def answer_words(field: FormField, value: Any) -> str:
    """Return one answer in words: "0 of 5", "Yes", "40 min"."""
    if field.type == "boolean":
        return _("Yes") if value == YES else _("No")
    if field.type == "choice":
        texts = {option.value: option.text for option in field.options}
        return texts.get(str(value), str(value))
    if field.type == "scale":
        return _("{value} of {most}").format(value=value, most=field.max)
    if field.type == "date":
        return wording.day(date.fromisoformat(str(value)))
    if field.type == "datetime":
        moment = datetime.fromisoformat(str(value))
        return f"{wording.day(moment.date())}, {moment:%H:%M}"
    if field.type == "time":
        return str(value)[:5]
    return f"{value} {field.unit}" if field.unit else str(value)
