"""Therapies, the evidence on file for them, and homework forms in our own words."""

import re
from dataclasses import dataclass, replace
from functools import cache

from careplan.common.catalogue.rows import Meta, Review, read_catalogue
from careplan.common.marking import gettext_noop as _

# "reviews" names nothing that a reader could look up (decisions 17).
UNNAMED_SOURCES = frozenset({"", "reviews", "general knowledge"})
NO_EVIDENCE = _("no evidence on file")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class FieldOption:
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a homework form or a practice log."""

    key: str
    label: str
    type: str
    min: int | None
    max: int | None
    unit: str | None
    options: tuple[FieldOption, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class HomeworkForm:
    id: str
    name: str
    purpose: str
    fields: tuple[FormField, ...]
    private_by_default: bool
    caution: str | None
    disclaimer: str
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Indication:
    """What a source says about a therapy for one condition."""

    condition: str
    evidence: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    context: str
    min: int
    max: int
    unit: str
    note: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Therapy:
    id: str
    name: str
    conditions: tuple[Indication, ...]
    sessions: tuple[Sessions, ...]
    frequency: str
    onset: str
    homework: tuple[str, ...]
    measures: tuple[str, ...]
    trackers: tuple[str, ...]
    caution: str | None
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class TherapyFile:
    meta: Meta
    homework_forms: tuple[HomeworkForm, ...]
    therapies: tuple[Therapy, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement with its named source and the year in that name, if any."""

    statement: str
    source: str
    year: int | None
    verified: bool


@cache
def load() -> TherapyFile:
    """The whole file, read once per process."""
    return read_catalogue("therapies", TherapyFile)


@cache
def _by_id() -> dict[str, Therapy]:
    return {row.id: row for row in load().therapies}


@cache
def _forms_by_id() -> dict[str, HomeworkForm]:
    return {row.id: row for row in load().homework_forms}


def all_therapies() -> tuple[Therapy, ...]:
    return load().therapies


def therapy(therapy_id: str) -> Therapy | None:
    return _by_id().get(therapy_id)


def homework_forms() -> tuple[HomeworkForm, ...]:
    return load().homework_forms


def homework_form(form_id: str) -> HomeworkForm | None:
    return _forms_by_id().get(form_id)


def homework_for(row: Therapy) -> tuple[HomeworkForm, ...]:
    return tuple(_forms_by_id()[form_id] for form_id in row.homework)


def evidence(therapy_id: str, condition_id: str) -> tuple[Evidence, ...]:
    """What is on file for that therapy in that condition.

    Empty means ``NO_EVIDENCE`` and is to be said so. An unnamed source
    is no source (decisions 17).
    """
    row = therapy(therapy_id)
    lines = row.conditions if row else ()
    return tuple(
        _as_evidence(line)
        for line in lines
        if line.condition == condition_id and line.source not in UNNAMED_SOURCES
    )


def shown_to_patient(row: Therapy) -> Therapy:
    """The therapy without session counts and evidence that nobody has verified.

    Source: clinical.md "Draft content" and section 12.
    """
    if not row.review.is_draft:
        return row
    return replace(
        row,
        sessions=tuple(line for line in row.sessions if line.verified),
        conditions=tuple(line for line in row.conditions if line.verified),
    )


def _as_evidence(line: Indication) -> Evidence:
    years = [int(found) for found in YEAR.findall(line.source)]
    return Evidence(line.evidence, line.source, max(years, default=None), line.verified)
