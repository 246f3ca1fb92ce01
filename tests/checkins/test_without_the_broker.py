"""D2: with the broker gone, a journal entry still saves, from every way in."""

import pytest
from django.db import transaction

from careplan.celery import app
from careplan.checkins import tick
from careplan.checkins.models import Prompt
from careplan.common import clock
from careplan.common.identity import acting_as, person, system
from careplan.embedded.valkey import Valkey
from careplan.outbox import links
from journal.models import Entry
from tests.checkins.conftest import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_broker(tmp_path, monkeypatch, celery_anew):
    """A real server that was there, and is not any more."""
    broker = Valkey(tmp_path / "valkey", durable=False)
    broker.start()
    monkeypatch.setattr(app.conf, "broker_url", broker.url())
    with app.connection_for_write(broker.url()) as reached:
        reached.ensure_connection(max_retries=1)
    broker.stop()
    celery_anew()
    return broker


def entries(patient):
    with acting_as(person(patient.user_id, second_factor=False)), transaction.atomic():
        return Entry.objects.filter(patient=patient).count()


def test_a_check_in_on_the_page_saves(no_broker, client, maya):
    client.force_login(
        maya.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.post("/check-in/", {"mood": "4"})
    assert answer.status_code in (200, 302)
    assert entries(maya) == 1


def test_an_answer_through_a_link_saves(
    no_broker, client, maya, asked_daily, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    asked_daily()
    tick.plan_due(at=MORNING)
    with acting_as(system("tick")), transaction.atomic():
        prompt = Prompt.objects.get()
    secret = links.secret_of("checkin", prompt.pk)
    assert client.post(f"/l/{secret}/", {"mood": "3"}).status_code == 200
    assert entries(maya) == 1
