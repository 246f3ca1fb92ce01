"""Doses taken of doses planned, medicine by medicine, over some days (J33)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from journal.adherence import Adherence, Outcome, adherence
from journal.medicines import DueDose, Medicine, dose_words, due
from journal.models import DoseAnswer

SPANS = (7, 28, 90)
OUTCOMES = {
    DoseAnswer.Answer.TAKEN: Outcome.TAKEN,
    DoseAnswer.Answer.LATE: Outcome.LATE,
    DoseAnswer.Answer.PARTLY: Outcome.PARTLY,
    DoseAnswer.Answer.MISSED: Outcome.MISSED,
    DoseAnswer.Answer.CHOSE_NOT: Outcome.CHOSE_NOT,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as the reckoning reads it."""

    medication_id: UUID | None
    day: dt.date
    slot: str
    answer: str
    answered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MedicineTaken:
    """One medicine over the three spans, and how often it was taken as needed."""

    id: UUID
    name: str
    dose: str
    spans: tuple[tuple[int, Adherence], ...]
    as_needed: int
    extra: int
    limit: str = ""


def answers(patient_id: UUID, *, since: dt.date, until: dt.date) -> list[Said]:
    """Read the answers of some dose days. Private ones count nowhere (decisions 16)."""
    rows = DoseAnswer.objects.filter(
        patient_id=patient_id,
        local_date__gte=since,
        local_date__lte=until,
        deleted_at__isnull=True,
        is_private=False,
    ).values_list("medication_id", "local_date", "slot", "answer", "answered_at")
    return [Said(*row) for row in rows]


def per_medicine(
    medicines: Sequence[Medicine],
    said: Sequence[Said],
    *,
    today: dt.date,
    now: dt.datetime,
    zone: str,
) -> list[MedicineTaken]:
    """Reckon each regular medicine over 7, 28 and 90 days up to doses due by now."""
    return [
        MedicineTaken(
            id=row.id,
            name=row.name,
            dose=row.dose_text,
            spans=tuple(
                (days, over(row, said, days=days, today=today, now=now, zone=zone))
                for days in SPANS
            ),
            as_needed=_loose(row, said, DoseAnswer.Answer.TAKEN),
            extra=_loose(row, said, DoseAnswer.Answer.EXTRA),
            limit=_limit(row),
        )
        for row in medicines
        if row.steps
    ]


def over(
    row: Medicine,
    said: Sequence[Said],
    *,
    days: int,
    today: dt.date,
    now: dt.datetime,
    zone: str,
) -> Adherence:
    """Reckon one medicine over the last `days` dose days, today's due doses included.

    "No record" stays apart from "not taken". A link's "all taken" stands for every
    dose due by then that has no answer of its own; "some" stands for none of them.
    """
    by_slot = {(one.medication_id, one.day, one.slot): one for one in said if one.slot}
    everything = {one.day: one for one in said if one.medication_id is None}
    first = today - dt.timedelta(days=days - 1)
    planned = [
        dose
        for place in range(days)
        for dose in due([row], day=first + dt.timedelta(days=place))
        if dose.is_due_by(now, zone)
    ]
    return adherence(_outcomes(planned, by_slot, everything, zone))


def _outcomes(
    planned: Iterable[DueDose],
    by_slot: dict[tuple[UUID | None, dt.date, str], Said],
    everything: dict[dt.date, Said],
    zone: str,
) -> Iterable[Outcome | None]:
    for dose in planned:
        one = by_slot.get((dose.medication_id, dose.day, dose.slot))
        if one is None:
            one = _covering(dose, everything.get(dose.day), zone)
        yield OUTCOMES.get(DoseAnswer.Answer(one.answer)) if one else None


def _covering(dose: DueDose, one: Said | None, zone: str) -> Said | None:
    some = one is not None and one.answer == DoseAnswer.Answer.PARTLY
    if one is None or some or not dose.is_due_by(one.answered_at, zone):
        return None
    return one


def _loose(row: Medicine, said: Sequence[Said], answer: str) -> int:
    return sum(
        one.medication_id == row.id and not one.slot and one.answer == answer
        for one in said
    )


def _limit(row: Medicine) -> str:
    """The prescriber's own limit, in figures; never reckoned from a catalogue."""
    step = row.as_needed
    if step is None or step.at_most is None:
        return ""
    return dose_words(step.at_most, step.unit)
