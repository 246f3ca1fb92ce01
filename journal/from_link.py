"""The check-in of a link's holder, who may write it and read nothing (decisions 20)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from careplan.common.clock import dose_day
from careplan.common.identity import acting_as, system
from journal import clusters, effects, entries, highs, medicines, parts
from journal.entries import Saved
from journal.inputs import CheckinInput
from journal.models import SideEffectReport
from patients.models import Patient


def save(patient: Patient, checkin: CheckinInput, *, now: dt.datetime) -> Saved:
    """Save the check-in of a link's holder, who may write it and read nothing.

    Runs under the identity `link(patient, "checkin")`; `patient` may be a bare
    Patient(pk, time_zone), since the link reads no record. A repeat is harmless.
    Only mood, side effects and "all / some / none taken" are taken.

    The rows are tied to the dose change they followed and the team is told by what
    the record says; `found` is what follows from the answer alone, so that a page
    made from it shows nothing of the record (decisions 20).
    """
    entries.check(checkin, now)
    unseen = _unseen(patient, checkin, now=now)
    entry = entries.row_of(patient.pk, checkin, now=now)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
            entries.keep_unnamed_doses(checkin, entry, now=now)
            rows = effects.reports(
                patient.pk,
                checkin,
                known=unseen.known,
                earlier=unseen.before,
                now=now,
            )
            entries.keep_effects(
                unseen.patient,
                entry,
                rows,
                known=unseen.known,
                before=unseen.before,
                high=unseen.high,
                now=now,
            )
            parts.note_seconds(patient.pk, checkin, entry)
            found = _blindly(rows, patient, now=now)
            moment = entries.moment_of(patient, entry, rows, found, now)
            return Saved(entry.pk, found=found, moment=moment)
    except IntegrityError as refused:
        if not _is_repeat(refused):
            raise
        return Saved(entry.pk, is_repeat=True)


def _is_repeat(refused: IntegrityError) -> bool:
    """Whether the row is there already; the link's holder may not look it up."""
    cause = getattr(refused.__cause__, "diag", None)
    return cause is not None and cause.constraint_name == "an_entry_once"


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the record says to an answer from a link; its holder is shown none of it."""

    patient: Patient
    known: tuple[medicines.Medicine, ...] = ()
    before: tuple[SideEffectReport, ...] = ()
    high: highs.OnRecord = highs.OnRecord()  # noqa: RUF009 - frozen


def _unseen(patient: Patient, checkin: CheckinInput, *, now: dt.datetime) -> Unseen:
    """Read, as the system, what ties an answer to its dose change."""
    if not checkin.effects:
        return Unseen(patient)
    day = dose_day(checkin.at, checkin.zone)
    with acting_as(system("tick")), transaction.atomic():
        known = medicines.of_patient(patient.pk, day=day)
        before = tuple(effects.recent(patient.pk, now=now))
        record = Patient.objects.get(pk=patient.pk)
        codes = [said.code for said in checkin.effects] + [row.code for row in before]
        return Unseen(record, known, before, highs.on_record(record, codes, now=now))


def _blindly(
    rows: Sequence[SideEffectReport], patient: Patient, *, now: dt.datetime
) -> clusters.Assessment | None:
    if not rows:
        return None
    nothing = highs.OnRecord()
    return effects.assess(rows, patient, known=(), earlier=(), highs=nothing, now=now)
