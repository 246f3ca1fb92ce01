"""Sealing the access log each minute, and proving that it holds (decisions 25).

A request pays one insert; a trigger puts the row's id into a queue; this takes the
queue in order, patient by patient. One run at a time, so that a chain cannot fork.
"""

import datetime as dt
import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from careplan.common.identity import acting_as, system
from patients import chain
from patients.chain import Event, Fault, Head, Seal
from patients.models import AccessEvent, AuditSeal

AT_MOST = 10_000
LOCK = 7_235_011
# In the order of `chain.Event`.
COLUMNS = (
    "id",
    "patient_id",
    "viewer_id",
    "role",
    "part",
    "through",
    "why",
    "seen_at",
    "created_at",
)


def _iso(column: str) -> str:
    """Spell a moment as Python's `isoformat` does, which leaves out no microseconds
    but all of them: seals made before the database spelled have to hold."""
    whole = f"date_trunc('second', {column}) = {column}"
    form = f"CASE WHEN {whole} THEN '{_SECONDS}' ELSE '{_SECONDS}.US' END"
    return f"to_char({column} AT TIME ZONE 'UTC', {form}) || '+00:00'"


_SECONDS = 'YYYY-MM-DD"T"HH24:MI:SS'
# The same columns, spelled by the database.
SPELLED = ", ".join(
    _iso(column)
    if column.endswith("_at")
    else f"{column}::text"
    if column.endswith("id")
    else column
    for column in COLUMNS
)


def seal_waiting(*, now: dt.datetime) -> int:
    """Seal what waits; says how many rows. Does nothing while another run is busy."""
    with acting_as(system("seal")), transaction.atomic():
        if not _alone():
            return 0
        waiting = _waiting()
        by_patient: dict[UUID, list[UUID]] = {}
        for event, patient in waiting[:AT_MOST]:
            by_patient.setdefault(patient, []).append(event)
        for patient, events in by_patient.items():
            _seal(patient, events, now)
        taken = [event for events in by_patient.values() for event in events]
        _done(taken)
    return len(taken)


def _seal(patient: UUID, ids: list[UUID], now: dt.datetime) -> None:
    events = _read("id = ANY(%s) ORDER BY seen_at, id", ids)
    if not events:
        return  # the record was erased before its last rows were sealed
    last = AuditSeal.objects.filter(patient=patient).order_by("-number").first()
    number, before = (last.number + 1, last.hash) if last else (1, chain.NOTHING_BEFORE)
    made = chain.sealed(patient, number, before, events)
    AuditSeal(
        patient_id=patient,
        number=made.number,
        events=list(made.events),
        hash=made.hash,
        created_at=now,
    ).save(force_insert=True)


def verify(*, heads: Iterable[Head] = (), patient: UUID | None = None) -> list[Fault]:
    """Walk the chains and say what does not hold; [] means sound."""
    by_patient: dict[UUID, list[Head]] = {}
    for head in heads:
        by_patient.setdefault(head.patient, []).append(head)
    with acting_as(system("seal")), transaction.atomic():
        waiting = {str(event) for event, _patient in _waiting()}
        found: list[Fault] = []
        for one in [patient] if patient else _patients(by_patient):
            found += chain.faults(
                one,
                _seals(one),
                _events(one),
                waiting=waiting,
                heads=by_patient.get(one, ()),
            )
    return found


def heads() -> list[Head]:
    """Give the last seal of every patient, to be kept outside the database."""
    with acting_as(system("seal")), transaction.atomic():
        last = AuditSeal.objects.order_by("patient", "-number").distinct("patient")
        return [Head(seal.patient_id, seal.number, seal.hash) for seal in last]


def heads_as_text(found: Iterable[Head]) -> str:
    """Write heads as one JSON line each."""
    return "".join(
        json.dumps([str(head.patient), head.number, head.hash]) + "\n" for head in found
    )


def heads_from_text(text: str) -> list[Head]:
    """Read what `heads_as_text` wrote."""
    rows = (json.loads(line) for line in text.splitlines() if line.strip())
    return [Head(UUID(patient), number, hash_) for patient, number, hash_ in rows]


def _patients(known: Iterable[UUID]) -> list[UUID]:
    seen = AccessEvent.objects.values_list("patient_id", flat=True).distinct()
    sealed = AuditSeal.objects.values_list("patient_id", flat=True).distinct()
    return sorted({*seen, *sealed, *known})


def _seals(patient: UUID) -> list[Seal]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, array_to_string(events, ','), hash"
            " FROM patients_auditseal WHERE patient_id = %s",
            [patient],
        )
        return [
            Seal(patient, number, tuple(ids.split(",")), hash_)
            for number, ids, hash_ in cursor.fetchall()
        ]


def _events(patient: UUID) -> dict[str, Event]:
    return {event.id: event for event in _read("patient_id = %s", patient)}


def _read(condition: str, value: UUID | list[UUID]) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SPELLED} FROM patients_accessevent WHERE {condition}",  # noqa: S608 - words of this module
            [value],
        )
        return [Event._make(row) for row in cursor.fetchall()]


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _waiting() -> list[tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT event, record FROM app.unsealed()")
        return list(cursor.fetchall())


def _done(events: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.mark_sealed(%s::uuid[])", [events])
