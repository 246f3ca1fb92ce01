"""What a proof of reminders checks without worker processes of its own."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from careplan.checkins import tick
from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.home.proofs import people
from careplan.home.proofs.queue_tally import tally
from careplan.home.proofs.record import Ask
from careplan.home.proofs.sinks import SmtpSink
from careplan.home.proofs.workers import Crew, environment
from careplan.outbox import deliver, queue
from careplan.outbox.channels.base import Accepted
from careplan.outbox.models import ChannelAddress
from patients.models import User

FULL = 100_000
SLOW_SECONDS = 30
POISON_SECONDS = 60  # all the others, with the workers' own start (D9)
PATIENCE = 600


def a_day_down(ask: Ask) -> tuple[object, ...]:
    """Twenty-four hours down: one catch-up at most each, none of it stale."""
    many = max(50, (ask.size or FULL) // 20)
    began = time.monotonic()
    now = people.turn_due(many)
    people.turn_due(many, at=now - timedelta(hours=24))
    done = tick.plan_due()
    again = tick.plan_due()
    with (
        acting_as(system("metrics")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT count(*) FROM (SELECT recipient_id FROM outbox_message"
            " GROUP BY 1 HAVING count(*) > 1) AS d"
        )
        doubled = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM outbox_message WHERE expires_at - due_at"
            " > interval '4 hours' OR expires_at < now()"
        )
        stale = cursor.fetchone()[0]
    held = doubled == stale == again.schedules == 0 and done.messages <= many
    took = f"{time.monotonic() - began:.0f}"
    return (
        many,
        done.messages,
        0,
        doubled,
        0,
        "none stale",
        took,
        "yes" if held else "NO",
    )


def poison(ask: Ask) -> tuple[object, ...]:
    """One row no mail program can send among ten thousand."""
    many = max(50, (ask.size or FULL) // 10)
    people.turn_due(many)
    tick.plan_due()
    with people.owning() as cursor:
        cursor.execute(
            "UPDATE outbox_message SET subject = E'two\\nlines' WHERE id ="
            " (SELECT id FROM outbox_message ORDER BY due_at, id LIMIT 1)"
        )
    log = Path(os.environ.get("CAREPLAN_PROVE_HOME", "/tmp")) / "log" / "poison"  # noqa: S108
    with SmtpSink(keep_bodies=False) as sink:
        env = environment(EMAIL_PORT=str(sink.port), OUTBOX_LANES="8")
        with Crew(env, log) as crew:
            began = time.monotonic()
            for _ in range(4):
                crew.worker()
            crew.beat()
            while len(sink.people) < many - 1 and time.monotonic() - began < PATIENCE:
                time.sleep(0.2)
            took = time.monotonic() - began
    held = len(sink.people) == many - 1 and sink.seconds == 0 and took <= POISON_SECONDS
    late = f"{took:.0f} s for the rest"
    return (many, len(sink.people), 0, sink.doubled, sink.seconds, late, f"{took:.0f}",
            "yes" if held else "NO")  # fmt: skip


def tokens(ask: Ask) -> tuple[object, ...]:
    """A worker that was thought dead comes back and may record nothing."""
    people.turn_due(50)
    tick.plan_due()
    late = uuid4()
    claimed, _ = deliver.claim("email", token=late, batch=50, at=None)
    with people.owning() as cursor:
        cursor.execute("UPDATE outbox_message SET wake_at = now()")
    deliver.claim("email", token=uuid4(), batch=50, at=None)
    for one in claimed:
        deliver.record(one, Accepted("from the grave"), late, None)
    written = tally().sent
    return (50, 0, 0, written, 0, "-", "0", "yes" if written == 0 else "NO")


class Thinking:
    """A text-message provider that takes a request and does not answer."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.asked = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        self._line, _ = self._door.accept()
        self._line.recv(65_536)
        self.asked.set()


def slow_provider(ask: Ask) -> tuple[object, ...]:
    """A provider thinks for thirty seconds: the other channel is not held up."""
    many = max(50, (ask.size or FULL) // 10)
    people.turn_due(many)
    tick.plan_due()
    provider = Thinking()
    settings.SMS_API_BASE, settings.SMS_TIMEOUT = provider.origin, SLOW_SECONDS
    _text_somebody()
    thinking = threading.Thread(target=_speak_text)
    thinking.start()
    provider.asked.wait(30)
    with SmtpSink(keep_bodies=False) as sink:
        settings.EMAIL_PORT = sink.port
        began = time.monotonic()
        waited = 0.0
        while thinking.is_alive():
            deliver.deliver("email")
            waited = time.monotonic() - began
        while_it_thought = len(sink.people)
        deliver.deliver_all("email", seconds=600)
        took = time.monotonic() - began
    held = len(sink.people) == many and while_it_thought > 0 and tally().other == 1
    late = f"{while_it_thought} out in the {waited:.0f} s it thought; then unknown"
    return (many, len(sink.people), many - len(sink.people), sink.doubled,
            sink.seconds, late, f"{took:.0f}", "yes" if held else "NO")  # fmt: skip


def _text_somebody() -> None:
    now = clock.now()
    user = User.objects.filter(email__endswith="@sink.example").first()
    assert user is not None  # noqa: S101 (people were made)
    with acting_as(system("deliver")), transaction.atomic():
        ChannelAddress.objects.update_or_create(
            user=user,
            channel="sms",
            defaults={
                "address": "+447700900123",
                "confirmed_at": now,
                "created_at": now,
            },
        )
    with acting_as(system("tick")), transaction.atomic():
        queue.enqueue(
            recipient=user,
            channel="sms",
            kind="checkin",
            subject="",
            body="A reminder you set.",
            dedupe_key=f"slow:{uuid4()}",
            expires_at=now + timedelta(hours=4),
            now=now,
        )


def _speak_text() -> None:
    deliver.deliver("sms")
    connection.close()


CHECKS: list[tuple[str, str, Callable[[Ask], tuple[object, ...]]]] = [
    ("day", "24 hours down", a_day_down),
    ("poison", "one poison row", poison),
    ("slow", "one provider 30 s slow", slow_provider),
    ("tokens", "stale fencing tokens", tokens),
]
