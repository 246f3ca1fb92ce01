"""Visits, therapy sessions, what to talk about, and the therapist's shared words."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from careplan.checkins import schedules, team_flags
from careplan.checkins.models import Kind, Schedule
from careplan.common.identity import acting_as, system
from careplan.home.demo.stories.telling import Story
from careplan.plan.models import (
    AgendaPoint,
    SharedSummary,
    TherapyCourse,
    TherapySession,
    Visit,
)


def weekly(
    story: Story, *, weekday: int, first: int, missed: Iterable[int], hour: int
) -> None:
    """Put a session on each `weekday` (0 = Monday) since `first` days ago, four ahead.

    `missed` counts back from the last session held: those did not happen.
    """
    therapist, missed = story.team["therapist"].user, set(missed)
    with story.turn(therapist):
        course = TherapyCourse.objects.get(patient=story.patient)
        days = [ago for ago in range(first, -28, -1) if _weekday(story, ago) == weekday]
        held = [ago for ago in days if ago > 0]
        for number, ago in enumerate(days, start=1):
            back = len(held) - number + 1
            state = (
                "planned" if ago <= 0 else ("missed" if back in missed else "attended")
            )
            _session(story, course, therapist, number, ago, hour, state)


def _weekday(story: Story, ago: int) -> int:
    return (story.today - dt.timedelta(days=ago)).weekday()


def _session(story, course, therapist, number, ago, hour, state) -> None:
    at = _at(story, ago, hour)
    marked = {} if state == "planned" else {"marked_by": therapist, "marked_at": at}
    visit = Visit(
        patient=story.patient,
        clinician=therapist,
        role="therapist",
        starts_at=at,
        state={"attended": "held"}.get(state, state),
        **marked,
    )
    visit.save(force_insert=True)
    TherapySession(
        patient=story.patient,
        course=course,
        visit=visit,
        number=number,
        starts_at=at,
        state=state,
        **marked,
    ).save(force_insert=True)


def _at(story: Story, ago: int, hour: int) -> dt.datetime:
    day = story.today - dt.timedelta(days=ago)
    wall = dt.datetime.combine(day, dt.time(hour), story.zone)
    return wall.astimezone(dt.UTC)


def visits(story: Story, *, days_ago: Iterable[int], ahead: int) -> None:
    """Put the prescriber's visits: those held, and the next on a working day."""
    prescriber = story.team["prescriber"].user
    while (story.today + dt.timedelta(days=ahead)).weekday() > 4:
        ahead += 1
    with story.turn(prescriber):
        for ago in (*days_ago, -ahead):
            at = _at(story, ago, 9)
            marked = {"marked_by": prescriber, "marked_at": at} if ago > 0 else {}
            Visit(
                patient=story.patient,
                clinician=prescriber,
                role="prescriber",
                starts_at=at + dt.timedelta(minutes=30),
                minutes=12,
                state="held" if ago > 0 else "planned",
                **marked,
            ).save(force_insert=True)


def agenda(story: Story, *points: str) -> None:
    """Write down what the patient wants to talk about at the prescriber's next visit."""
    with story.turn(story.patient.user):
        upcoming = Visit.objects.filter(
            patient=story.patient, role="prescriber", state="planned"
        )
        visit = upcoming.order_by("starts_at").first()
        for order, words in enumerate(points, start=1):
            AgendaPoint(
                patient=story.patient, visit=visit, order=order, words=words
            ).save(force_insert=True)


def summary(story: Story, words: str, *, days_ago: int) -> None:
    """Share the therapist's words with the others."""
    therapist = story.team["therapist"].user
    with story.turn(therapist):
        SharedSummary(
            patient=story.patient,
            course=TherapyCourse.objects.get(patient=story.patient),
            author=therapist,
            words=words,
            shared_at=story.ago(days_ago, 16),
        ).save(force_insert=True)


def reminders(story: Story, *, hours: Iterable[int]) -> None:
    """Ask for a check-in each day at these hours, in plain words, by e-mail."""
    wish = schedules.Wish(times=tuple(dt.time(hour) for hour in hours))
    with story.turn(story.patient.user):
        schedules.set_schedule(
            story.patient, kind=Kind.CHECKIN, wish=wish, now=story.now
        )


def goes_quiet(story: Story, evenings: int) -> None:
    """Leave the last check-ins without an answer; what the plan says of it follows."""
    with acting_as(system("tick")), transaction.atomic():
        asked = Schedule.objects.filter(patient=story.patient, kind=Kind.CHECKIN)
        asked.update(missed_run=evenings)
    team_flags.quiet_runs(at=story.now)
