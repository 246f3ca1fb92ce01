"""Copies of one record by the thousand, made inside PostgreSQL.

A copy's own id, and its links to other copies, follow from the pattern's and the
person's, so that every table is copied by one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from journal.models import (
    DoseAnswer,
    Entry,
    MeasureResponse,
    SideEffectReport,
    SleepLog,
)
from patients.models import Clinician, Patient, User

A_DAY = 5
LABELS = {"patients", "journal", "careplan", "team", "checkins", "review"}

# Not copied: keys, memberships (made apart), and what the chain of access seals.
KEPT = ("PatientKey", "CareTeam", "Consent", "Access", "Audit", "Chain", "ChangeEvent")

BULK = (Entry, DoseAnswer, SideEffectReport, SleepLog, MeasureResponse)


def many(cursor: Any, patient: Patient, name: str, many: int) -> None:
    """So many people, each with a copy of the plan, of the visits and what goes with."""
    people = "SELECT n, gen_random_uuid() AS u, gen_random_uuid() AS p"
    cursor.execute(
        f"CREATE TEMP TABLE {name} AS {people} FROM generate_series(1, {int(many)}) AS n"
    )
    _copy(cursor, User, f"t.id = '{patient.user_id}'", f"{name} c",
          {"id": "c.u", "email": f"'{name}' || c.n || '@sink.example'",
           "name": "'Person ' || lpad(c.n::text, 5, '0')"})  # fmt: skip
    _copy(cursor, Patient, f"t.id = '{patient.pk}'", f"{name} c",
          {"id": "c.p", "user_id": "c.u"})  # fmt: skip
    copied = _with_a_patient()
    for model in copied:
        _copy(cursor, model, f"t.patient_id = '{patient.pk}'", f"{name} c",
              _moved(model, copied))  # fmt: skip


def _with_a_patient() -> list[type[models.Model]]:
    found: list[type[models.Model]] = [
        model
        for model in apps.get_models()
        if model._meta.app_label in LABELS
        and any(f.column == "patient_id" for f in model._meta.local_fields)
        and model not in BULK
        and not model.__name__.startswith(KEPT)
    ]
    with connection.cursor() as cursor:
        kept = []
        for model in found:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {model._meta.db_table})")  # noqa: S608
            if cursor.fetchone()[0]:
                kept.append(model)
    ordered: list[type[models.Model]] = []
    while len(ordered) < len(kept):
        for model in kept:
            needed = {
                f.related_model
                for f in model._meta.local_fields
                if f.remote_field and f.related_model in kept
            }
            if model not in ordered and needed - {model} <= set(ordered):
                ordered.append(model)
    return ordered


def _moved(model: type[models.Model], copied: list[Any]) -> dict[str, str]:
    """A copy's own id, and its links to other copies, follow from the person."""
    changed = {"patient_id": "c.p"}
    for field in model._meta.local_fields:
        is_link = field.remote_field and field.related_model in copied
        if field.primary_key or is_link:
            changed[field.column] = f"md5(t.{field.column}::text || c.p)::uuid"
    return changed


def _copy(
    cursor: Any,
    model: type[models.Model],
    where: str,
    source: str,
    changed: dict[str, str],
    *,
    order: str = "",
) -> None:
    columns = [field.column for field in model._meta.local_concrete_fields]
    chosen = ", ".join(changed.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {chosen}"  # noqa: S608
        f" FROM {table} t, {source} WHERE {where} {order}"
    )


def share(cursor: Any, pattern: Patient, name: str, reader: User, many: int) -> None:
    """Put the reader on the teams of the first of these people."""
    model = apps.get_model("patients", "CareTeamMember")
    where = f"t.patient_id = '{pattern.pk}' AND t.user_id = '{reader.pk}'"
    _copy(cursor, model, f"{where} AND c.n <= {int(many)}", f"{name} c",
          {"id": "gen_random_uuid()", "patient_id": "c.p"})  # fmt: skip


def strangers(cursor: Any, patient: Patient, doctor_like: User, name: str) -> None:
    """Each of these people has a prescriber of their own, whom nobody measured knows."""
    doctor = "md5('doctor' || c.p)::uuid"
    post = "md5('post' || c.p)::uuid"
    _copy(cursor, User, f"t.id = '{doctor_like.pk}'", f"{name} c",
          {"id": doctor, "email": f"'dr{name}' || c.n || '@sink.example'"})  # fmt: skip
    _copy(cursor, Clinician, f"t.user_id = '{doctor_like.pk}'", f"{name} c",
          {"id": post, "user_id": doctor})  # fmt: skip
    model = apps.get_model("patients", "CareTeamMember")
    where = f"t.patient_id = '{patient.pk}' AND t.user_id = '{doctor_like.pk}'"
    _copy(cursor, model, where, f"{name} c",
          {"id": "gen_random_uuid()", "patient_id": "c.p", "user_id": doctor,
           "clinician_id": post})  # fmt: skip


# ---- the journal: (who, which kind, how many days back from, to, every, a day)

Told = list[tuple[str, type[models.Model], int, int, int]]


def years(patient: Patient, days: int) -> Told:
    me = f"(SELECT '{patient.pk}'::uuid AS p) c"
    return [
        (me, Entry, days, 1, A_DAY),
        (me, DoseAnswer, days, 1, 1),
        (me, SideEffectReport, days, 6, 1),
        (me, SleepLog, days, 1, 1),
        (me, MeasureResponse, days, 14, 1),
    ]


def short(name: str) -> Told:
    return [
        (f"{name} c", Entry, 25, 5, 1),
        (f"{name} c", MeasureResponse, 42, 14, 1),
        (f"{name} c", SideEffectReport, 20, 20, 1),
    ]


def months(name: str, first: int, last: int) -> Told:
    some = f"(SELECT * FROM {name} WHERE n BETWEEN {int(first)} AND {int(last)}) c"  # noqa: S608
    return [
        (some, Entry, 300, 1, 2),
        (some, DoseAnswer, 200, 1, 1),
        (some, SideEffectReport, 300, 3, 1),
        (some, SleepLog, 93, 1, 1),
        (some, MeasureResponse, 98, 14, 1),
    ]


def fill(
    cursor: Any, pattern: Patient, told: Told, *, order: str = "ORDER BY d DESC"
) -> None:
    """Write the rows of each kind, as a rule in order of day, as they would come in."""
    for who, model, days, every, a_day in told:
        _copy(cursor, model, f"t.id = '{_first(cursor, model, pattern)}'",
              f"{who}, generate_series({int(days)}, 1, -{int(every)}) AS d,"
              f" generate_series(1, {int(a_day)}) AS k",
              _day(model), order=order)  # fmt: skip


INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = %s::regclass
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
LINKS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f'
"""


@contextmanager
def bare(cursor: Any) -> Iterator[None]:
    """Lay millions of rows without indexes and links, which are made again, and
    without the change history, which would be as many rows again."""
    again = []
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in (model._meta.db_table for model in BULK):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        again.append(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for name, made in _rows(cursor, LINKS, table):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {made}')
        for name, made in _rows(cursor, INDEXES, table):
            cursor.execute(f"DROP INDEX {name}")
            again.append(made)
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in reversed(again):
        cursor.execute(statement)


def _rows(cursor: Any, query: str, table: str) -> list[tuple[str, str]]:
    cursor.execute(query, [table])
    return list(cursor.fetchall())


def _first(cursor: Any, model: type[models.Model], pattern: Patient) -> UUID:
    table = model._meta.db_table
    cursor.execute(
        f"SELECT id FROM {table} WHERE patient_id = %s ORDER BY local_date DESC LIMIT 1",  # noqa: S608
        [pattern.pk],
    )
    found: UUID = cursor.fetchone()[0]
    return found


def _day(model: type[models.Model]) -> dict[str, str]:
    # Ids that rise: millions of them are put at the end of the primary key.
    changed = {"id": "uuidv7()", "patient_id": "c.p",
               "local_date": "t.local_date - d"}  # fmt: skip
    moments = ("occurred_at", "written_at", "created_at", "answered_at", "started_at",
               "sent_at", "bed_at", "up_at")  # fmt: skip
    columns = {field.column for field in model._meta.local_concrete_fields}
    for name in moments:
        if name in columns:
            changed[name] = f"t.{name} - d * interval '1 day'"
    if "client_id" in columns:
        changed["client_id"] = "gen_random_uuid()"
    if model is Entry:
        changed["mood"] = "1 + (d + k) % 7"
        changed["occurred_at"] = (
            "t.occurred_at - d * interval '1 day' - k * interval '1 hour'"
        )
    if model is DoseAnswer:
        changed["medication_id"] = (
            "CASE WHEN c.p = t.patient_id THEN t.medication_id"
            " ELSE md5(t.medication_id::text || c.p)::uuid END"
        )
        changed["answer"] = "CASE WHEN d % 21 = 5 THEN 'missed' ELSE t.answer END"
    if model is SideEffectReport:
        changed["strength"] = "1 + d % 3"
    if model is MeasureResponse:
        changed["score"] = "4 + d % 16"
    return changed
