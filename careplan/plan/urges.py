"""A strong urge to hurt oneself on a filled sheet: the team is told at once.

Source: clinical.md 1, rule 1 (the daily card at 4 or 5 of 5) and section 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from careplan.plan import wording, worksheets
from careplan.plan.models import Homework
from careplan.team import alerts
from patients.models import Patient

URGE = "urge_self_harm"
STRONG = 4  # of 5


def is_strong(values: Mapping[str, Any]) -> bool:
    """Whether an answer leads to help on the same screen."""
    urge = values.get(URGE)
    return isinstance(urge, int) and urge >= STRONG


def asks(sheet: worksheets.Sheet | None) -> bool:
    """Whether a sheet asks for the urge."""
    return sheet is not None and any(field.key == URGE for field in sheet.fields)


def who_is_told(patient: Patient, *, now: datetime) -> str:
    """Give the names an alert goes to, or nothing when nobody may be told."""
    return wording.listed(one.called for one in alerts.told(patient, now=now))


def tell(row: Homework, values: Mapping[str, Any], *, now: datetime) -> None:
    """Raise a same-day alert with the exact answer, as item 9 at 2 or 3 does.

    Each filled sheet is its own ground, so a second strong day is told as well.
    Nobody is told whom the patient does not let see safety.
    """
    sheet = worksheets.sheet_of(row)
    if sheet is None or not asks(sheet) or not is_strong(values):
        return
    alerts.raise_alert(
        patient=row.patient,
        level="same_day",
        ground=f"sheet:{row.pk}:{len(worksheets.stored(row.answers))}",
        label=_("A safety answer"),
        exact=_exact(sheet, values),
        now=now,
    )


def _exact(sheet: worksheets.Sheet, values: Mapping[str, Any]) -> str:
    asked = {"day", URGE}
    lines = [
        f"{field.label}: {worksheets.answer_words(field, values[field.key])}"
        for field in sheet.fields
        if field.key in asked and values.get(field.key) not in (None, "")
    ]
    return "\n".join([sheet.name, *lines])
