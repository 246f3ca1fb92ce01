"""One checklist before a start and at set points after, compared with itself (J17).

Our own list in patients' words: not a validated scale. What is due follows from the
dose steps by themselves; nobody has to ask for it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.catalogue import medicines as catalogue
from careplan.common.catalogue import side_effects
from careplan.common.errors import DomainError
from journal.medicines import Medicine
from journal.models import BaselineChecklist
from patients.models import Patient

# Weeks after the first dose; each stays open for ten days.
WEEKS = (0, 2, 6, 12)
OPEN_FOR = dt.timedelta(days=10)
AHEAD = dt.timedelta(days=28)  # the first one is open this long before the first dose
AT_MOST = 12
GENERAL = ("nausea", "headache", "drowsiness", "insomnia", "dizziness", "restless")


class NotOnList(DomainError):
    """An answer to something that was not asked."""

    code = "not_on_list"
    sentence = _("Choose one of the answers shown.")


@dataclass(frozen=True, slots=True)
class Due:
    """A checklist to fill in now. `due_on` of week 0 is the day of the first dose."""

    medication_id: UUID
    name: str
    week: int
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Comparison:
    """One effect over the points filled in: 0 to 3, None where it was not asked."""

    label: str
    strengths: tuple[int | None, ...]


def due(
    medicines: Sequence[Medicine],
    filled: Sequence[BaselineChecklist],
    *,
    today: dt.date,
) -> list[Due]:
    """Give the points that are open today and not filled in yet."""
    done = {(row.medication_id, row.week) for row in filled if row.filled_at}
    found = []
    for row in medicines:
        first = _first_dose(row)
        if first is None or row.stopped_on:
            continue
        for week in WEEKS:
            on = first + dt.timedelta(weeks=week)
            opens = on if week else on - AHEAD
            if opens <= today < on + OPEN_FOR and (row.id, week) not in done:
                found.append(Due(row.id, row.name, week, on))
    return found


def _first_dose(row: Medicine) -> dt.date | None:
    """The day of the first dose, taken or agreed: a baseline is best asked before it."""
    days = [step.started_on for step in row.steps if step.amount]
    return min(days, default=row.begins_on)


def asked(row: Medicine) -> list[tuple[str, str]]:
    """Give the effects asked about: the medicine's own list, then the usual ones."""
    known = catalogue.medicine(row.catalogue_id)
    codes = dict.fromkeys([*(known.side_effects if known else ()), *GENERAL])
    found = (side_effects.side_effect(code) for code in codes)
    return [
        (effect.id, effect.patient_label)
        for effect in found
        if effect and effect.level == "routine"
    ][:AT_MOST]


def of_patient(patient_id: UUID) -> list[BaselineChecklist]:
    """Give every checklist filled in that the reader may see."""
    rows = BaselineChecklist.objects.filter(
        patient_id=patient_id, deleted_at__isnull=True
    )
    return list(rows.order_by("due_on"))


@transaction.atomic
def fill(
    patient: Patient,
    medicine: Medicine,
    *,
    week: int,
    answers: Mapping[str, int],
    today: dt.date,
    now: dt.datetime,
) -> BaselineChecklist:
    """Keep one checklist; filling the same point again replaces its answers."""
    offered = {code for code, _label in asked(medicine)}
    if not set(answers) <= offered or not set(answers.values()) <= {0, 1, 2, 3}:
        raise NotOnList
    row = BaselineChecklist.objects.filter(
        patient=patient, medication_id=medicine.id, week=week, deleted_at__isnull=True
    ).first()
    if row is not None:
        row.answers, row.filled_at = dict(answers), now
        row.save(update_fields=["answers", "filled_at"])
        return row
    row = BaselineChecklist(
        patient=patient,
        medication_id=medicine.id,
        label=medicine.name,
        week=week,
        due_on=today,
        local_date=today,
        asked_at=now,
        answers=dict(answers),
        filled_at=now,
    )
    row.save(force_insert=True)
    return row


def compared(rows: Sequence[BaselineChecklist]) -> list[Comparison]:
    """Set the points of one medicine side by side, effect by effect."""
    codes = dict.fromkeys(code for row in rows for code in row.answers)
    found = []
    for code in codes:
        effect = side_effects.side_effect(code)
        strengths = tuple(row.answers.get(code) for row in rows)
        if effect and any(strengths):
            found.append(Comparison(effect.patient_label, strengths))
    return found
