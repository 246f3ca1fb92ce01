"""The folded parts of a check-in: note, sleep, insight, key moment, habits, substances."""

import datetime as dt
from uuid import UUID

from journal import sleep
from journal.inputs import CheckinInput
from journal.models import (
    CheckinTiming,
    Entry,
    EntryNote,
    Insight,
    LifeEvent,
    PracticeLog,
    SideEffectReport,
    SleepLog,
    SubstanceLog,
    TrackerValue,
)
from patients.models import Patient, User
from patients.rows import PatientRow

# What hangs on a check-in and shares its fate.
PARTS = (
    EntryNote,
    SideEffectReport,
    SleepLog,
    PracticeLog,
    SubstanceLog,
    TrackerValue,
    Insight,
    LifeEvent,
)


def rows_of(
    patient: Patient, checkin: CheckinInput, entry: Entry, *, by: User, now: dt.datetime
) -> list[PatientRow]:
    """Build the folded parts of a check-in that were filled in."""
    common = {
        "patient_id": patient.pk,
        "local_date": entry.local_date,
        "is_private": entry.is_private,
    }
    rows: list[PatientRow] = []
    if checkin.note.strip():
        rows.append(EntryNote(**common, entry=entry, words=checkin.note))
    if checkin.sleep is not None:
        rows.append(_night(patient, checkin, entry, now=now))
    if checkin.insight.strip():
        rows.append(
            Insight(
                **common,
                entry=entry,
                words=checkin.insight,
                bring_back=checkin.bring_back,
                written_at=now,
            )
        )
    if checkin.life_event.strip():
        rows.append(
            LifeEvent(
                **common,
                entry=entry,
                author=by,
                author_role="patient",
                words=checkin.life_event,
                written_at=now,
            )
        )
    rows += [
        PracticeLog(
            **common,
            entry=entry,
            kind=done.kind,
            minutes=done.minutes,
            effort=done.effort,
            effect=done.effect,
            words=done.words,
            written_at=now,
        )
        for done in checkin.practices
    ]
    if checkin.substance is not None:
        rows.append(
            SubstanceLog(
                **common,
                entry=entry,
                kind=checkin.substance.kind,
                units=checkin.substance.units,
                words=checkin.substance.words,
                written_at=now,
            )
        )
    return rows


def _night(
    patient: Patient, checkin: CheckinInput, entry: Entry, *, now: dt.datetime
) -> SleepLog:
    """Build last night's row; an earlier one of the same night goes into the bin."""
    said = checkin.sleep
    assert said is not None  # noqa: S101 - asked by the caller
    SleepLog.objects.filter(
        patient_id=patient.pk, local_date=entry.local_date, deleted_at__isnull=True
    ).update(deleted_at=now)
    row = SleepLog(
        patient_id=patient.pk,
        local_date=entry.local_date,
        is_private=entry.is_private,
        entry=entry,
        zone=checkin.zone,
        minutes_awake=said.minutes_awake,
        wakings=said.wakings,
        quality=said.quality,
        written_at=now,
    )
    if said.bed is not None and said.up is not None:
        evening = entry.local_date - dt.timedelta(days=1)
        when = sleep.night(evening, bed=said.bed, up=said.up, zone=checkin.zone)
        row.bed_at, row.up_at = when.bed_at, when.up_at
    return row


def tracker_values(checkin: CheckinInput, entry: Entry) -> list[TrackerValue]:
    return [
        TrackerValue(
            patient_id=entry.patient_id,
            local_date=entry.local_date,
            is_private=entry.is_private,
            entry=entry,
            tracker_id=said.tracker_id,
            value=said.value,
            occurred_at=entry.occurred_at,
        )
        for said in checkin.trackers
    ]


def note_seconds(patient_id: UUID, checkin: CheckinInput, entry: Entry) -> None:
    if checkin.seconds is None or not 0 <= checkin.seconds <= 3600:
        return
    CheckinTiming(
        patient_id=patient_id,
        seconds=checkin.seconds,
        through=checkin.source,
        local_date=entry.local_date,
    ).save(force_insert=True)
