"""D1, D2, D4, D5, D10: a small seeded sample of `manage.py prove reminders`, with real
workers, two beats, a kill -9, a FLUSHALL, cuts after accept and a SIGTERM."""

import random
import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.home.proofs.queue_tally import tally
from careplan.home.proofs.sinks import CuttingProxy, SmtpSink
from careplan.home.proofs.workers import Crew, environment
from careplan.outbox import queue
from careplan.outbox.models import Message
from patients.models import User

DUE = 300
CUTS = 10


def fill(rng):
    people = User.objects.bulk_create(
        User(email=f"p{number}@sink.example", name="P") for number in range(DUE)
    )
    now = clock.now()
    with acting_as(system("tick")), transaction.atomic():
        queue.enqueue_many(
            [
                queue.NewMessage(
                    recipient_id=user.pk,
                    channel="email",
                    kind="checkin",
                    subject="A reminder you set",
                    body="A reminder you set.",
                    dedupe_key=f"fault:{user.pk}",
                    due_at=now + timedelta(seconds=rng.random()),
                    expires_at=now + timedelta(hours=4),
                )
                for user in people
            ],
            now=now,
        )


def wait_until(what, seconds=120):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not get there"
        time.sleep(0.1)


def flush():
    path, _, database = settings.REDIS_URL.partition("://")[2].partition("?")
    number = int(database.partition("virtual_host=")[2] or 0)
    redis.Redis(unix_socket_path=path, db=number).flushdb()


@pytest.mark.workers
@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled(tmp_path):
    rng = random.Random(5)
    fill(rng)
    with SmtpSink(keep_bodies=False) as sink, CuttingProxy(sink.port, CUTS) as proxy:
        env = environment(
            EMAIL_PORT=str(proxy.port),
            OUTBOX_LEASE_SECONDS="9",
            OUTBOX_LANES="8",
            DEBUG="1",
        )
        with Crew(env, tmp_path) as crew:
            first, second = crew.worker(), crew.worker()
            crew.beat()
            crew.beat()
            wait_until(lambda: len(sink.delivered) > rng.randrange(20, 60))
            crew.kill(first)
            flush()
            crew.worker()
            wait_until(lambda: len(sink.delivered) > DUE // 2)
            crew.terminate(second, 60)
            wait_until(lambda: tally().sent == DUE)
    assert len(sink.people) == DUE  # none lost
    assert sink.doubled == 0  # none with a second key
    assert sink.seconds <= proxy.cuts_made + 1  # one a cut, one for the kill
    assert proxy.cuts_made == CUTS
    with acting_as(system("deliver")), transaction.atomic():
        assert not Message.objects.exclude(state="sent").exists()
    assert connection.is_usable()
