"""The therapy lane: the course, sessions as they ended, homework as it was done."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from careplan.common.clock import local_date
from careplan.common.postgresql.prepared import Prepared
from careplan.plan.models import Homework as HomeworkRow
from careplan.plan.models import TherapyCourse, TherapySession
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Homework, Session, SessionState, Therapy
from patients.topics import Topic

STATES = {
    TherapySession.State.PLANNED.value: SessionState.BOOKED,
    TherapySession.State.ATTENDED.value: SessionState.HELD,
    TherapySession.State.LATE_CANCELLED.value: SessionState.LATE_CANCELLED,
    TherapySession.State.MISSED.value: SessionState.MISSED,
    TherapySession.State.MOVED.value: SessionState.MOVED,
}
COURSE, SESSION, HOMEWORK = "course", "session", "homework"
COLUMNS = ("t_kind", "t_at", "t_words", "t_more", "t_id")


def therapy(window: Window) -> Therapy | None:
    """Give the lane of the newest course with all sessions; None without either."""
    if not window.opens(Topic.THERAPY):
        return None
    rows = _rows(patient=window.patient.pk)
    courses = [row for row in rows if row[0] == COURSE]
    if not courses:
        return None
    _kind, at, name, therapist, pk = max(courses, key=_newest)
    return Therapy(
        label=f"{name} with {therapist.split()[0]}" if therapist else name,
        sessions=tuple(_sessions(rows, window)),
        homework=tuple(_homework(rows, window)),
        started=at.date() if at else None,
        url=f"/p/{window.patient.pk}/plan/therapy/",
        ref=f"therapy:{pk}",
    )


def _newest(row: tuple[Any, ...]) -> dt.datetime:
    return row[1] or dt.datetime.min.replace(tzinfo=dt.UTC)


@Prepared
def _rows(*, patient: UUID) -> Any:
    mine = {"patient": patient}
    text = TextField()
    called = NullIf("therapist__preferred_name", Value(""))
    courses = TherapyCourse.objects.filter(**mine).annotate(
        t_kind=Value(COURSE, CharField()),
        t_at=Cast("started_on", DateTimeField()),
        t_words=Cast("name", text),
        t_more=Cast(Coalesce(called, "therapist__name", Value("")), text),
        t_id=F("pk"),
    )
    sessions = TherapySession.objects.filter(**mine).annotate(
        t_kind=Value(SESSION, CharField()),
        t_at=F("starts_at"),
        t_words=Cast("course__name", text),
        t_more=Cast("state", text),
        t_id=F("pk"),
    )
    homework = HomeworkRow.objects.filter(**mine, done_at__isnull=False).annotate(
        t_kind=Value(HOMEWORK, CharField()),
        t_at=F("done_at"),
        t_words=Cast("title", text),
        t_more=Value("", text),
        t_id=F("pk"),
    )
    first, *rest = (
        rows.values_list(*COLUMNS) for rows in (courses, sessions, homework)
    )
    return first.union(*rest, all=True)


def _sessions(rows: list[tuple[Any, ...]], window: Window) -> list[Session]:
    found = [
        Session(
            on=local_date(at, window.patient.time_zone),
            kind=f"{name} session",
            state=STATES[state],
        )
        for kind, at, name, state, _pk in rows
        if kind == SESSION
    ]
    inside = (one for one in found if window.start <= one.on <= window.end)
    return sorted(inside, key=lambda one: one.on)


def _homework(rows: list[tuple[Any, ...]], window: Window) -> list[Homework]:
    found = [
        Homework(on=local_date(at, window.patient.time_zone), name=title)
        for kind, at, title, _more, _pk in rows
        if kind == HOMEWORK
    ]
    inside = (one for one in found if window.start <= one.on <= window.last_logged)
    return sorted(inside, key=lambda one: one.on)
