"""Q1, the main job's first steps: beat ticks, a real worker sends a real e-mail, its
link saves a check-in."""

import re
import time as wall

import pytest
from django.db import transaction
from django.test import Client

from careplan.checkins import schedules
from careplan.checkins.models import Kind
from careplan.checkins.schedules import Wish
from careplan.common import clock
from careplan.common.identity import acting_as, person
from careplan.home.proofs.sinks import SmtpSink
from careplan.home.proofs.workers import Crew, environment
from journal.models import Entry
from tests import factory

NOT_IN_A_MESSAGE = re.compile(
    r"therap|mood|depress|bipolar|medic|dose|clinic|Maya|Careplan", re.I
)


def wait_for(what, seconds=90):
    until = wall.monotonic() + seconds
    while wall.monotonic() < until:
        if found := what():
            return found
        wall.sleep(0.2)
    raise AssertionError("it never came")


@pytest.mark.workers
@pytest.mark.django_db(transaction=True)
def test_a_reminder_goes_out_by_itself_and_its_link_saves_a_check_in(tmp_path):
    maya = factory.patient("Maya Raman", time_zone="UTC")
    soon = clock.now() + schedules.timedelta(seconds=1)
    if soon.second > 50:  # the slot is a whole minute: let it be the next one
        wall.sleep(15)
        soon = clock.now()
    at = soon.replace(second=0, microsecond=0)
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        schedules.set_schedule(
            maya,
            kind=Kind.CHECKIN,
            wish=Wish(times=(at.time(),)),
            now=at - schedules.timedelta(minutes=1),
        )
    with SmtpSink() as sink:
        env = environment(EMAIL_PORT=str(sink.port), DEBUG="1")
        with Crew(env, tmp_path) as crew:
            crew.worker()
            crew.beat()
            wait_for(lambda: sink.mails)
    [mail] = sink.mails
    body = mail.get_content()
    said = re.sub(r"https?://\S+", "", f"{mail['From']} {mail['Subject']} {body}")
    assert not NOT_IN_A_MESSAGE.search(said)
    path = re.search(r"https?://[^/]+(/l/\S+)", body).group(1)
    answer = Client().post(path, {"mood": "5", "taken": "taken"})
    assert "Saved. Thank you." in answer.content.decode()
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        assert [entry.mood for entry in Entry.objects.filter(patient=maya)] == [5]
