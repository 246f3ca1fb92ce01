"""What the reference says about a therapy for a condition, with source and date (T9).

Nothing is chosen by the software, and no evidence on file is said in so many words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import therapies
from careplan.common.catalogue.therapies import Therapy

CONDITIONS: Mapping[str, Any] = {
    "depression": lazy("depression"),
    "bipolar": lazy("bipolar disorder"),
    "bipolar_depression": lazy("depression in bipolar disorder"),
    "bipolar_maintenance": lazy("staying well in bipolar disorder"),
    "anxiety": lazy("anxiety"),
    "gad": lazy("generalised anxiety"),
    "panic": lazy("panic"),
    "social_anxiety": lazy("social anxiety"),
    "ptsd": lazy("post-traumatic stress"),
    "insomnia": lazy("trouble sleeping"),
    "self_harm": lazy("self-harm"),
    "relationship_distress": lazy("trouble between partners"),
}


@dataclass(frozen=True)
class Known:
    """One therapy and every line on file about it."""

    id: str
    name: str
    lines: tuple[str, ...]


def lines(type_id: str, condition_id: str = "", *, is_patient: bool) -> tuple[str, ...]:
    """Return what is on file, for one condition or all; never an empty answer.

    A patient reads no draft figure (decisions 17).
    """
    found = therapies.therapy(type_id)
    if found is None:
        return (_("No evidence on file."),)
    if is_patient:
        found = therapies.shown_to_patient(found)
    said = [
        _line(condition, type_id, is_patient=is_patient)
        for condition in _conditions(found, condition_id)
    ]
    told = [line for line in said if line] or [_("No evidence on file.")]
    return (*told, *_lengths(found))


def _conditions(row: Therapy, wanted: str) -> Iterable[str]:
    seen = dict.fromkeys(line.condition for line in row.conditions)
    return [name for name in seen if wanted in ("", name)]


def _line(condition: str, type_id: str, *, is_patient: bool) -> str:
    rows = therapies.evidence(type_id, condition)
    kept = [row for row in rows if row.verified or not is_patient]
    told = [
        f"{row.statement}. {row.source}"
        + ("" if row.verified else _(" (draft reference)"))
        for row in kept
    ]
    return f"{condition_words(condition)}: {'; '.join(told)}" if told else ""


UNITS: Mapping[str, Any] = {
    "appointments": lazy("sessions"),
    "weeks": lazy("weeks"),
    "months": lazy("months"),
}


def _lengths(row: Therapy) -> Iterable[str]:
    for one in row.sessions:
        span = str(one.min) if one.min == one.max else f"{one.min}-{one.max}"
        draft = "" if one.verified else _(" (draft reference)")
        told = _("Length, {context}: {span} {unit}").format(
            context=one.context, span=span, unit=UNITS.get(one.unit, one.unit)
        )
        yield told + draft


def condition_words(condition: str) -> str:
    """Return a condition as a person reads it."""
    return str(CONDITIONS.get(condition, condition.replace("_", " "))).capitalize()


def beside_choosing() -> tuple[Known, ...]:
    """Return every therapy with what is on file, for the page that chooses one."""
    return tuple(
        Known(row.id, row.name, lines(row.id, is_patient=False))
        for row in therapies.all_therapies()
    )


def beside(
    kind: str, values: Mapping[str, Any], *, is_patient: bool
) -> tuple[str, ...]:
    """Return what is known of the therapy a suggestion would start; else nothing."""
    if kind != "therapy_start":
        return ()
    type_id, condition = values.get("type_id", ""), values.get("condition_id", "")
    return lines(str(type_id), str(condition or ""), is_patient=is_patient)
