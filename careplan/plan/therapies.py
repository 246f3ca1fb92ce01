"""Sessions, homework, summaries and worries: what happens inside a course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from careplan.plan import urges, visits, worksheets
from careplan.plan.change import PATIENT
from careplan.plan.errors import (
    NoPrescriber,
    NotAllowed,
    NotChosen,
    NotOpen,
    SheetClosed,
    WordsMissing,
)
from careplan.plan.medications import By
from careplan.plan.models import (
    AgendaPoint,
    Homework,
    HomeworkForm,
    MedicineWorry,
    Practice,
    SharedSummary,
    TherapyCourse,
    TherapySession,
    Visit,
    WorkedMark,
)
from careplan.team import concerns
from patients.models import Patient, Role, User

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
    own_form: HomeworkForm | None = None,
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
        own_form=own_form,
        given_by=by.user,
        given_at=now,
        due_on=due_on,
    )
    homework.save(force_insert=True)
    return homework


@transaction.atomic
def build_form(
    patient_id: UUID,
    *,
    by: By,
    name: str,
    purpose: str = "",
    fields: Sequence[Mapping[str, Any]],
    now: datetime,
) -> HomeworkForm:
    """Keep a form built from fields (T3). What was built does not change: a new one is
    built instead, so that every filled sheet can be read as it was asked."""
    _require_therapist(by)
    if not name.strip() or not fields:
        raise WordsMissing
    form = HomeworkForm(
        patient_id=patient_id,
        name=name.strip(),
        purpose=purpose.strip(),
        fields=list(fields),
        built_by=by.user,
        created_at=now,
    )
    form.save(force_insert=True)
    return form


@transaction.atomic
def give_copy(
    course: TherapyCourse, form: HomeworkForm, *, by: By, now: datetime, **given: Any
) -> Homework:
    """Give one's own form from another record: its questions are copied into this one,
    nothing that was filled in goes along (T3). Refuses another therapist's form."""
    if form.built_by_id != by.user.pk:
        raise NotAllowed
    copy = build_form(
        course.patient_id,
        by=by,
        name=form.name,
        purpose=form.purpose,
        fields=form.fields,
        now=now,
    )
    return give_homework(course, by=by, own_form=copy, now=now, **given)


@transaction.atomic
def retire_form(form: HomeworkForm, *, by: By, now: datetime) -> HomeworkForm:
    """Offer a built form no longer (T3). Sheets that were given stay as they are; a
    form that was retired before keeps its day."""
    _require_therapist(by)
    if form.retired_at is None:
        form.retired_at = now
        form.save(update_fields=["retired_at"])
    return form


@transaction.atomic
def fill_sheet(
    homework: Homework, *, by: By, values: Mapping[str, Any], now: datetime
) -> Homework:
    """Keep one filled sheet beside the earlier ones; doing it once is doing it (T1).

    An urge of 0 is kept, with or without an act (T2); a strong urge to hurt oneself
    tells the team (S2). Refuses once it was looked at together: a new week is a new
    sheet.
    """
    if by.role != PATIENT:
        raise NotAllowed
    row = Homework.objects.select_for_update(of=("self",)).get(pk=homework.pk)
    if row.looked_at_at is not None or row.ended_at is not None:
        raise SheetClosed
    if not any(value not in (None, "") for value in values.values()):
        raise WordsMissing
    row.answers = worksheets.with_entry(row.answers, values, now=now)
    row.done_at = now
    row.save(update_fields=["answers", "done_at"])
    urges.tell(row, values, now=now)
    return row


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
    about: Homework | TherapySession | Practice,
    *,
    by: By,
    answer: str,
    line: str = "",
    now: datetime,
) -> WorkedMark:
    """Helped, no change or worse: one exercise or skill, session, or habit (T12)."""
    if by.role != PATIENT:
        raise NotAllowed
    if answer not in WorkedMark.Answer.values:
        raise NotChosen
    mark = WorkedMark(
        patient_id=about.patient_id,
        answer=answer,
        marked_at=now,
        **{_ABOUT[type(about)]: about},
    )
    mark.line = line.strip()
    mark.save(force_insert=True)
    return mark


_ABOUT: dict[type, str] = {
    Homework: "homework",
    TherapySession: "session",
    Practice: "practice",
}


@transaction.atomic
def reply_to_mark(mark: WorkedMark, *, by: By, words: str, now: datetime) -> WorkedMark:
    """The therapist answers what the patient said about it (T12)."""
    _require_therapist(by)
    if not words.strip():
        raise WordsMissing
    mark.reply, mark.replied_by, mark.replied_at = words.strip(), by.user, now
    mark.save(update_fields=["reply", "replied_by", "replied_at"])
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
    _require_teller(by)
    if kind not in MedicineWorry.Kind.values:
        raise NotChosen
    if not words.strip():
        raise WordsMissing
    worry = MedicineWorry(
        patient_id=patient_id,
        kind=kind,
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
    """Keep what became of a worry. Asking the prescriber has a rule of its own."""
    _require_teller(by)
    if outcome not in MedicineWorry.Outcome.values:
        raise NotChosen
    if outcome == MedicineWorry.Outcome.SETTLED and not words.strip():
        raise WordsMissing
    _end_worry(worry, outcome, words, now)
    return worry


@transaction.atomic
def take_to_therapy(
    worry: MedicineWorry, *, by: By, words: str = "", now: datetime
) -> AgendaPoint | None:
    """Make a worry a topic of therapy; the patient's own act also puts it on the list
    for the next session, when one is planned."""
    settle_worry(worry, by=by, outcome="therapy", words=words, now=now)
    coming = Visit.objects.filter(
        patient=worry.patient_id,
        role=Role.THERAPIST,
        state=Visit.State.PLANNED,
        starts_at__gte=now,
    )
    visit = coming.order_by("starts_at").first()
    if visit is None or by.role != PATIENT:
        return None
    return visits.add_point(visit, by=by, words=worry.words, from_what="worry", now=now)


@transaction.atomic
def ask_prescriber(
    worry: MedicineWorry,
    *,
    patient: Patient,
    by: By,
    owner: User | None,
    words: str,
    now: datetime,
) -> MedicineWorry:
    """Turn a worry into a question to the prescriber (N6).

    Refuses without a prescriber, and a therapist's without the patient's yes to their
    clinicians talking.
    """
    _require_teller(by)
    if owner is None:
        raise NoPrescriber
    concern = concerns.raise_concern(
        patient=patient,
        by=by.user,
        role=by.role,
        owner=owner,
        question=words.strip() or worry.words,
        ground_label=_("A worry about medicine"),
        now=now,
    )
    worry.concern_ref = concern.pk
    _end_worry(worry, MedicineWorry.Outcome.CONCERN, words, now)
    return worry


def _end_worry(worry: MedicineWorry, outcome: str, words: str, now: datetime) -> None:
    worry.outcome, worry.outcome_at = outcome, now
    worry.outcome_words = words.strip()
    worry.save(update_fields=["outcome", "outcome_at", "outcome_words", "concern_ref"])


def _require_teller(by: By) -> None:
    if by.role not in (PATIENT, Role.THERAPIST):
        raise NotAllowed


def _require_therapist(by: By) -> None:
    if by.role != Role.THERAPIST:
        raise NotAllowed
