"""A crowd for the proof of pages: one whole record, copied inside PostgreSQL.

One patient with two years of five entries a day, five hundred people on a caseload,
and as many others, each with a team of their own, as the rows asked for need. The
people who are measured are laid first, in order of day, so that every size reads the
same rows: what grows is everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from careplan.common.identity import acting_as, person, system
from careplan.common.postgresql.owner import as_owner
from careplan.home.proofs.people import owning
from careplan.plan.models import (
    AgendaPoint,
    DoseStep,
    DoseTime,
    Goal,
    Homework,
    Medication,
    Plan,
    SharedSummary,
    TherapyCourse,
    TherapySession,
    Visit,
)
from journal.models import (
    DoseAnswer,
    Entry,
    LifeEvent,
    MeasureResponse,
    SideEffectReport,
    SleepLog,
)
from patients import people
from patients.models import Clinician, Organisation, Patient, Profession, User

NAMES = ("maya", "sam", "ada")
DAYS = 730
A_DAY = 5
CASELOAD = 500
SMALL_CASELOAD = 50
ROWS_A_PERSON = (
    1000  # of everybody else: 600 entries, 200 doses, 100 reports and nights
)
LABELS = {"patients", "journal", "careplan", "team", "checkins", "review"}


@dataclass(frozen=True)
class Crowd:
    """Who is measured, and by whom they are read."""

    patient: Patient
    prescriber: User  # 500 people
    therapist: User  # 50 people


def lay_out(
    *, days: int = DAYS, many: int = CASELOAD, few: int = SMALL_CASELOAD
) -> Crowd:
    """Make the record, its two clinicians and their caseloads."""
    now = datetime.now(UTC)
    users = [
        User.objects.create_user(f"{name}@sink.example", name=f"{name} Proof")
        for name in NAMES
    ]
    patient = people.register_patient(users[0], now=now, time_zone="UTC")
    crowd = Crowd(patient, prescriber=users[2], therapist=users[1])
    _team(crowd, now)
    _plan(crowd, now)
    _pattern(crowd, now)
    with owning() as cursor:
        _many(cursor, crowd, "mine", many - 1)
        _share(cursor, crowd.patient, "mine", crowd.prescriber, many - 1)
        _share(cursor, crowd.patient, "mine", crowd.therapist, few - 1)
        # People without a journal: the other tables are as large at every size.
        _many(cursor, crowd, "quiet", 4 * many)
        _strangers(cursor, crowd, "quiet")
        _fill(cursor, crowd.patient, _years(crowd.patient, days) + _short("mine"))
    return crowd


def found() -> Crowd | None:
    """Give the crowd that an earlier run laid out here, if there is one."""
    addresses = [f"{name}@sink.example" for name in NAMES]
    users = {user.name: user for user in User.objects.filter(email__in=addresses)}
    if not users:
        return None
    maya = users["maya Proof"]
    with transaction.atomic(), acting_as(person(maya.pk, second_factor=False)):
        patient = Patient.objects.select_related("user").get(user=maya)
    return Crowd(patient, prescriber=users["ada Proof"], therapist=users["sam Proof"])


def add(crowd: Crowd, name: str, many: int) -> None:
    """Add so many others with a thousand journal rows and a clinician each."""
    with owning() as cursor:
        _many(cursor, crowd, name, many)
        _strangers(cursor, crowd, name)
        with _bare(cursor):
            _fill(cursor, crowd.patient, _months(name))


def settle() -> None:
    """VACUUM ANALYZE, so that no size is read with the plans of another."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def journal_rows() -> int:
    """How many rows the journal's tables hold."""
    tables = (Entry, DoseAnswer, SideEffectReport, SleepLog, MeasureResponse)
    with owning() as cursor:
        parts = [f"(SELECT count(*) FROM {t._meta.db_table})" for t in tables]
        cursor.execute(f"SELECT {' + '.join(parts)}")  # noqa: S608 - names of ours
        return int(cursor.fetchone()[0])


# ---- one whole record, through the models


def _team(crowd: Crowd, now: datetime) -> None:
    place = Organisation.objects.create(name="Proof")
    posts = (
        (crowd.therapist, Profession.THERAPIST),
        (crowd.prescriber, Profession.PRESCRIBER),
    )
    with acting_as(person(crowd.patient.user_id, second_factor=False)):
        for user, profession in posts:
            post = Clinician.objects.create(
                user=user,
                organisation=place,
                profession=profession,
                verified_at=now,
                verified_by=user,
            )
            people.join_team(
                crowd.patient,
                user,
                role=profession,
                clinician=post,
                topics=None,
                by=crowd.patient.user,
                now=now,
            )


def _plan(crowd: Crowd, now: datetime) -> None:
    own: dict[str, Any] = {"patient": crowd.patient}
    today = now.date()
    with transaction.atomic(), acting_as(system("apply")):
        Plan(**own, review_on=today + timedelta(days=90)).save(force_insert=True)
        medicine = Medication(
            **own,
            catalogue_id="sertraline",
            name="Sertraline",
            state="active",
            prescriber=crowd.prescriber,
            started_on=today - timedelta(days=DAYS),
        )
        medicine.save(force_insert=True)
        for order, (begun, ended) in enumerate(((DAYS, 68), (68, None)), start=1):
            step = DoseStep(
                **own,
                medication=medicine,
                order=order,
                amount=Decimal(50 * order),
                state="past" if ended else "current",
                released_at=now,
                released_by=crowd.prescriber,
                started_on=today - timedelta(days=begun),
                ended_on=today - timedelta(days=ended) if ended else None,
            )
            step.save(force_insert=True)
            DoseTime(**own, step=step, slot="morning", amount=step.amount).save(
                force_insert=True
            )
        course = TherapyCourse(
            **own,
            type_id="cbt",
            name="CBT",
            therapist=crowd.therapist,
            started_on=today - timedelta(days=90),
        )
        course.save(force_insert=True)
        Goal(**own, words="Sleep", owner=crowd.patient.user).save(force_insert=True)
    _visits(crowd, course, now)


def _visits(crowd: Crowd, course: TherapyCourse, now: datetime) -> None:
    own: dict[str, Any] = {"patient": crowd.patient}
    seen = ((crowd.therapist, "therapist"), (crowd.prescriber, "prescriber"))
    for user, role in seen:
        with transaction.atomic(), acting_as(person(user.pk, second_factor=True)):
            who: dict[str, Any] = {"clinician": user, "role": role}
            past, ahead = now - timedelta(days=20), now + timedelta(days=2)
            marked = {"marked_by": user, "marked_at": past}
            held = Visit(**own, **who, starts_at=past, state="held", **marked)
            held.save(force_insert=True)
            Visit(**own, **who, starts_at=ahead).save(force_insert=True)
            if user == crowd.therapist:
                TherapySession(
                    **own,
                    course=course,
                    visit=held,
                    number=1,
                    starts_at=past,
                    state="attended",
                    **marked,
                ).save(force_insert=True)
                given = {"given_by": user, "given_at": past, "title": "Worry time"}
                Homework(**own, course=course, **given).save(force_insert=True)
                SharedSummary(
                    **own, course=course, author=user, words="-", shared_at=past
                ).save(force_insert=True)
    with (
        transaction.atomic(),
        acting_as(person(crowd.patient.user_id, second_factor=False)),
    ):
        visit = Visit.objects.filter(patient=crowd.patient, state="planned").first()
        AgendaPoint(**own, visit=visit, words="-").save(force_insert=True)


def _pattern(crowd: Crowd, now: datetime) -> None:
    """One row of each kind of the journal, from which the others are copied."""
    own: dict[str, Any] = {"patient": crowd.patient, "local_date": now.date()}
    mine = Medication.objects.filter(patient=crowd.patient)
    rows: list[models.Model]
    with (
        transaction.atomic(),
        acting_as(person(crowd.patient.user_id, second_factor=False)),
    ):
        rows = [
            Entry(**own, client_id=UUID(int=1), occurred_at=now, zone="UTC", mood=4),
            DoseAnswer(
                **own,
                medication=mine.first(),
                slot="morning",
                answer="taken",
                unit="mg",
                answered_at=now,
            ),
            SideEffectReport(
                **own, code="nausea", occurred_at=now, written_at=now, strength=1
            ),
            SleepLog(
                **own,
                bed_at=now - timedelta(hours=8),
                up_at=now,
                zone="UTC",
                written_at=now,
            ),
            MeasureResponse(
                **own,
                instrument="phq9",
                version="1",
                state="sent",
                answers=[1] * 9,
                score=9,
                zone="UTC",
                started_at=now,
                sent_at=now,
            ),
            LifeEvent(
                **own,
                author=crowd.patient.user,
                author_role="patient",
                words="-",
                written_at=now,
            ),
        ]
        for row in rows:
            row.save(force_insert=True)


# ---- copies, inside PostgreSQL

# Not copied: keys, memberships (made apart), and what the chain of access seals.
KEPT = ("PatientKey", "CareTeam", "Consent", "Access", "Audit", "Chain", "ChangeEvent")

BULK = (Entry, DoseAnswer, SideEffectReport, SleepLog, MeasureResponse)


def _many(cursor: Any, crowd: Crowd, name: str, many: int) -> None:
    """So many people, each with a copy of the plan, of the visits and what goes with."""
    cursor.execute(
        f"CREATE TEMP TABLE {name} AS SELECT n, gen_random_uuid() AS u,"
        f" gen_random_uuid() AS p FROM generate_series(1, {int(many)}) AS n"
    )
    _copy(cursor, User, f"t.id = '{crowd.patient.user_id}'", f"{name} c",
          {"id": "c.u", "email": f"'{name}' || c.n || '@sink.example'",
           "name": "'Person ' || lpad(c.n::text, 5, '0')"})  # fmt: skip
    _copy(cursor, Patient, f"t.id = '{crowd.patient.pk}'", f"{name} c",
          {"id": "c.p", "user_id": "c.u"})  # fmt: skip
    copied = _with_a_patient()
    for model in copied:
        _copy(cursor, model, f"t.patient_id = '{crowd.patient.pk}'", f"{name} c",
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


def _share(cursor: Any, pattern: Patient, name: str, reader: User, many: int) -> None:
    """Put the reader on the teams of the first of these people."""
    model = apps.get_model("patients", "CareTeamMember")
    where = f"t.patient_id = '{pattern.pk}' AND t.user_id = '{reader.pk}'"
    _copy(cursor, model, f"{where} AND c.n <= {int(many)}", f"{name} c",
          {"id": "gen_random_uuid()", "patient_id": "c.p"})  # fmt: skip


def _strangers(cursor: Any, crowd: Crowd, name: str) -> None:
    """Each of these people has a prescriber of their own, whom nobody measured knows."""
    doctor = f"md5('doctor' || c.p)::uuid"
    post = f"md5('post' || c.p)::uuid"
    _copy(cursor, User, f"t.id = '{crowd.prescriber.pk}'", f"{name} c",
          {"id": doctor, "email": f"'dr{name}' || c.n || '@sink.example'"})  # fmt: skip
    _copy(cursor, Clinician, f"t.user_id = '{crowd.prescriber.pk}'", f"{name} c",
          {"id": post, "user_id": doctor})  # fmt: skip
    model = apps.get_model("patients", "CareTeamMember")
    where = (
        f"t.patient_id = '{crowd.patient.pk}' AND t.user_id = '{crowd.prescriber.pk}'"
    )
    _copy(cursor, model, where, f"{name} c",
          {"id": "gen_random_uuid()", "patient_id": "c.p", "user_id": doctor,
           "clinician_id": post})  # fmt: skip


# ---- the journal: (who, which kind, how many days back from, to, every, a day)

Told = list[tuple[str, type[models.Model], int, int, int]]


def _years(patient: Patient, days: int) -> Told:
    me = f"(SELECT '{patient.pk}'::uuid AS p) c"
    return [
        (me, Entry, days, 1, A_DAY),
        (me, DoseAnswer, days, 1, 1),
        (me, SideEffectReport, days, 6, 1),
        (me, SleepLog, days, 1, 1),
        (me, MeasureResponse, days, 14, 1),
    ]


def _short(name: str) -> Told:
    return [
        (f"{name} c", Entry, 25, 5, 1),
        (f"{name} c", MeasureResponse, 42, 14, 1),
        (f"{name} c", SideEffectReport, 20, 20, 1),
    ]


def _months(name: str) -> Told:
    return [
        (f"{name} c", Entry, 300, 1, 2),
        (f"{name} c", DoseAnswer, 200, 1, 1),
        (f"{name} c", SideEffectReport, 300, 3, 1),
        (f"{name} c", SleepLog, 93, 1, 1),
        (f"{name} c", MeasureResponse, 98, 14, 1),
    ]


def _fill(cursor: Any, pattern: Patient, told: Told) -> None:
    """Write the rows of each kind in order of day, as they would have come in."""
    for who, model, days, every, a_day in told:
        _copy(cursor, model, f"t.id = '{_first(cursor, model, pattern)}'",
              f"{who}, generate_series({int(days)}, 1, -{int(every)}) AS d,"
              f" generate_series(1, {int(a_day)}) AS k",
              _day(model), order="ORDER BY d DESC")  # fmt: skip


INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = %s::regclass AND NOT i.indisunique
"""
LINKS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f'
"""


@contextmanager
def _bare(cursor: Any) -> Iterator[None]:
    """Lay millions of rows without their indexes and links; both are made again."""
    again = []
    for table in (model._meta.db_table for model in BULK):
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
    changed = {"id": "gen_random_uuid()", "patient_id": "c.p",
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
