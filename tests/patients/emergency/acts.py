"""What the tests of emergency access do, and what somebody reads then."""

import datetime as dt

from django.db import connection

from careplan.common import clock
from careplan.common.identity import acting_as, person
from journal.models import LifeEvent
from patients import access, emergency, people
from patients.models import ContactDetails, EmergencyAccess, Patient
from patients.models.emergency import LASTS
from patients.topics import Topic
from tests import factory

REASON = "Found asleep and not answering; I need her medicines."


def as_clinician(post):
    return acting_as(person(post.user_id, second_factor=True))


def as_patient(patient):
    return acting_as(person(patient.user_id, second_factor=False))


def was_there(patient, post):
    """Have a clinician been on the team, and no longer."""
    member = factory.member(patient, post)
    with as_patient(patient):
        people.end_membership(member, by=patient.user, now=clock.now())


def open_up(post, patient, *, reason=REASON):
    actor = access.Actor(post.user, second_factor=True)
    with acting_as(actor.identity):
        place = emergency.place_of(actor, patient.pk)
        return emergency.open_record(actor, place, reason=reason, now=clock.now())


def opened_ago(post, patient, minutes):
    """Have the record opened some minutes ago: the database's clock does not move."""
    actor = access.Actor(post.user, second_factor=True)
    at = clock.now() - dt.timedelta(minutes=minutes)
    with acting_as(actor.identity):
        place = emergency.place_of(actor, patient.pk)
        EmergencyAccess(
            patient=patient,
            member=place,
            user=post.user,
            reason=REASON,
            opened_at=at,
            ends_at=at + LASTS,
        ).save(force_insert=True)


def reads(post, patient) -> tuple[frozenset, int]:
    """Say what the door opens to somebody, and how many clinical rows they read."""
    actor = access.Actor(post.user, second_factor=True)
    with acting_as(actor.identity):
        found = Patient.objects.filter(pk=patient.pk).first()
        seen = LifeEvent.objects.filter(patient=patient.pk).count()
        topics = access.topics_open_to(actor, found) if found else frozenset()
        return topics, seen


def contact(patient, safe):
    with as_patient(patient):
        ContactDetails(
            patient=patient, safe_channel=safe, by=patient.user, phone="+447700900123"
        ).save()


def database_topics(post):
    with as_clinician(post), connection.cursor() as cursor:
        cursor.execute("SELECT topic, app.visible_ids(topic) FROM unnest(%s::text[]) AS topic",
                       [Topic.values])  # fmt: skip
        return {topic for topic, ids in cursor.fetchall() if ids}
