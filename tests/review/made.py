"""A record with months of everything, written in bulk, for the review pages."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

from django.test import Client

from careplan.common.identity import acting_as, person, system
from careplan.plan.models import (
    AgendaPoint,
    DoseStep,
    DoseTime,
    Goal,
    Homework,
    Medication,
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
    PracticeLog,
    SideEffectReport,
    SleepLog,
)
from tests import factory

NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
ZONE = "Europe/London"


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def at(days: int, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(ago(days), dt.time(hour), tzinfo=dt.UTC)


def as_user(user):
    return acting_as(person(user.pk, second_factor=True))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(
        user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    return client


def cast(*, sam_topics=None, ada_topics=None, name="Maya Raman"):
    """Maya, Sam the therapist and Dr Okafor the prescriber."""
    patient = factory.patient(name, time_zone=ZONE)
    sam = factory.clinician("therapist", "Sam Lind")
    ada = factory.clinician("prescriber", "Dr Ada Okafor")
    factory.member(patient, sam, topics=sam_topics)
    factory.member(patient, ada, topics=ada_topics)
    return SimpleNamespace(
        patient=patient, maya=patient.user, sam=sam.user, ada=ada.user
    )


def medicine(patient, prescriber, name, steps, **more):
    """One medicine; `steps` are (days ago it started, amount), oldest first."""
    with acting_as(system("apply")):
        row = Medication(
            patient=patient,
            catalogue_id=name.lower(),
            name=name,
            state="active",
            prescriber=prescriber,
            started_on=ago(steps[0][0]),
            **more,
        )
        row.save(force_insert=True)
        for order, (days, amount) in enumerate(steps, start=1):
            is_last = order == len(steps)
            step = DoseStep(
                patient=patient,
                medication=row,
                order=order,
                amount=Decimal(str(amount)),
                state="current" if is_last else "past",
                released_at=NOW,
                released_by=prescriber,
                started_on=ago(days),
                ended_on=None if is_last else ago(steps[order][0]),
            )
            step.save(force_insert=True)
            if amount:
                DoseTime(
                    patient=patient, step=step, slot="morning", amount=step.amount
                ).save(force_insert=True)
    return row


def entries(patient, days, *, mood=lambda day: 4, a_day=1, private=False):
    """Mood check-ins on these days ago."""
    rows = [
        Entry(
            patient=patient,
            client_id=uuid4(),
            occurred_at=at(day, 8 + turn),
            local_date=ago(day),
            zone=ZONE,
            written_at=at(day, 8 + turn),
            mood=mood(day),
            is_private=private,
        )
        for day in days
        for turn in range(a_day)
    ]
    with as_user(patient.user):
        Entry.objects.bulk_create(rows)
    return rows


def doses(patient, row, days, *, answer=lambda day: "taken"):
    made = [
        DoseAnswer(
            patient=patient,
            medication=row,
            slot="morning",
            local_date=ago(day),
            answer=answer(day),
            unit="mg",
            answered_at=at(day),
        )
        for day in days
    ]
    with as_user(patient.user):
        DoseAnswer.objects.bulk_create(made)


def score(patient, code, day, total, answers=None, band=""):
    with as_user(patient.user):
        return _saved(
            MeasureResponse(
                patient=patient,
                instrument=code,
                version="1",
                state="sent",
                answers=answers or [],
                score=total,
                band=band,
                zone=ZONE,
                local_date=ago(day),
                started_at=at(day),
                sent_at=at(day),
            )
        )


def effects(patient, code, days, *, strength=lambda day: 1, **more):
    made = [
        SideEffectReport(
            patient=patient,
            code=code,
            local_date=ago(day),
            occurred_at=at(day),
            written_at=at(day),
            strength=strength(day),
            **more,
        )
        for day in days
    ]
    with as_user(patient.user):
        SideEffectReport.objects.bulk_create(made)
    return made


def nights(patient, days, hours=7.5):
    made = [
        SleepLog(
            patient=patient,
            local_date=ago(day),
            bed_at=at(day, 7) - dt.timedelta(hours=hours),
            up_at=at(day, 7),
            zone=ZONE,
            written_at=at(day),
        )
        for day in days
    ]
    with as_user(patient.user):
        SleepLog.objects.bulk_create(made)


def practices(patient, days, kind="movement"):
    made = [
        PracticeLog(patient=patient, local_date=ago(day), kind=kind, written_at=at(day))
        for day in days
    ]
    with as_user(patient.user):
        PracticeLog.objects.bulk_create(made)


def event(patient, day, words):
    with as_user(patient.user):
        return _saved(
            LifeEvent(
                patient=patient,
                local_date=ago(day),
                author=patient.user,
                author_role="patient",
                words=words,
                written_at=at(day),
            )
        )


def _saved(row):
    row.save(force_insert=True)
    return row


def story(team, *, months=6, a_day=1):
    """The mock-ups' story: sertraline raised, mood and scores better, nausea gone."""
    patient, days = team.patient, range(1, months * 30)
    row = medicine(
        patient,
        team.ada,
        "Sertraline",
        [(months * 30, 50), (68, 100)],
        purpose="low mood and worry",
    )
    entries(patient, days, mood=lambda day: 5 if day < 55 else 3 - day % 2, a_day=a_day)
    doses(patient, row, days, answer=lambda d: "missed" if d % 21 == 5 else "taken")
    for day in range(2, months * 30, 14):
        score(patient, "phq9", day, 7 if day < 40 else 16)
        score(patient, "gad7", day, 6 if day < 40 else 13)
    effects(
        patient,
        "nausea",
        range(50, 68),
        strength=lambda day: 2 if day > 58 else 1,
        change_medication=row,
        change_label="sertraline 50 → 100",
        change_on=ago(68),
        change_day=1,
    )
    nights(patient, days)
    practices(patient, range(1, months * 30, 3))
    event(patient, 54, "Back to work")
    return row


def visit(patient, clinician, role, days_ago, *, state="planned"):
    """A visit so many days ago; below zero it lies ahead."""
    with as_user(clinician):
        return _saved(
            Visit(
                patient=patient,
                clinician=clinician,
                role=role,
                starts_at=at(days_ago, 10),
                state=state,
                marked_by=None if state == "planned" else clinician,
                marked_at=None if state == "planned" else at(days_ago, 11),
            )
        )


def point(patient, row, words):
    with as_user(patient.user):
        return _saved(AgendaPoint(patient=patient, visit=row, words=words))


def goal(patient, words, progress=""):
    with acting_as(system("apply")):
        return _saved(
            Goal(patient=patient, words=words, progress=progress, owner=patient.user)
        )


def therapy(patient, therapist, *, sessions=(70, 63, 56, 49, 42, 35, 28, 21, 14, 7)):
    """A course of CBT with weekly sessions, one of them missed."""
    with acting_as(system("apply")):
        course = _saved(
            TherapyCourse(
                patient=patient,
                type_id="cbt",
                name="CBT",
                therapist=therapist,
                started_on=ago(max(sessions)),
            )
        )
    for number, days in enumerate(sessions, start=1):
        state = "missed" if days == 49 else "attended"
        held = visit(patient, therapist, "therapist", days, state="held")
        with as_user(therapist):
            _saved(
                TherapySession(
                    patient=patient,
                    course=course,
                    visit=held,
                    number=number,
                    starts_at=held.starts_at,
                    state=state,
                    marked_by=therapist,
                    marked_at=held.marked_at,
                )
            )
    return course


def homework(patient, therapist, course, title, *, given, done=None):
    with as_user(therapist):
        return _saved(
            Homework(
                patient=patient,
                course=course,
                title=title,
                given_by=therapist,
                given_at=at(given),
                done_at=None if done is None else at(done),
            )
        )


def summary(patient, therapist, course, words, day=4):
    with as_user(therapist):
        return _saved(
            SharedSummary(
                patient=patient,
                course=course,
                author=therapist,
                words=words,
                shared_at=at(day),
            )
        )
