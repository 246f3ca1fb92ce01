"""What was taken: one answer a slot, changed or taken back without blame."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from journal import left_out
from journal.inputs import DoseInput
from journal.models import DoseAnswer, Entry

Answer = DoseAnswer.Answer
FULL = frozenset({Answer.TAKEN, Answer.LATE})
NONE_AT_ALL = frozenset({Answer.MISSED, Answer.CHOSE_NOT})


class FutureDose(DomainError):
    """A dose of a day that has not come."""

    code = "future_dose"
    sentence = _("Choose today or an earlier day.")


def rows_of(
    patient_id: UUID,
    doses: Sequence[DoseInput],
    *,
    entry: Entry | None,
    is_private: bool,
    now: dt.datetime,
) -> list[DoseAnswer]:
    """Build the rows of several answers."""
    return [
        DoseAnswer(
            patient_id=patient_id,
            local_date=dose.day,
            is_private=is_private,
            entry=entry,
            medication_id=dose.medication_id,
            slot=dose.slot,
            answer=Answer(dose.answer),
            reason=dose.reason,
            planned_amount=dose.planned_amount,
            amount=_amount(dose),
            unit=dose.unit,
            taken_at=dose.taken_at or (now if dose.answer in FULL else None),
            answered_at=now,
            words=dose.words,
        )
        for dose in doses
    ]


def _amount(dose: DoseInput) -> Decimal | None:
    if dose.amount is not None:
        return dose.amount
    if dose.answer in FULL:
        return dose.planned_amount
    return Decimal(0) if dose.answer in NONE_AT_ALL else None


def answer(
    patient_id: UUID,
    dose: DoseInput,
    *,
    is_private: bool = False,
    today: dt.date,
    now: dt.datetime,
    client_id: UUID | None = None,
) -> DoseAnswer:
    """Keep what became of one dose; a slot's earlier answer goes into the bin.

    `today` is the dose day now; `client_id` names a dose as needed, so that one press
    too many is not one dose too many. Refuses a dose of a later day.
    """
    if dose.day > today:
        raise FutureDose
    (row,) = rows_of(patient_id, [dose], entry=None, is_private=is_private, now=now)
    if client_id is not None:
        row.pk = uuid5(patient_id, str(client_id))
    try:
        return _keep(row, dose, now=now)
    except IntegrityError:
        # Told twice at once: the same dose as needed is there; a slot is told anew.
        same = DoseAnswer.objects.filter(patient_id=patient_id, pk=row.pk).first()
        return same or _keep(row, dose, now=now)


@transaction.atomic
def _keep(row: DoseAnswer, dose: DoseInput, *, now: dt.datetime) -> DoseAnswer:
    _replace(row.patient_id, [dose], now=now)
    row.save(force_insert=True)
    left_out.tell(row.patient_id, [dose], is_private=row.is_private, now=now)
    return row


def as_needed(
    patient_id: UUID, *, since: dt.date, medication_id: UUID | None = None
) -> list[DoseAnswer]:
    """Give the doses as needed of the last days, the newest first."""
    rows = DoseAnswer.objects.filter(
        patient_id=patient_id,
        slot="",
        medication__isnull=False,
        local_date__gte=since,
        deleted_at__isnull=True,
    )
    if medication_id is not None:
        rows = rows.filter(medication_id=medication_id)
    return list(rows.select_related("medication").order_by("-answered_at"))


@transaction.atomic
def say_more(row: DoseAnswer, dose: DoseInput) -> None:
    """Say later of a dose as needed how much it was and whether it helped (J32)."""
    row.answer, row.words = Answer(dose.answer), dose.words
    row.amount = _amount(dose)
    row.taken_at = dose.taken_at or row.taken_at
    row.save(update_fields=["answer", "words", "amount", "taken_at"])


def _replace(patient_id: UUID, doses: Sequence[DoseInput], *, now: dt.datetime) -> None:
    for dose in doses:
        if dose.slot and dose.medication_id:
            DoseAnswer.objects.filter(
                patient_id=patient_id,
                medication_id=dose.medication_id,
                local_date=dose.day,
                slot=dose.slot,
                deleted_at__isnull=True,
            ).update(deleted_at=now)


@transaction.atomic
def take_back(
    patient_id: UUID,
    *,
    medication_id: UUID,
    day: dt.date,
    slot: str,
    now: dt.datetime,
) -> None:
    """Undo an answer: the dose is open again."""
    _replace(
        patient_id,
        [DoseInput(day=day, answer="", medication_id=medication_id, slot=slot)],
        now=now,
    )


def bin_answers(ids: Sequence[UUID], *, patient_id: UUID, now: dt.datetime) -> None:
    """Put earlier answers to the same slots into the bin, in one statement."""
    if ids:
        DoseAnswer.objects.filter(patient_id=patient_id, pk__in=ids).update(
            deleted_at=now
        )
