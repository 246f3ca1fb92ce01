"""Proof: a check-in written without signal is never lost and never doubled (E1).

At protocol level: the queue as the service worker keeps it, in random sequences of
writing, asking, lost answers, reloads, closed tabs and double submits, through the
real door and database. The browser's own part is tests/journal.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.test import Client

from careplan.common.identity import acting_as, person
from careplan.home.proofs.record import Ask, Proof
from journal.models import Entry
from journal.templatetags.offline import owner_tag
from patients import people
from patients.models import User

FULL = 10_000
ACTS = ("write", "write", "double", "flush", "reload", "kill")


@dataclass
class Device:
    """What is left on the phone: rows in the order they were written."""

    owner: str
    client: Client
    dice: random.Random
    queue: list[dict[str, list[str]]] = field(default_factory=list)
    written: set[UUID] = field(default_factory=set)
    happened: Counter[str] = field(default_factory=Counter)

    def act(self, name: str) -> None:
        """Do one thing a person or a network may do."""
        self.happened[name] += 1
        if name in ("write", "double"):
            self._write(twice=name == "double")
        elif name == "flush":
            self.flush(breaks=True)
        # A reload and a killed tab keep the queue: it is on disk, not in the tab.

    def _write(self, *, twice: bool) -> None:
        row = {"client_id": [str(uuid4())], "mood": [str(self.dice.randint(1, 7))]}
        self.written.add(UUID(row["client_id"][0]))
        self.queue += [row, row] if twice else [row]

    def flush(self, *, breaks: bool) -> None:
        """Send in order; the network may break before or after the server heard."""
        while self.queue:
            fate = self.dice.random() if breaks else 1.0
            if fate < 0.15:
                self.happened["asking lost"] += 1
                return
            self._send(self.queue[0])
            if fate < 0.35:
                self.happened["answer lost"] += 1
                return
            self.queue.pop(0)

    def _send(self, fields: dict[str, list[str]]) -> None:
        at = datetime.now(UTC).isoformat()
        body = json.dumps({"owner": self.owner, "at": at, "fields": fields})
        answer = self.client.post(
            "/check-in/queue/", body, content_type="application/json"
        )
        self.happened["requests"] += 1
        if answer.status_code != 200:
            self.happened["refused"] += 1


def run(ask: Ask) -> Proof:
    """Run the sequences on one device and count what arrived."""
    many = ask.size or FULL
    device, user = _device(random.Random(ask.seed))  # noqa: S311 - repeatable on purpose
    for _number in range(many):
        for _step in range(device.dice.randint(2, 5)):
            device.act(device.dice.choice(ACTS))
    device.flush(breaks=False)
    arrived = _arrived(user)
    lost = len(device.written - set(arrived))
    doubled = len(arrived) - len(set(arrived))
    proof = Proof(
        name="offline",
        about="Random sequences of writing, double submits, lost askings, lost answers,"
        " reloads and killed tabs against the real door and database.",
        columns=("what", "sequences", "written", "requests", "askings lost",
                 "answers lost", "refused", "lost", "doubled"),
    )  # fmt: skip
    seen = device.happened
    proof.rows.append(
        ("queue", many, len(device.written), seen["requests"], seen["asking lost"],
         seen["answer lost"], seen["refused"], lost, doubled)
    )  # fmt: skip
    proof.held = not (lost or doubled or seen["refused"])
    return proof


def _device(dice: random.Random) -> tuple[Device, User]:
    now, tag = datetime.now(UTC), uuid4().hex[:8]
    user = User.objects.create_user(f"o{tag}@sink.example", name="Offline Proof")
    people.register_patient(user, now=now, time_zone="UTC")
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return Device(owner_tag(user.pk), client, dice), user


def _arrived(user: User) -> list[UUID]:
    with acting_as(person(user.pk, second_factor=False)), transaction.atomic():
        rows = Entry.objects.filter(patient__user=user)
        return list(rows.values_list("client_id", flat=True))
