"""D11: a dead dispatcher is noticed outside Celery; counts, never content."""

import time
from datetime import timedelta

import pytest
from django.db import transaction

from careplan.checkins import ticking
from careplan.checkins.models import Schedule, TickMark
from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.outbox import queue
from careplan.outbox.models import Message
from tests import factory
from tests.checkins.conftest import asked_daily, maya  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


def waiting_for(maya, minutes):  # noqa: F811
    now = clock.now()
    with acting_as(system("tick")), transaction.atomic():
        queue.enqueue(
            recipient=maya.user,
            channel="email",
            kind="checkin",
            subject="Canary subject",
            body="Canary body",
            dedupe_key="one",
            not_before=now - timedelta(minutes=minutes),
            now=now,
        )


def test_all_is_well(client):
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"ok\n")


def test_nothing_sends(client, maya):  # noqa: F811
    waiting_for(maya, 4)
    assert client.get("/health/").status_code == 200
    waiting_for(maya, 6)


def test_five_minutes_are_an_alarm(client, maya):  # noqa: F811
    waiting_for(maya, 6)
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert b"nothing sends" in answer.content
    assert b"Canary" not in answer.content


def test_a_dead_dispatcher_is_an_alarm(client, asked_daily):  # noqa: F811
    schedule = asked_daily()
    with acting_as(system("tick")), transaction.atomic():
        Schedule.objects.filter(pk=schedule.pk).update(
            next_due_at=clock.now() - timedelta(minutes=4)
        )
    assert b"nothing plans" in client.get("/health/").content


def test_a_dead_dispatcher_is_seen_while_nothing_is_due(client):
    """Stopped in the evening, it would else be noticed with the first one at nine."""
    ticking.tick()
    assert client.get("/health/").status_code == 200
    TickMark.objects.update(read_until=clock.now() - timedelta(minutes=4))
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert b"nothing ticks: last look 240 s ago" in answer.content


def test_what_a_provider_keeps_refusing_is_counted(client, settings, maya):  # noqa: F811
    waiting_for(maya, 0)
    with acting_as(system("deliver")), transaction.atomic():
        Message.objects.update(attempts=2)
    settings.METRICS_TOKEN = "token"
    said = client.get("/metrics", headers={"Authorization": "Bearer token"})
    assert 'careplan_messages_refused{channel="email"} 1' in said.content.decode()


def test_metrics_need_their_token(client, settings, maya):  # noqa: F811
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "token"
    assert client.get("/metrics").status_code == 404
    waiting_for(maya, 0)
    said = client.get("/metrics", headers={"Authorization": "Bearer token"})
    text = said.content.decode()
    assert 'careplan_messages_waiting{channel="email",state="queued"} 1' in text
    assert "Canary" not in text
    assert maya.user.email not in text


def test_the_operators_page_is_not_for_others(client):
    client.force_login(
        factory.user(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/manage/queues/").status_code == 404


def test_the_operator_sees_counts_and_no_content(client, maya):  # noqa: F811
    operator = factory.operator()
    client.force_login(operator)
    assert client.get("/manage/queues/").status_code == 302  # no second step yet
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "type": "totp", "id": 1}
    ]
    session["account_authentication_methods_user"] = str(operator.pk)
    session.save()
    waiting_for(maya, 6)
    answer = client.get("/manage/queues/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<td>email</td><td>queued</td><td>1</td>" in text
    for hidden in ("Canary", maya.user.email, str(maya.pk), maya.user.name):
        assert hidden not in text
