"""The therapy lane: sessions as they ended, homework as it was done."""

from careplan.common.clock import local_date
from careplan.plan.models import Homework as HomeworkRow
from careplan.plan.models import TherapyCourse, TherapySession
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Homework, Session, SessionState, Therapy
from patients.topics import Topic

STATES = {
    TherapySession.State.PLANNED: SessionState.BOOKED,
    TherapySession.State.ATTENDED: SessionState.HELD,
    TherapySession.State.LATE_CANCELLED: SessionState.LATE_CANCELLED,
    TherapySession.State.MISSED: SessionState.MISSED,
    TherapySession.State.MOVED: SessionState.MOVED,
}


def therapy(window: Window) -> Therapy | None:
    """Give the lane of the newest course with its sessions, or None without consent."""
    if not window.opens(Topic.THERAPY):
        return None
    course = (
        TherapyCourse.objects.filter(patient=window.patient)
        .select_related("therapist")
        .order_by("-started_on")
        .first()
    )
    if course is None:
        return Therapy(label="")
    return Therapy(
        label=_label(course),
        sessions=tuple(_sessions(window)),
        homework=tuple(_homework(window)),
        started=course.started_on,
        url=f"/p/{window.patient.pk}/plan/therapy/{course.pk}/",
        ref=f"therapy:{course.pk}",
    )


def _label(course: TherapyCourse) -> str:
    if course.therapist is None:
        return course.name
    return f"{course.name} with {course.therapist.called.split()[0]}"


def _sessions(window: Window) -> list[Session]:
    rows = (
        TherapySession.objects.filter(patient=window.patient)
        .select_related("course")
        .order_by("starts_at")
    )
    dated = ((local_date(row.starts_at, window.patient.time_zone), row) for row in rows)
    return [
        Session(
            on=day,
            kind=f"{row.course.name} session",
            state=STATES[TherapySession.State(row.state)],
        )
        for day, row in dated
        if window.start <= day <= window.end
    ]


def _homework(window: Window) -> list[Homework]:
    rows = HomeworkRow.objects.filter(
        patient=window.patient, done_at__isnull=False
    ).order_by("done_at")
    dated = ((local_date(row.done_at, window.patient.time_zone), row) for row in rows)
    return [
        Homework(on=day, name=row.title)
        for day, row in dated
        if window.start <= day <= window.last_logged
    ]
