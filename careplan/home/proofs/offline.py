"""Proof: a check-in written without signal arrives once (E1, U2).

At protocol level a model of the phone's queue goes through random sequences against the
real door: writing, double presses, going offline and online, reloads, tabs killed between
an answer and its effect, answers that never come, two senders at once. Then the same in
Chromium, with the real page, worker and database of the browser.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client

from careplan.common import offline
from careplan.common.identity import acting_as, person
from careplan.home.proofs.record import Ask, Proof
from journal.models import Entry
from patients import people
from patients.models import Patient, User

FULL, IN_BROWSER = 10_000, 100
LANES = 2
DOOR = "/check-in/offline/"
COLUMNS = (
    "where", "sequences", "check-ins written", "requests", "repeats answered",
    "answers lost on the way", "tabs killed", "lost", "doubled", "out of order",
)  # fmt: skip


@dataclass
class Tally:
    """What came out of many sequences."""

    sequences: int = 0
    written: int = 0
    requests: int = 0
    repeats: int = 0
    unheard: int = 0
    killed: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return not (self.lost or self.doubled or self.disordered or self.faults)

    def row(self, where: str) -> tuple[object, ...]:
        return (where, self.sequences, self.written, self.requests, self.repeats,
                self.unheard, self.killed, self.lost, self.doubled, self.disordered)  # fmt: skip


def run(ask: Ask) -> Proof:
    """Run the sequences at protocol level, then in Chromium."""
    from careplan.home.proofs import offline_browser

    proof = Proof(
        name="offline",
        about="Random sequences of writing, double presses, offline and online, reloads,"
        " killed tabs, lost answers and two senders at once, each ending online.",
        columns=COLUMNS,
    )
    if ask.wants("protocol"):
        tally = protocol(ask.seed, ask.size or FULL, say=ask.say)
        proof.rows.append(tally.row("protocol, the real door"))
        proof.held = tally.held
    if ask.wants("browser"):
        tally = offline_browser.sequences(
            ask.seed, min(ask.size or IN_BROWSER, IN_BROWSER), say=ask.say
        )
        proof.rows.append(tally.row("Chromium, page and worker"))
        proof.held = proof.held and tally.held
        proof.notes.extend(tally.faults[:5])
    return proof


@dataclass(frozen=True)
class Kept:
    """One check-in as it lies in the queue."""

    client_id: str
    at: datetime
    mood: int


class Phone:
    """A model of `static/js/queue.js`: what is on disk survives, the rest does not."""

    def __init__(self, patient: Patient, dice: random.Random, tally: Tally) -> None:
        self.patient, self.dice, self.tally = patient, dice, tally
        self.client = Client(
            enforce_csrf_checks=True, SERVER_NAME=settings.ALLOWED_HOSTS[0]
        )
        self.client.force_login(patient.user, settings.AUTHENTICATION_BACKENDS[0])
        self.mark = offline.mark(patient.user)
        self.disk: list[Kept] = []
        self.token = ""
        self.online = False
        self.clock = datetime.now(UTC) - timedelta(days=2)

    def write(self) -> Kept:
        """Fill the form and press Save: once or twice, it is one row on disk."""
        self.clock += timedelta(milliseconds=self.dice.randint(1, 60_000))
        kept = Kept(str(uuid4()), self.clock, self.dice.randint(1, 7))
        for _press in range(self.dice.choice((1, 1, 2))):
            if kept not in self.disk:
                self.disk.append(kept)
        return kept

    def reload(self) -> None:
        """What was in the page's memory is gone."""
        self.token = ""

    def send(self) -> None:
        """Send what waits, oldest first, until something goes wrong on the way."""
        if not self.online:
            return
        if not self.token:
            self.token = self._ask()
        for kept in tuple(self.disk):
            fate = self.dice.choices(
                ("heard", "cut", "unheard", "killed"), (12, 1, 2, 1)
            )[0]
            if fate == "cut":  # the network went before the request left
                return
            word = self._post(kept)
            if fate == "unheard":  # the answer never came: it stays on disk
                self.tally.unheard += 1
                return
            if fate == "killed":  # the tab died between the answer and the deletion
                self.tally.killed += 1
                self.reload()
                return
            if word not in {"saved", "repeat"}:
                self.tally.faults.append(word)
                return
            self.disk.remove(kept)

    def send_twice_at_once(self) -> None:
        """The page and the worker both send the oldest: no lock holds them apart."""
        if not self.online or not self.disk:
            return
        self.token = self.token or self._ask()
        kept, gate = self.disk[0], threading.Barrier(2)

        def go() -> None:
            gate.wait()
            try:
                self._post(kept)
            finally:
                connection.close()

        threads = [threading.Thread(target=go) for _sender in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _ask(self) -> str:
        self.tally.requests += 1
        mark, token = self.client.get(DOOR).content.decode().split("\n")
        if mark != self.mark:
            self.tally.faults.append("another person's session")
        return token

    def _post(self, kept: Kept) -> str:
        self.tally.requests += 1
        answer = self.client.post(
            DOOR,
            {
                "csrfmiddlewaretoken": self.token,
                "person": self.mark,
                "client_id": kept.client_id,
                "about": kept.at.isoformat().replace("+00:00", "Z"),
                "general": "1",
                "mood": str(kept.mood),
            },
        )
        word = answer.content.decode()
        self.tally.repeats += word == "repeat"
        return word


def protocol(seed: int, many: int, *, say: object = None) -> Tally:
    """Run `many` sequences in lanes of processes; the same seed runs the same ones."""
    if many < LANES * 100:
        return lane((seed, 0, many), say)
    connections.close_all()
    shares = [(seed, n, many // LANES + (n < many % LANES)) for n in range(LANES)]
    with multiprocessing.get_context("fork").Pool(LANES, initializer=os.setsid) as pool:
        tallies = pool.map(lane, shares, chunksize=1)
    return added(tallies)


def added(tallies: list[Tally]) -> Tally:
    """Add up what several lanes found."""
    whole = Tally()
    for tally in tallies:
        for one in fields(Tally):
            setattr(
                whole, one.name, getattr(whole, one.name) + getattr(tally, one.name)
            )
    return whole


def lane(share: tuple[int, int, int], say: object = None) -> Tally:
    """Run one lane's share, each five hundred on a person of its own."""
    seed, number_of_lane, many = share
    dice = random.Random(f"{seed}:{number_of_lane}")  # noqa: S311 - to be repeated
    tally = Tally()
    for number in range(many):
        if number % 500 == 0:
            phone = Phone(_person(), dice, tally)
            if callable(say) and number:
                say(f"{number} sequences: {tally.lost} lost, {tally.doubled} doubled")
        sequence(phone)
    return tally


def sequence(phone: Phone) -> None:
    """One life of a queue, from empty to empty, then compared with the record."""
    dice, tally = phone.dice, phone.tally
    written = [phone.write()]
    for _step in range(dice.randint(2, 7)):
        match dice.choice(
            ("write", "offline", "online", "reload", "send", "send", "both")
        ):
            case "write":
                written.append(phone.write())
            case "offline":
                phone.online = False
            case "online":
                phone.online = True
                phone.send()
            case "reload":
                phone.reload()
                phone.send()
            case "send":
                phone.send()
            case "both":
                if dice.random() < 0.1:
                    phone.send_twice_at_once()
    phone.online = True
    for _try in range(50):
        if not phone.disk:
            break
        phone.send()
    compare(phone.patient, written, tally)


def compare(patient: Patient, written: list[Kept], tally: Tally) -> None:
    """Look into the record for what was written: each once, and in its order."""
    first, last = written[0].at, written[-1].at
    with transaction.atomic(), acting_as(person(patient.user_id, second_factor=False)):
        rows = list(
            Entry.objects.filter(
                patient=patient, occurred_at__gte=first, occurred_at__lte=last
            )
            .order_by("occurred_at")
            .values_list("client_id", "mood", "source")
        )
    found = Counter(str(row[0]) for row in rows)
    tally.sequences += 1
    tally.written += len(written)
    tally.lost += sum(kept.client_id not in found for kept in written)
    tally.doubled += max(0, len(rows) - len(set(found)))
    tally.doubled += len(set(found) - {kept.client_id for kept in written})
    told = [(kept.client_id, kept.mood, "offline") for kept in written]
    tally.disordered += [(str(i), m, s) for i, m, s in rows] != told


def _person() -> Patient:
    tag = uuid4().hex[:10]
    user = User.objects.create_user(f"o{tag}@sink.example", name="Offline Proof")
    return people.register_patient(user, now=datetime.now(UTC), time_zone="UTC")
