"""Decisions 32, C1: a clinician is told once a day at a time of theirs, the patient at
most once an hour for a thread and not at night; an alert of one's own at once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from careplan.common.identity import acting_as, person, system
from careplan.outbox.models import Message
from careplan.team import notices
from careplan.team.models import DigestTime
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)  # London has UTC in winter


team = kept(c.cast, at=c.NOW)


def wait(team, somebody, *, about="thread:1", now=MORNING):
    with team.acting(team.maya), transaction.atomic():
        notices.waits(somebody, team.patient, about=about, now=now)


def queued(somebody):
    with acting_as(system("deliver")), transaction.atomic():
        found = Message.objects.filter(recipient_id=somebody.pk)
        return list(found.order_by("due_at").values_list("kind", "due_at"))


def test_a_thread_tells_the_patient_once_an_hour(team):
    for minutes in (0, 10, 50):
        wait(team, team.maya, now=MORNING + timedelta(minutes=minutes))
    assert [kind for kind, _ in queued(team.maya)] == ["team-notice"]
    wait(team, team.maya, now=MORNING + timedelta(hours=1))
    assert len(queued(team.maya)) == 2


def test_another_thread_tells_its_own(team):
    wait(team, team.maya, about="thread:1")
    wait(team, team.maya, about="thread:2")
    assert len(queued(team.maya)) == 2


def test_the_patient_is_not_told_at_night(team):
    wait(team, team.maya, now=MORNING.replace(hour=23))
    [(_, due_at)] = queued(team.maya)
    assert due_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_a_clinician_is_told_once_a_day_at_the_time_chosen(team):
    with acting_as(person(team.sam.pk, second_factor=True)), transaction.atomic():
        DigestTime.objects.create(user=team.sam, at=time(17, 30))
    for hours in (0, 2, 5):
        wait(team, team.sam, about=f"t:{hours}", now=MORNING + timedelta(hours=hours))
    zone_day = notices.next_digest(MORNING, team.sam.time_zone, time(17, 30))
    assert queued(team.sam) == [("team-digest", zone_day)]


def test_who_chose_no_time_is_told_at_eight(team):
    wait(team, team.ada)
    at = notices.next_digest(MORNING, team.ada.time_zone, notices.USUAL_DIGEST)
    assert queued(team.ada) == [("team-digest", at)]
    assert at > MORNING
