"""D1: kill -9 at six named points of delivery: none lost, none under a second key, and
one second attempt only where the provider had accepted and we had not written it down."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.home.proofs.queue_tally import tally
from careplan.home.proofs.sinks import SmtpSink
from careplan.home.proofs.workers import environment
from careplan.outbox import deliver, queue
from careplan.outbox.models import Message
from tests import factory

DUE = 5
ROOT = Path(__file__).resolve().parents[2]

# A process that dies, as if by a power cut, at the point named by its argument.
DIES = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from careplan.outbox import deliver
from careplan.outbox.channels.email import Email

point, recorded = sys.argv[1], []

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def watch(execute, sql, params, many, context):
    if point == "before the claim" and "due_messages" in sql:
        die()
    done = execute(sql, params, many, context)
    if point == "claimed, not committed" and "due_messages" in sql:
        die()
    if "provider_id = " in sql:
        recorded.append(1)
        if point == "two recorded" and len(recorded) == 2:
            die()
    return done

places = {
    "committed, nothing spoken": (deliver, "still_ours"),
    "connected, nothing said": (Email, "_mail"),
    "accepted, not recorded": (deliver, "record"),
}
if point in places:
    setattr(*places[point], die)
with connection.execute_wrapper(watch):
    deliver.deliver("email")
"""
POINTS = [
    ("before the claim", 0),
    ("claimed, not committed", 0),
    ("committed, nothing spoken", 0),
    ("connected, nothing said", 0),
    ("accepted, not recorded", 1),
    ("two recorded", 0),
]


def fill():
    now = clock.now()
    people = [factory.user(email=f"k{number}@sink.example") for number in range(DUE)]
    with acting_as(system("tick")), transaction.atomic():
        queue.enqueue_many(
            [
                queue.NewMessage(
                    recipient_id=user.pk,
                    channel="email",
                    kind="checkin",
                    subject="A reminder you set",
                    body="A reminder you set.",
                    dedupe_key=f"kill:{user.pk}",
                    due_at=now - timedelta(seconds=1),
                    expires_at=now + timedelta(hours=4),
                )
                for user in people
            ],
            now=now,
        )


@pytest.mark.workers
@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "second_attempts"), POINTS)
def test_nothing_is_lost_wherever_a_worker_dies(
    point, second_attempts, settings, tmp_path
):
    fill()
    with SmtpSink(keep_bodies=False) as sink:
        env = environment(
            EMAIL_PORT=str(sink.port), OUTBOX_LEASE_SECONDS="1", DEBUG="1"
        )
        ended = subprocess.run(
            [sys.executable, "-c", DIES, point],
            env=env,
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-500:]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        until = time.monotonic() + 30
        while tally().sent < DUE and time.monotonic() < until:
            deliver.deliver("email")
            time.sleep(0.2)
        assert len(sink.people) == DUE
        assert sink.doubled == 0
        assert sink.seconds == second_attempts
    assert connection.is_usable()


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_a_record_waits_for_a_database_that_went_away(mail_sink, monkeypatch):
    """D3: what was spoken is written down once PostgreSQL is back, not spoken again."""
    fill()
    cut = []

    def speak_and_lose_the_database(channel, one, real=deliver._speak):
        outcome = real(channel, one)
        if not cut:
            cut.append(one.id)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid = cursor.fetchone()[0]
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            other.close()
        return outcome

    monkeypatch.setattr(deliver, "_speak", speak_and_lose_the_database)
    deliver.deliver("email")
    assert cut
    assert tally().sent == DUE
    assert (len(mail_sink.people), mail_sink.seconds) == (DUE, 0)


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_a_clock_of_ours_that_runs_ahead_sends_nothing_early(mail_sink, monkeypatch):
    """D6: only the database's clock says what is due."""
    fill()
    with acting_as(system("deliver")), transaction.atomic():
        Message.objects.update(
            wake_at=clock.now() + timedelta(minutes=5),
            due_at=clock.now() + timedelta(minutes=5),
        )
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=10))
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 600)
    assert deliver.deliver("email").claimed == 0
    assert not mail_sink.delivered
