"""What people write to each other: a concern with its end, a thread, a form asked."""

import datetime as dt

from careplan.home.demo.stories.telling import PATIENT, Story
from careplan.plan.models import PlanVersion
from careplan.team import concerns, conversations
from careplan.team.models import Concern
from journal import responses


def concern(
    story: Story, question: str, answer: str, *, days_ago: int, closed_days_ago: int
) -> None:
    """Let the therapist ask, the prescriber answer, and a later version close it."""
    therapist, prescriber = (
        story.team["therapist"].user,
        story.team["prescriber"].user,
    )
    with story.turn(therapist):
        story.patient.refresh_from_db()
        asked = concerns.raise_concern(
            patient=story.patient,
            by=therapist,
            role="therapist",
            owner=prescriber,
            question=question,
            ground_label="Side effects, six mornings",
            ground_ref="timeline",
            also_label="What was said in three sessions",
            now=story.ago(days_ago, 15),
        )
    with story.turn(prescriber):
        row = Concern.objects.select_related("patient").get(pk=asked.pk)
        concerns.answer(
            row,
            by=prescriber,
            role="prescriber",
            text=answer,
            now=story.ago(days_ago - 1, 12),
        )
        closing = PlanVersion.objects.filter(
            patient=story.patient, agreed_at__lte=story.ago(closed_days_ago - 1)
        ).order_by("-number")
        concerns.close(
            row,
            by=prescriber,
            role="prescriber",
            version_number=closing.first().number,
            now=story.ago(closed_days_ago, 19),
        )


def thread(story: Story, subject: str, *lines: tuple[str, str], days_ago: int) -> None:
    """Tell a conversation of the patient with the team: who said what."""
    (_first, words), *rest = lines
    with story.turn(story.patient.user):
        started = conversations.start(
            patient=story.patient,
            by=story.patient.user,
            role=PATIENT,
            kind="team",
            subject=subject,
            text=words,
            now=story.ago(days_ago, 13),
        )
    for place, (role, text) in enumerate(rest, start=1):
        user = story.patient.user if role == PATIENT else story.team[role].user
        with story.turn(user):
            conversations.write(
                started,
                by=user,
                role=role,
                text=text,
                now=story.ago(days_ago - 1, 9 + place),
            )


def form_asked(story: Story, code: str, reason: str, *, every_days: int) -> None:
    """Let the therapist ask for a form, due tomorrow and then every so often."""
    therapist = story.team["therapist"].user
    with story.turn(therapist):
        responses.ask(
            story.patient,
            code=code,
            reason=reason,
            due_on=story.today + dt.timedelta(days=1),
            every_days=every_days,
            by=therapist,
            now=story.ago(20),
        )
