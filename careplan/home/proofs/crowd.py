"""A crowd for the proof of pages: one whole record, copied inside PostgreSQL.

One patient with two years of five entries a day, five hundred people on a caseload,
and as many others, each with a team of their own, as the rows asked for need. The
people who are measured are laid first, in order of day, so that every size reads the
same rows: what grows is everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from careplan.common.identity import acting_as, person, system
from careplan.common.postgresql.owner import as_owner
from careplan.home.proofs import copies
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
CASELOAD = 500
SMALL_CASELOAD = 50
# Of everybody else: 600 entries, 200 doses, 100 reports and nights.
ROWS_A_PERSON = 1000
LOT = 1000  # people whose journals are written by one statement a table


@dataclass(frozen=True)
class Crowd:
    """Who is measured, and by whom they are read."""

    patient: Patient
    prescriber: User  # 500 people
    therapist: User  # 50 people


def lay_out(
    *,
    days: int = DAYS,
    many: int = CASELOAD,
    few: int = SMALL_CASELOAD,
    quiet: int = 4 * CASELOAD,
) -> Crowd:
    """Make the record, its two clinicians and their caseloads; `quiet` are strangers."""
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
        copies.many(cursor, crowd.patient, "mine", many - 1)
        copies.share(cursor, crowd.patient, "mine", crowd.prescriber, many - 1)
        copies.share(cursor, crowd.patient, "mine", crowd.therapist, few - 1)
        # People without a journal: the other tables are as large at every size.
        copies.many(cursor, crowd.patient, "quiet", quiet)
        copies.strangers(cursor, crowd.patient, crowd.prescriber, "quiet")
        copies.fill(
            cursor,
            crowd.patient,
            copies.years(crowd.patient, days) + copies.short("mine"),
        )
    return crowd


def add(crowd: Crowd, name: str, many: int, *, say: Callable[[str], object]) -> None:
    """Add so many others with a thousand journal rows and a clinician each."""
    with owning() as cursor:
        copies.many(cursor, crowd.patient, name, many)
        copies.strangers(cursor, crowd.patient, crowd.prescriber, name)
        with copies.bare(cursor):
            for first in range(1, many + 1, LOT):
                last = min(first + LOT - 1, many)
                told = copies.months(name, first, last)
                copies.fill(cursor, crowd.patient, told, order="")
                say(f"  journals of {last:,} of {many:,}")
        say("  their indexes and links are made")


def settle() -> None:
    """VACUUM ANALYZE, so that no size is read with the plans of another."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def journal_rows() -> int:
    """How many rows the journal's tables hold."""
    with owning() as cursor:
        found = 0
        for model in copies.BULK:
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")  # noqa: S608
            found += cursor.fetchone()[0]
        return found


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
