"""Check-ins: saved whole and once, corrected with history, deleted with a way back."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from careplan.common.clock import dose_day, local_date
from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, system
from journal import clusters, doses, effects, left_out, medicines, safety, shown, sleep
from journal.inputs import CheckinInput, DoseInput
from journal.models import (
    CheckinTiming,
    Entry,
    EntryNote,
    EntryVersion,
    Insight,
    LifeEvent,
    PracticeLog,
    SafetyMoment,
    SideEffectReport,
    SleepLog,
    SubstanceLog,
    TrackerValue,
)
from patients.models import Patient, User
from patients.rows import PatientRow

UNDO_FOR = dt.timedelta(seconds=30)
# A phone's clock may run ahead a little; further ahead is a mistake.
CLOCKS_DIFFER = dt.timedelta(minutes=15)
LONGEST_NOTE = 10_000
# What hangs on a check-in and shares its fate.
PARTS = (EntryNote, SideEffectReport, SleepLog, PracticeLog, SubstanceLog, TrackerValue)


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
    _check(checkin, now)
    if (earlier := _already(patient.pk, checkin.client_id)) is not None:
        return Saved(earlier, is_repeat=True)
    if known is None:
        known = _medicines(patient, checkin)
    before = effects.recent(patient.pk, now=now) if checkin.effects else []
    try:
        with transaction.atomic():
            return _save(patient, checkin, known, before, by=by, now=now)
    except IntegrityError:
        # Two of the same at once: the other one was first, and is the one that counts.
        earlier = _already(patient.pk, checkin.client_id)
        if earlier is None:
            raise
        return Saved(earlier, is_repeat=True)


def save_from_link(
    patient: Patient, checkin: CheckinInput, *, now: dt.datetime
) -> Saved:
    """Save the check-in of a link's holder, who may write it and read nothing.

    Runs under the identity `link(patient, "checkin")`; `patient` may be a bare
    Patient(pk, time_zone), since the link reads no record. A repeat is harmless.
    Only mood, side effects and "all / some / none taken" are taken.

    The rows are tied to the dose change they followed and the team is told by what
    the record says; `found` is what follows from the answer alone, so that a page
    made from it shows nothing of the record (decisions 20).
    """
    _check(checkin, now)
    record, known, before = _unseen(patient, checkin, now=now)
    entry = _entry(patient.pk, checkin, now=now)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
            _keep_unnamed_doses(checkin, entry, now=now)
            rows = effects.reports(
                patient.pk, checkin, known=known, earlier=before, now=now
            )
            _keep_effects(record, entry, rows, known=known, before=before, now=now)
            _note_seconds(patient.pk, checkin, entry)
            found = _blindly(rows, patient, now=now)
            moment = _moment(patient, entry, rows, found, now)
            return Saved(entry.pk, found=found, moment=moment)
    except IntegrityError:
        return Saved(entry.pk, is_repeat=True)


def _unseen(
    patient: Patient, checkin: CheckinInput, *, now: dt.datetime
) -> tuple[Patient, tuple[medicines.Medicine, ...], list[SideEffectReport]]:
    """Read, as the system, what ties an answer to its dose change."""
    if not checkin.effects:
        return patient, (), []
    day = dose_day(checkin.at, checkin.zone)
    with acting_as(system("tick")), transaction.atomic():
        known = medicines.of_patient(patient.pk, day=day)
        before = effects.recent(patient.pk, now=now)
        return Patient.objects.get(pk=patient.pk), known, before


def _keep_unnamed_doses(
    checkin: CheckinInput, entry: Entry, *, now: dt.datetime
) -> None:
    """Keep "all / some / none of what was due", said where no medicine was named."""
    told = [dose for dose in checkin.doses if dose.medication_id is None]
    _insert(
        doses.rows_of(
            entry.patient_id, told, entry=entry, is_private=entry.is_private, now=now
        )
    )


def _blindly(
    rows: Sequence[SideEffectReport], patient: Patient, *, now: dt.datetime
) -> clusters.Assessment | None:
    if not rows:
        return None
    return effects.assess(rows, patient, known=(), earlier=(), now=now)


def _check(checkin: CheckinInput, now: dt.datetime) -> None:
    if not checkin.says_something:
        raise NothingToSave
    if checkin.at > now + CLOCKS_DIFFER:
        raise FutureCheckin
    words = (checkin.note, checkin.insight, checkin.life_event)
    if any(len(text) > LONGEST_NOTE for text in words):
        raise NoteTooLong


def _already(patient_id: UUID, client_id: UUID) -> UUID | None:
    rows = Entry.objects.filter(patient_id=patient_id, client_id=client_id)
    return rows.values_list("pk", flat=True).first()


def _medicines(
    patient: Patient, checkin: CheckinInput
) -> tuple[medicines.Medicine, ...]:
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
    entry = _entry(patient.pk, checkin, now=now)
    entry.save(force_insert=True)
    _keep_doses(patient, checkin, entry, known, now=now)
    _keep_unnamed_doses(checkin, entry, now=now)
    rows = effects.reports(patient.pk, checkin, known=known, earlier=before, now=now)
    found = _keep_effects(patient, entry, rows, known=known, before=before, now=now)
    for row in _parts(patient, checkin, entry, by=by, now=now):
        row.save(force_insert=True)
    _insert(_tracker_values(checkin, entry))
    _note_seconds(patient.pk, checkin, entry)
    moment = _moment(patient, entry, rows, found, now)
    return Saved(entry.pk, found=found, moment=moment)


def _entry(patient_id: UUID, checkin: CheckinInput, *, now: dt.datetime) -> Entry:
    return Entry(
        patient_id=patient_id,
        client_id=checkin.client_id,
        occurred_at=checkin.at,
        local_date=local_date(checkin.at, checkin.zone),
        zone=checkin.zone,
        written_at=now,
        source=checkin.source,
        is_private=checkin.is_private,
        **_feelings(checkin),
    )


def _feelings(checkin: CheckinInput) -> dict[str, object]:
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
    """Keep answers that say something new; an unchanged one is left as it is."""
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
    _insert(
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


def _keep_effects(
    patient: Patient,
    entry: Entry,
    rows: Sequence[SideEffectReport],
    *,
    known: Sequence[medicines.Medicine],
    before: Sequence[SideEffectReport],
    now: dt.datetime,
) -> clusters.Assessment | None:
    if not rows:
        return None
    found = effects.assess(rows, patient, known=known, earlier=before, now=now)
    for row in rows:
        row.entry, row.level = entry, int(found.level)
    _insert(rows)
    safety.tell_of_effects(patient, rows, found, ground=f"effects:{entry.pk}", now=now)
    return found


def _moment(
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
        ground=f"effects:{entry.pk}",
        exact=safety.exact_words(rows),
        is_private=entry.is_private,
        now=now,
        zone=entry.zone,
    )


def _insert(rows: Sequence[PatientRow]) -> None:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def _parts(
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


def _tracker_values(checkin: CheckinInput, entry: Entry) -> list[TrackerValue]:
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


def _note_seconds(patient_id: UUID, checkin: CheckinInput, entry: Entry) -> None:
    if checkin.seconds is None or not 0 <= checkin.seconds <= 3600:
        return
    CheckinTiming(
        patient_id=patient_id,
        seconds=checkin.seconds,
        through=checkin.source,
        local_date=entry.local_date,
    ).save(force_insert=True)


# --- Changing and deleting -----------------------------------------------------


def correct(
    entry: Entry, patient: Patient, checkin: CheckinInput, *, by: User, now: dt.datetime
) -> Saved:
    """Replace what a check-in says, keeping how it stood before (J10).

    Side effects, doses and folded parts are replaced as well; the row and its
    `client_id` stay. Privacy changed here acts at once on every part.
    """
    _check(checkin, now)
    known = _medicines(patient, checkin)
    before = [
        row
        for row in (effects.recent(patient.pk, now=now) if checkin.effects else [])
        if row.entry_id != entry.pk
    ]
    with transaction.atomic():
        _keep_version(entry, now=now)
        _rewrite(entry, checkin, now=now)
        _bin_parts(entry, now=now)
        _keep_doses(patient, checkin, entry, known, now=now)
        rows = effects.reports(
            patient.pk, checkin, known=known, earlier=before, now=now
        )
        found = _keep_effects(patient, entry, rows, known=known, before=before, now=now)
        for row in _parts(patient, checkin, entry, by=by, now=now):
            _upsert_part(row, entry)
        _insert(_tracker_values(checkin, entry))
        return Saved(
            entry.pk, found=found, moment=_moment(patient, entry, rows, found, now)
        )


def _keep_version(entry: Entry, *, now: dt.datetime) -> None:
    EntryVersion(
        patient_id=entry.patient_id,
        entry=entry,
        replaced_at=now,
        before=json.dumps(snapshot(entry)),
    ).save(force_insert=True)


def snapshot(entry: Entry) -> dict[str, object]:
    """Give what a check-in says now, as plain values."""
    note = EntryNote.objects.filter(entry=entry, deleted_at__isnull=True).first()
    felt = SideEffectReport.objects.filter(entry=entry, deleted_at__isnull=True)
    names = ("scale", "mood", "low", "high", "energy", "worry", "irritability")
    return {
        **{name: getattr(entry, name) for name in names},
        "occurred_at": entry.occurred_at.isoformat(),
        "is_private": entry.is_private,
        "note": note.words if note else "",
        "effects": [
            [effects.name_of(row), effects.strength_word(row)]
            for row in felt.order_by("code")
        ],
    }


def version_lines(before: dict[str, Any]) -> tuple[str, ...]:
    """Say what an earlier version of a check-in said, line by line."""
    names = ("scale", "mood", "low", "high", "energy", "worry", "irritability")
    was = Entry(**{name: before.get(name) for name in names})
    lines = [shown.mood_word(was)]
    lines += [f"{name}, {strength}" for name, strength in before.get("effects", [])]
    lines.append(before.get("note", ""))
    return tuple(line for line in lines if line)


def _rewrite(entry: Entry, checkin: CheckinInput, *, now: dt.datetime) -> None:
    for name, value in _feelings(checkin).items():
        setattr(entry, name, value)
    entry.occurred_at, entry.zone = checkin.at, checkin.zone
    entry.local_date = local_date(checkin.at, checkin.zone)
    entry.is_private, entry.corrected_at = checkin.is_private, now
    entry.save(
        update_fields=[
            *_feelings(checkin),
            "occurred_at",
            "zone",
            "local_date",
            "is_private",
            "corrected_at",
        ]
    )


def _bin_parts(entry: Entry, *, now: dt.datetime) -> None:
    for model in (*PARTS, Insight):
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
def set_private(entry: Entry, *, is_private: bool, now: dt.datetime) -> None:
    """Hide a check-in from everyone else, or show it again; acts at once (P10)."""
    entry.is_private = is_private
    entry.save(update_fields=["is_private"])
    for model in (*PARTS, Insight):
        model._default_manager.filter(entry=entry).update(is_private=is_private)
    entry.doses.update(is_private=is_private)


@transaction.atomic
def delete(entry: Entry, *, now: dt.datetime) -> None:
    """Put a check-in and all that hangs on it into the bin for thirty days."""
    entry.deleted_at = now
    entry.save(update_fields=["deleted_at"])
    for model in (*PARTS, Insight):
        model._default_manager.filter(entry=entry, deleted_at__isnull=True).update(
            deleted_at=now
        )
    entry.doses.filter(deleted_at__isnull=True).update(deleted_at=now)


@transaction.atomic
def restore(entry: Entry) -> None:
    """Take a check-in out of the bin, with the parts that went in with it."""
    gone_at = entry.deleted_at
    for model in (*PARTS, Insight):
        model._default_manager.filter(entry=entry, deleted_at=gone_at).update(
            deleted_at=None
        )
    entry.doses.filter(deleted_at=gone_at).update(deleted_at=None)
    entry.deleted_at = None
    entry.save(update_fields=["deleted_at"])


def saved_words(entry: Entry | None, saved: Saved, checkin: CheckinInput) -> str:
    """Say what became of it: the sentence for the status line (ux 6.1, 10.3)."""
    if is_hard_day(checkin):
        return gettext("Saved. Thank you for telling us, even on a hard day.")
    missed = sum(d.answer == "missed" for d in checkin.doses)
    if missed:
        return ngettext(
            "Saved as missed. For what to do now, see this medicine's page. If you"
            " often miss this one, you and your team can plan around it.",
            "Saved as missed. For what to do now, see each medicine's page. If you"
            " often miss these, you and your team can plan around it.",
            missed,
        )
    return ""


def is_hard_day(checkin: CheckinInput) -> bool:
    """Whether mood is 1 or 2 of 7, or low at 2 or more of 3."""
    return (checkin.mood or 9) <= 2 or (checkin.low or 0) >= 2
