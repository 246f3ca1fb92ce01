"""Check-ins: saved whole and once, by the person or by a link's holder."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.clock import dose_day, local_date
from careplan.common.errors import DomainError
from careplan.common.postgresql.prepared import Prepared
from journal import clusters, doses, effects, highs, left_out, medicines, parts, safety
from journal.inputs import NOT_YET, CheckinInput, DoseInput
from journal.models import (
    Entry,
    SafetyMoment,
    SideEffectReport,
)
from patients.models import Patient, User
from patients.rows import PatientRow

# A phone's clock may run ahead a little; further ahead is a mistake.
CLOCKS_DIFFER = dt.timedelta(minutes=15)
LONGEST_NOTE = 10_000


class NothingToSave(DomainError):
    """An empty check-in."""

    code = "nothing_to_save"
    sentence = _("Choose at least one thing to save.")


class FutureCheckin(DomainError):
    """A check-in about a time that has not come."""

    code = "future_checkin"
    sentence = _("Choose today or an earlier day.")


class NoteTooLong(DomainError):
    """A note past the limit."""

    code = "note_too_long"
    sentence = _("Shorten your note to 10,000 characters.")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a check-in. A repeat changed nothing and says so."""

    entry_id: UUID
    is_repeat: bool = False
    found: clusters.Assessment | None = None
    moment: SafetyMoment | None = None


def save_checkin(
    patient: Patient,
    checkin: CheckinInput,
    *,
    by: User,
    now: dt.datetime,
    known: Sequence[medicines.Medicine] | None = None,
) -> Saved:
    """Save a whole check-in in one transaction, once, whatever comes again.

    The same `client_id` of the same patient is a repeat: nothing is written. Side
    effects are tied to the dose change they followed and looked at for red flags;
    the team is told unless the check-in is private. Refuses an empty check-in, a
    later day, a note over 10,000 characters. `known`: the medicines of that dose day,
    when the caller has read them already.
    """
    check(checkin, now)
    if (earlier := _already(patient.pk, checkin.client_id)) is not None:
        return _again(patient, earlier, now=now)
    if known is None:
        known = known_medicines(patient, checkin)
    before = effects.recent(patient.pk, now=now) if checkin.effects else []
    try:
        with transaction.atomic():
            return _save(patient, checkin, known, before, by=by, now=now)
    except IntegrityError:
        # Two of the same at once: the other one was first, and is the one that counts.
        if (earlier := _already(patient.pk, checkin.client_id)) is not None:
            return _again(patient, earlier, now=now)
    # Not the same check-in, but the same dose or night told in another tab meanwhile:
    # what is there now is read anew and replaced, as in any later check-in.
    known = known_medicines(patient, checkin)
    with transaction.atomic():
        return _save(patient, checkin, known, before, by=by, now=now)


def _again(patient: Patient, entry_id: UUID, *, now: dt.datetime) -> Saved:
    """Say of a repeat what was said the first time: help is never one press away."""
    entry = Entry.objects.get(patient_id=patient.pk, pk=entry_id)
    return Saved(
        entry_id,
        is_repeat=True,
        found=looked_at_again(patient, entry, now=now)[1],
        moment=safety.moment_about(patient.pk, ground_of(entry)),
    )


def looked_at_again(
    patient: Patient, entry: Entry, *, now: dt.datetime
) -> tuple[list[SideEffectReport], clusters.Assessment | None]:
    """Give the side effects of a saved check-in, and what they ask for."""
    rows = list(entry.side_effects.filter(deleted_at__isnull=True))
    if not rows:
        return rows, None
    recent = effects.recent(patient.pk, now=now)
    before = [row for row in recent if row.entry_id != entry.pk]
    codes = [row.code for row in (*rows, *before)]
    found = effects.assess(
        rows,
        patient,
        known=medicines.of_patient(
            patient.pk, day=dose_day(entry.occurred_at, entry.zone)
        ),
        earlier=before,
        highs=highs.on_record(patient, codes, now=now),
        now=now,
    )
    return rows, found


def ground_of(entry: Entry) -> str:
    """Name a check-in's side effects where an alert or a moment points to them."""
    return f"effects:{entry.pk}"


def keep_unnamed_doses(
    checkin: CheckinInput, entry: Entry, *, now: dt.datetime
) -> None:
    """Keep "all / some / none of what was due", said where no medicine was named."""
    told = [dose for dose in checkin.doses if dose.medication_id is None]
    insert(
        doses.rows_of(
            entry.patient_id, told, entry=entry, is_private=entry.is_private, now=now
        )
    )


def check(checkin: CheckinInput, now: dt.datetime) -> None:
    """Refuse an empty check-in, one of a time to come, and words past the limit."""
    if not checkin.says_something:
        raise NothingToSave
    if checkin.at > now + CLOCKS_DIFFER:
        raise FutureCheckin
    words = (checkin.note, checkin.insight, checkin.life_event)
    if any(len(text) > LONGEST_NOTE for text in words):
        raise NoteTooLong


def _already(patient_id: UUID, client_id: UUID) -> UUID | None:
    found: list[tuple[UUID]] = _sent(patient=patient_id, client=client_id)
    return found[0][0] if found else None


@Prepared
def _sent(*, patient: UUID, client: UUID) -> Any:
    rows = Entry.objects.filter(patient_id=patient, client_id=client)
    return rows.values_list("pk")


def known_medicines(
    patient: Patient, checkin: CheckinInput
) -> tuple[medicines.Medicine, ...]:
    """Read the medicines of the dose day told about, where they matter."""
    if not checkin.effects and not checkin.doses:
        return ()
    day = checkin.doses[0].day if checkin.doses else dose_day(checkin.at, checkin.zone)
    return medicines.of_patient(patient.pk, day=day)


def _save(
    patient: Patient,
    checkin: CheckinInput,
    known: Sequence[medicines.Medicine],
    before: Sequence[SideEffectReport],
    *,
    by: User,
    now: dt.datetime,
) -> Saved:
    entry = row_of(patient.pk, checkin, now=now)
    entry.save(force_insert=True)
    found, moment = keep_told(
        patient, checkin, entry, known=known, before=before, now=now
    )
    keep_unnamed_doses(checkin, entry, now=now)
    for row in parts.rows_of(patient, checkin, entry, by=by, now=now):
        row.save(force_insert=True)
    insert(parts.tracker_values(checkin, entry))
    parts.note_seconds(patient.pk, checkin, entry)
    return Saved(entry.pk, found=found, moment=moment)


def keep_told(
    patient: Patient,
    checkin: CheckinInput,
    entry: Entry,
    *,
    known: Sequence[medicines.Medicine],
    before: Sequence[SideEffectReport],
    felt: Sequence[SideEffectReport] = (),
    now: dt.datetime,
) -> tuple[clusters.Assessment | None, SafetyMoment | None]:
    """Keep the doses and side effects of an entry; tell the team of what needs it.

    `felt`: the side effects this check-in had before it was corrected. Gives what the
    side effects ask for, and the moment that opens the support page. Runs inside the
    caller's transaction.
    """
    _keep_doses(patient, checkin, entry, known, now=now)
    rows = effects.reports(patient.pk, checkin, known=known, earlier=before, now=now)
    told = medicines.with_told(known, () if entry.is_private else checkin.doses)
    effects.take_over(rows, felt)
    found = keep_effects(patient, entry, rows, known=told, before=before, now=now)
    return found, moment_of(patient, entry, rows, found, now)


def row_of(patient_id: UUID, checkin: CheckinInput, *, now: dt.datetime) -> Entry:
    return Entry(
        patient_id=patient_id,
        client_id=checkin.client_id,
        occurred_at=checkin.at,
        local_date=local_date(checkin.at, checkin.zone),
        zone=checkin.zone,
        written_at=now,
        source=checkin.source,
        is_private=checkin.is_private,
        **feelings(checkin),
    )


def feelings(checkin: CheckinInput) -> dict[str, object]:
    """Give mood and feelings as the columns of an entry."""
    return {
        "scale": checkin.scale,
        "mood": checkin.mood,
        "low": checkin.low,
        "high": checkin.high,
        "energy": checkin.energy,
        "worry": checkin.worry,
        "irritability": checkin.irritability,
    }


def _keep_doses(
    patient: Patient,
    checkin: CheckinInput,
    entry: Entry,
    known: Sequence[medicines.Medicine],
    *,
    now: dt.datetime,
) -> None:
    """Keep answers that say something new; an unchanged one is left as it is.

    "Not yet" takes an earlier answer back.
    """
    told = [dose for dose in checkin.doses if _is_of(dose, known)]
    old: dict[tuple[UUID | None, str], medicines.Answered] = {
        (row.id, answer.slot): answer
        for row in known
        for answer in row.answers
        if answer.slot
    }
    new = [d for d in told if not _is_same(d, old.get((d.medication_id, d.slot)))]
    replaced = [old.get((dose.medication_id, dose.slot)) for dose in new]
    doses.bin_answers(
        [answer.id for answer in replaced if answer], patient_id=patient.pk, now=now
    )
    new = [dose for dose in new if dose.answer != NOT_YET]
    insert(
        doses.rows_of(
            patient.pk, new, entry=entry, is_private=checkin.is_private, now=now
        )
    )
    left_out.tell(patient.pk, new, is_private=checkin.is_private, now=now)


def _is_of(dose: DoseInput, known: Sequence[medicines.Medicine]) -> bool:
    return any(row.id == dose.medication_id for row in known)


def _is_same(dose: DoseInput, old: medicines.Answered | None) -> bool:
    return (
        old is not None
        and dose.amount is None
        and (old.answer, old.reason) == (dose.answer, dose.reason)
    )


def keep_effects(
    patient: Patient,
    entry: Entry,
    rows: Sequence[SideEffectReport],
    *,
    known: Sequence[medicines.Medicine],
    before: Sequence[SideEffectReport],
    high: highs.OnRecord | None = None,
    now: dt.datetime,
) -> clusters.Assessment | None:
    if not rows:
        return None
    if high is None:
        high = highs.on_record(patient, [row.code for row in (*rows, *before)], now=now)
    found = effects.assess(
        rows, patient, known=known, earlier=before, highs=high, now=now
    )
    for row in rows:
        row.entry, row.level = entry, int(found.level)
        if not row._state.adding:
            row.save(force_update=True)
    insert([row for row in rows if row._state.adding])
    safety.tell_of_effects(patient, rows, found, ground=ground_of(entry), now=now)
    return found


def moment_of(
    patient: Patient,
    entry: Entry,
    rows: Sequence[SideEffectReport],
    found: clusters.Assessment | None,
    now: dt.datetime,
) -> SafetyMoment | None:
    if found is None or not found.opens_safety_flow:
        return None
    return safety.open_moment(
        patient,
        ground=ground_of(entry),
        exact=safety.exact_words(rows),
        is_private=entry.is_private,
        now=now,
        zone=entry.zone,
    )


def insert(rows: Sequence[PatientRow]) -> None:
    """Insert rows of one table in one statement."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)
