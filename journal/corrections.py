"""A check-in changed with history, kept private, deleted with a way back."""

import datetime as dt
import json
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from careplan.common.clock import local_date
from journal import effects, entries, lookback, parts, safety, shown
from journal.entries import Saved
from journal.inputs import CheckinInput
from journal.models import (
    DoseAnswer,
    Entry,
    EntryNote,
    EntryVersion,
    SleepLog,
)
from journal.models.rows import JournalRow
from patients.models import Patient, User
from patients.rows import PatientRow

# "Undo" stands on the page after a deletion; later the bin has it, for thirty days.
UNDO_FOR = dt.timedelta(seconds=30)
FEELINGS = ("scale", "mood", "low", "high", "energy", "worry", "irritability")


def correct(
    entry: Entry, patient: Patient, checkin: CheckinInput, *, by: User, now: dt.datetime
) -> Saved:
    """Replace what a check-in says, keeping how it stood before (J10).

    Doses and folded parts are replaced as well; the row and its `client_id` stay. So
    does the row of a side effect said again: what clinicians noted of it, and a tie
    that was undone, are not lost. Privacy changed here acts at once on every part.
    """
    entries.check(checkin, now)
    known = entries.known_medicines(patient, checkin)
    recent = effects.recent(patient.pk, now=now) if checkin.effects else []
    before = [row for row in recent if row.entry_id != entry.pk]
    with transaction.atomic():
        _keep_version(entry, now=now)
        _rewrite(entry, checkin, now=now)
        felt = list(entry.side_effects.filter(deleted_at__isnull=True))
        _bin_parts(entry, now=now)
        found, moment = entries.keep_told(
            patient, checkin, entry, known=known, before=before, felt=felt, now=now
        )
        for row in parts.rows_of(patient, checkin, entry, by=by, now=now):
            _upsert_part(row, entry)
        entries.insert(parts.tracker_values(checkin, entry))
        return Saved(entry.pk, found=found, moment=moment)


def _keep_version(entry: Entry, *, now: dt.datetime) -> None:
    EntryVersion(
        patient_id=entry.patient_id,
        entry=entry,
        replaced_at=now,
        before=json.dumps(snapshot(entry)),
    ).save(force_insert=True)


def snapshot(entry: Entry) -> dict[str, object]:
    """Give what a check-in says now: its values, and every part of it in words."""
    return {
        **{name: getattr(entry, name) for name in FEELINGS},
        "occurred_at": entry.occurred_at.isoformat(),
        "is_private": entry.is_private,
        "lines": lookback.words_of(entry),
    }


def version_lines(before: dict[str, Any]) -> tuple[str, ...]:
    """Say what an earlier version of a check-in said, line by line."""
    was = Entry(**{name: before.get(name) for name in FEELINGS})
    lines = [shown.mood_word(was), *before.get("lines", ())]
    # Versions of before parts were kept in words hold note and side effects alone.
    lines += [f"{name}, {strength}" for name, strength in before.get("effects", [])]
    lines.append(before.get("note", ""))
    return tuple(line for line in lines if line)


def _rewrite(entry: Entry, checkin: CheckinInput, *, now: dt.datetime) -> None:
    for name, value in entries.feelings(checkin).items():
        setattr(entry, name, value)
    entry.occurred_at, entry.zone = checkin.at, checkin.zone
    entry.local_date = local_date(checkin.at, checkin.zone)
    entry.is_private, entry.corrected_at = checkin.is_private, now
    entry.save(
        update_fields=[
            *entries.feelings(checkin),
            "occurred_at",
            "zone",
            "local_date",
            "is_private",
            "corrected_at",
        ]
    )


def _bin_parts(entry: Entry, *, now: dt.datetime) -> None:
    for model in parts.PARTS:
        model._default_manager.filter(entry=entry, deleted_at__isnull=True).update(
            deleted_at=now
        )
    entry.doses.update(is_private=entry.is_private)


def _upsert_part(row: PatientRow, entry: Entry) -> None:
    # One note a check-in: the row that is there takes the new words.
    if isinstance(row, EntryNote):
        old = EntryNote.objects.filter(entry=entry).first()
        if old is not None:
            old.words, old.deleted_at = row.words, None
            old.is_private, old.local_date = row.is_private, row.local_date
            old.save(update_fields=["words", "deleted_at", "is_private", "local_date"])
            return
    row.save(force_insert=True)


@transaction.atomic
def set_private(
    entry: Entry, patient: Patient, *, is_private: bool, now: dt.datetime
) -> None:
    """Hide a check-in from everyone else, or show it again; acts at once (P10).

    What would have told the team when it was saved tells it when it is shown.
    """
    was_private, entry.is_private = entry.is_private, is_private
    entry.save(update_fields=["is_private"])
    for model in parts.PARTS:
        model._default_manager.filter(entry=entry).update(is_private=is_private)
    entry.doses.update(is_private=is_private)
    if was_private and not is_private:
        rows, found = entries.looked_at_again(patient, entry, now=now)
        ground = entries.ground_of(entry)
        safety.tell_of_shared(patient, rows, found, ground=ground, now=now)


def is_just_deleted(entry: Entry, *, now: dt.datetime) -> bool:
    """Whether a deletion is so fresh that "Undo" is the word for taking it back."""
    return entry.deleted_at is not None and now - entry.deleted_at <= UNDO_FOR


@transaction.atomic
def delete(entry: Entry, *, now: dt.datetime) -> None:
    """Put a check-in and all that hangs on it into the bin for thirty days."""
    entry.deleted_at = now
    entry.save(update_fields=["deleted_at"])
    for model in parts.PARTS:
        model._default_manager.filter(entry=entry, deleted_at__isnull=True).update(
            deleted_at=now
        )
    entry.doses.filter(deleted_at__isnull=True).update(deleted_at=now)


@transaction.atomic
def restore(entry: Entry) -> None:
    """Take a check-in out of the bin, with the parts that went in with it.

    A dose or a night told anew meanwhile stays as it was told last.
    """
    gone_at = entry.deleted_at
    for model in parts.PARTS:
        rows = model._default_manager.filter(entry=entry, deleted_at=gone_at)
        if model is SleepLog:
            rows = rows.exclude(_told_anew(SleepLog))
        rows.update(deleted_at=None)
    answers = entry.doses.filter(deleted_at=gone_at)
    answers.exclude(~Q(slot="") & _told_anew(DoseAnswer, "medication", "slot")).update(
        deleted_at=None
    )
    entry.deleted_at = None
    entry.save(update_fields=["deleted_at"])


def _told_anew(model: type[JournalRow], *names: str) -> Exists:
    """Whether the same night, or the same dose, has an answer that stands."""
    same = {name: OuterRef(name) for name in ("patient", "local_date", *names)}
    return Exists(model._default_manager.filter(**same, deleted_at__isnull=True))
