"""Sessions, homework, summaries and worries: what happens inside a course."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from careplan.plan.change import PATIENT
from careplan.plan.errors import NotAllowed, NotOpen, WordsMissing
from careplan.plan.medications import By
from careplan.plan.models import (
    Homework,
    MedicineWorry,
    SharedSummary,
    TherapyCourse,
    TherapySession,
    Visit,
    WorkedMark,
)
from patients.models import Role

State = TherapySession.State


@transaction.atomic
def plan_session(
    course: TherapyCourse,
    *,
    by: By,
    starts_at: datetime,
    minutes: int = 50,
    how: str = Visit.How.IN_PERSON,
    now: datetime,
) -> TherapySession:
    """Put a session and its visit into the diary. The therapist does."""
    _require_therapist(by)
    visit = Visit(
        patient_id=course.patient_id,
        clinician=by.user,
        role=by.role,
        starts_at=starts_at,
        minutes=minutes,
        how=how,
        created_at=now,
    )
    visit.save(force_insert=True)
    last = TherapySession.objects.filter(course=course).aggregate(n=Max("number"))["n"]
    session = TherapySession(
        patient_id=course.patient_id,
        course=course,
        visit=visit,
        number=(last or 0) + 1,
        starts_at=starts_at,
        created_at=now,
    )
    session.save(force_insert=True)
    return session


@transaction.atomic
def mark_session(
    session: TherapySession, *, by: By, state: str, now: datetime
) -> TherapySession:
    """Say in one click how a session ended; marking again corrects it (T10)."""
    _require_therapist(by)
    if state not in State.values or state == State.PLANNED:
        raise NotOpen
    session.state, session.marked_by, session.marked_at = state, by.user, now
    session.save(update_fields=["state", "marked_by", "marked_at"])
    visit = session.visit
    visit.state = Visit.State.HELD if state == State.ATTENDED else state
    visit.marked_by, visit.marked_at = by.user, now
    visit.save(update_fields=["state", "marked_by", "marked_at"])
    return session


@transaction.atomic
def give_homework(
    course: TherapyCourse,
    *,
    by: By,
    title: str,
    what: str = "",
    catalogue_form: str = "",
    due_on: date | None = None,
    now: datetime,
) -> Homework:
    """Give something to do between sessions (T1)."""
    _require_therapist(by)
    if not title.strip():
        raise WordsMissing
    homework = Homework(
        patient_id=course.patient_id,
        course=course,
        title=title.strip()[:200],
        what=what.strip(),
        catalogue_form=catalogue_form,
        given_by=by.user,
        given_at=now,
        due_on=due_on,
    )
    homework.save(force_insert=True)
    return homework


@transaction.atomic
def do_homework(homework: Homework, *, by: By, words: str, now: datetime) -> Homework:
    """Keep what the patient did, in her words."""
    if by.role != PATIENT:
        raise NotAllowed
    homework.done_at, homework.done_words = now, words.strip()
    homework.save(update_fields=["done_at", "done_words"])
    return homework


@transaction.atomic
def look_at_homework(
    homework: Homework, *, by: By, words: str = "", now: datetime
) -> Homework:
    """Note that it was looked at together; until then it stands in the brief."""
    _require_therapist(by)
    homework.looked_at_at, homework.looked_at_by = now, by.user
    homework.looked_at_words = words.strip()
    homework.save(update_fields=["looked_at_at", "looked_at_by", "looked_at_words"])
    return homework


@transaction.atomic
def mark_worked(
    homework: Homework, *, by: By, answer: str, line: str = "", now: datetime
) -> WorkedMark:
    """Helped, no change or worse, about one exercise (T12)."""
    if by.role != PATIENT:
        raise NotAllowed
    mark = WorkedMark(
        patient_id=homework.patient_id,
        homework=homework,
        answer=WorkedMark.Answer(answer),
        marked_at=now,
    )
    mark.line = line.strip()
    mark.save(force_insert=True)
    return mark


@transaction.atomic
def share_summary(
    course: TherapyCourse, *, by: By, words: str, now: datetime
) -> SharedSummary:
    """Write a summary for sharing; the patient reads it in the same moment (T6)."""
    _require_therapist(by)
    if not words.strip():
        raise WordsMissing
    summary = SharedSummary(
        patient_id=course.patient_id, course=course, author=by.user, shared_at=now
    )
    summary.words = words.strip()
    summary.save(force_insert=True)
    return summary


@transaction.atomic
def tell_worry(
    *, patient_id: UUID, by: By, kind: str, words: str, now: datetime
) -> MedicineWorry:
    """Keep a worry about medicine as a kind of its own (T11)."""
    if by.role not in (PATIENT, Role.THERAPIST):
        raise NotAllowed
    if not words.strip():
        raise WordsMissing
    worry = MedicineWorry(
        patient_id=patient_id,
        kind=MedicineWorry.Kind(kind),
        told_by=by.user,
        told_at=now,
    )
    worry.words = words.strip()
    worry.save(force_insert=True)
    return worry


@transaction.atomic
def settle_worry(
    worry: MedicineWorry, *, by: By, outcome: str, words: str = "", now: datetime
) -> MedicineWorry:
    """Keep what became of a worry."""
    if by.role not in (PATIENT, Role.THERAPIST):
        raise NotAllowed
    worry.outcome, worry.outcome_at = MedicineWorry.Outcome(outcome), now
    worry.outcome_words = words.strip()
    worry.save(update_fields=["outcome", "outcome_at", "outcome_words"])
    return worry


def _require_therapist(by: By) -> None:
    if by.role != Role.THERAPIST:
        raise NotAllowed
