"""What the therapy page says: courses, sessions, homework, summaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careplan.common.clock import local_date
from careplan.plan import evidence, queries, wording, worksheets
from careplan.plan.access import Room
from careplan.plan.models import (
    Homework,
    SharedSummary,
    TherapyCourse,
    TherapySession,
    WorkedMark,
)
from patients.access import LEAD_THERAPY


@dataclass(frozen=True)
class MarkLine:
    """Helped, no change or worse, with the line and the therapist's answer (T12)."""

    id: UUID
    answer: str
    line: str
    reply: str
    can_reply: bool


@dataclass(frozen=True)
class Worked:
    """What the patient said about one thing, and whether they may say it now."""

    about: str
    id: UUID
    name: str
    marks: tuple[MarkLine, ...]
    can_mark: bool


@dataclass(frozen=True)
class SessionLine:
    id: UUID
    when: str
    state: str
    is_open: bool
    can_correct: bool
    worked: Worked | None


@dataclass(frozen=True)
class HomeworkLine:
    id: UUID
    title: str
    state: str
    words: str
    can_do: bool
    can_look: bool
    sheet: str
    worked: Worked


@dataclass(frozen=True)
class SummaryLine:
    when: str
    words: str
    name: str


@dataclass(frozen=True)
class CoursePart:
    """One course with everything that belongs to it."""

    id: UUID
    name: str
    about: str
    focus: str
    attended: str
    is_active: bool
    evidence: tuple[str, ...]
    sessions: tuple[SessionLine, ...]
    homework: tuple[HomeworkLine, ...]


@dataclass(frozen=True)
class TherapyPage:
    courses: tuple[CoursePart, ...]
    summaries: tuple[SummaryLine, ...]
    marks: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    may_lead: bool


def build(room: Room) -> TherapyPage:
    """Return the page; five queries whatever the history."""
    rows = queries.courses(room.patient)
    mine = {"patient": room.patient}
    sessions = list(TherapySession.objects.filter(**mine).order_by("-starts_at"))
    homework = list(
        Homework.objects.filter(**mine, ended_at=None)
        .select_related("own_form__built_by")
        .order_by("-given_at")[:100]
    )
    said = worked_by_thing(room)
    summaries = SharedSummary.objects.filter(**mine).select_related("author")
    return TherapyPage(
        courses=tuple(_course(row, room, sessions, homework, said) for row in rows),
        summaries=tuple(
            SummaryLine(_day(s.shared_at, room), s.words, s.author.name)
            for s in summaries.order_by("-shared_at")
        ),
        marks=tuple(
            (str(state.value), str(state.label))
            for state in TherapySession.State
            if state != TherapySession.State.PLANNED
        ),
        answers=ANSWERS,
        may_lead=room.may(LEAD_THERAPY),
    )


ANSWERS = tuple((value, str(label)) for value, label in WorkedMark.Answer.choices)
Said = dict[UUID | None, list[WorkedMark]]


def worked_by_thing(room: Room) -> Said:
    """Return every mark under the thing it is about: one query."""
    rows = WorkedMark.objects.filter(patient=room.patient).order_by("-marked_at")[:300]
    found: Said = defaultdict(list)
    for row in rows:
        found[row.homework_id or row.session_id or row.practice_id].append(row)
    return found


def worked(
    room: Room, said: Said, about: str, row: Any, name: str, *, is_done: bool = True
) -> Worked:
    """Return what was said about one exercise, session or habit."""
    may_reply = room.may(LEAD_THERAPY)
    return Worked(
        about,
        row.pk,
        name,
        tuple(
            MarkLine(
                mark.pk,
                str(mark.get_answer_display()),
                mark.line,
                mark.reply,
                may_reply and not mark.reply,
            )
            for mark in said.get(row.pk, ())[:5]
        ),
        room.is_patient and is_done,
    )


def _day(instant: Any, room: Room) -> str:
    return wording.day(local_date(instant, room.patient.time_zone))


def _hour(instant: datetime, room: Room) -> str:
    there = instant.astimezone(ZoneInfo(room.patient.time_zone))
    return time_format(there, "P")


def _course(
    row: TherapyCourse,
    room: Room,
    sessions: Iterable[TherapySession],
    homework: Iterable[Homework],
    said: Said,
) -> CoursePart:
    own = [s for s in sessions if s.course_id == row.pk]
    attended = sum(s.state == TherapySession.State.ATTENDED for s in own)
    done = sum(s.state != TherapySession.State.PLANNED for s in own)
    planned = row.planned_sessions or len(own)
    return CoursePart(
        id=row.pk,
        name=row.name,
        about=_about(row),
        focus=row.focus,
        attended=_took_place(attended, done, planned),
        is_active=row.state == TherapyCourse.State.ACTIVE,
        evidence=evidence.lines(
            row.type_id, row.condition_id, is_patient=room.is_patient
        ),
        sessions=tuple(_session(s, room, said) for s in own[:20]),
        homework=tuple(
            _homework(h, room, said) for h in homework if h.course_id == row.pk
        ),
    )


def _took_place(attended: int, done: int, planned: int) -> str:
    if not done:
        return _("No session has taken place yet; {planned} planned.").format(
            planned=planned
        )
    words = _("{attended} of {done} sessions took place; {planned} planned.")
    return words.format(attended=attended, done=done, planned=planned)


def _session(row: TherapySession, room: Room, said: Said) -> SessionLine:
    day = _day(row.starts_at, room)
    took_place = row.state == TherapySession.State.ATTENDED
    is_planned = row.state == TherapySession.State.PLANNED
    return SessionLine(
        row.pk,
        f"{day}, {_hour(row.starts_at, room)}" if is_planned else day,
        str(row.get_state_display()),
        is_planned,
        not is_planned and room.may(LEAD_THERAPY),
        worked(room, said, "session", row, day) if took_place else None,
    )


def _about(row: TherapyCourse) -> str:
    parts = [
        _("With {name}").format(name=row.therapist.name) if row.therapist else "",
        _("every {n} days").format(n=row.every_days),
        row.stage,
    ]
    if row.state == TherapyCourse.State.ENDED:
        parts.append(_("ended: {because}").format(because=row.ended_because))
    return ", ".join(part for part in parts if part)


def _homework(row: Homework, room: Room, said: Said) -> HomeworkLine:
    is_done, is_looked_at = row.done_at is not None, row.looked_at_at is not None
    if is_looked_at:
        state = _("Looked at together")
    elif is_done:
        state = _("Done")
    else:
        state = _("Open")
    return HomeworkLine(
        id=row.pk,
        title=row.title,
        state=state,
        words=row.done_words or row.what,
        can_do=room.is_patient and not is_done,
        can_look=room.may(LEAD_THERAPY) and is_done and not is_looked_at,
        sheet=_sheet_words(row, room),
        worked=worked(room, said, "homework", row, row.title, is_done=is_done),
    )


def _sheet_words(row: Homework, room: Room) -> str:
    """What the link to the homework's own page says; "" when it has none."""
    if worksheets.skill_of(row) is not None:
        return _("Read the skill")
    if worksheets.sheet_of(row) is None:
        return ""
    filled = len(worksheets.stored(row.answers))
    if room.is_patient and row.looked_at_at is None:
        return _("Fill in")
    return ngettext("{n} filled in", "{n} filled in", filled).format(n=filled)
