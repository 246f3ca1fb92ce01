"""Proof: no reminder is lost and none is doubled, whatever is killed (D1 to D10).

Real workers and beats, a PostgreSQL that writes safely, a Valkey, an SMTP server. Per
fault: due, sent, lost, doubled at a sink that honours the key, second attempts under
the same key, the longest lateness.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from careplan.embedded import proving
from careplan.home.proofs import checks, people
from careplan.home.proofs.queue_tally import Tally, tally
from careplan.home.proofs.quick_sink import QuickSmtpSink
from careplan.home.proofs.record import Ask, Proof
from careplan.home.proofs.sinks import CuttingProxy, SmtpSink
from careplan.home.proofs.workers import Crew, environment
from careplan.outbox import queue

FULL = 100_000
LEASE = "30"
DRAIN = 30  # seconds a worker may take to end after SIGTERM (D10)
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@dataclass
class Scene:
    """One fault: the sink, the processes, and a way to wait for the end of it."""

    sink: SmtpSink
    crew: Crew
    rng: random.Random
    due: int
    say: Callable[[str], object]
    broken: bool = False  # a promise of the fault's own did not hold
    remarks: list[str] = field(default_factory=list)

    def broker(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=settings.REDIS_URL.partition("://")[2].partition("?")[0]
        )

    def until_sent(self, share: float, patience: float = 900) -> Tally:
        """Wait until that share has been accepted by the sink."""
        until = time.monotonic() + patience
        while len(self.sink.delivered) < share * self.due:
            if time.monotonic() > until:
                break
            time.sleep(0.2)
        return tally()

    def until_done(self, patience: float = 900) -> Tally:
        """Wait until every due one is final."""
        until, found = time.monotonic() + patience, tally()
        while found.sent + found.other < self.due or found.waiting:
            if time.monotonic() > until:
                break
            time.sleep(0.5)
            found = tally()
        return found


def run(ask: Ask) -> Proof:
    """Run each fault in turn. `--size` is the number due at the kills; the other faults
    take a share of it."""
    size = ask.size or FULL
    people.make(size)
    proof = Proof(
        name="reminders",
        about="Reminders under faults: real Celery workers (one process each), beat,"
        " PostgreSQL with safe writes, Valkey, SMTP. Lease 30 s.",
        columns=("fault", "due", "sent", "lost", "doubled at a key-honouring sink",
                 "second attempts, same key", "longest lateness", "seconds", "held"),
    )  # fmt: skip
    for key, name, share, fault in FAULTS:
        if ask.wants(key):
            _scene(proof, ask, name, max(50, int(size * share)), fault)
    for key, name, check in checks.CHECKS:
        if ask.wants(key):
            row = check(ask)
            proof.rows.append((name, *row))
            proof.held &= row[-1] == "yes"
            ask.say(f"{name}: {row}")
    proof.notes += NOTES
    return proof


def _scene(
    proof: Proof, ask: Ask, name: str, due: int, fault: Callable[[Scene], str]
) -> None:
    ask.say(f"{name}: {due} due ...")
    log = Path(os.environ.get("CAREPLAN_PROVE_HOME", "/tmp")) / "log" / name  # noqa: S108
    with QuickSmtpSink(keep_bodies=False) as sink:
        env = environment(
            EMAIL_PORT=str(sink.port), OUTBOX_LEASE_SECONDS=LEASE, OUTBOX_LANES="8"
        )
        with Crew(env, log) as crew:
            chance = random.Random(ask.seed)  # noqa: S311 (repeatable, not secret)
            scene = Scene(sink, crew, chance, due, ask.say)
            scene.broker().flushall()
            people.turn_due(due)
            began = time.monotonic()
            allowed = fault(scene)
            end = scene.until_done()
            took = time.monotonic() - began
    row, held = _judge(name, due, sink, end, took, allowed)
    proof.rows.append(row)
    proof.held &= held and not scene.broken
    proof.notes += scene.remarks
    ask.say(" | ".join(str(cell) for cell in row))


def _judge(
    name: str, due: int, sink: SmtpSink, end: Tally, took: float, allowed: str
) -> tuple[tuple[object, ...], bool]:
    """`allowed`: the most second attempts the fault may cause; "" for any number."""
    lost = due - len(sink.people)
    most = int(allowed) if allowed else sink.seconds
    held = (
        lost == 0
        and sink.doubled == 0
        and end.sent == due
        and sink.seconds <= most
        and end.earliest >= timedelta(seconds=-1)
    )
    row = (
        name,
        due,
        len(sink.people),
        lost,
        sink.doubled,
        sink.seconds,
        f"{end.latest.total_seconds():.0f} s",
        f"{took:.0f}",
        "yes" if held else "NO",
    )
    return row, held


# --- the faults: each gives the most second deliveries it may cause -------------


def none(scene: Scene) -> str:
    for _ in range(3):
        scene.crew.worker()
    scene.crew.beat()
    return "0"


def kills(scene: Scene) -> str:
    """kill -9 of whole workers, at any moment, twenty times during the run."""
    times = int(os.environ.get("PROVE_KILLS", "20"))
    workers = [scene.crew.worker() for _ in range(8)]
    scene.crew.beat()
    for number in range(times):
        scene.until_sent((number + 0.5) / (times + 1))
        victim = workers.pop(scene.rng.randrange(len(workers)))
        time.sleep(scene.rng.random())
        scene.crew.kill(victim)
        workers.append(scene.crew.worker())
    return str(times)


def flushall(scene: Scene) -> str:
    _usual(scene)
    for number in range(3):
        scene.until_sent((number + 1) / 5)
        scene.broker().flushall()
    return "0"


def valkey_gone(scene: Scene) -> str:
    """Killed three times; the third time it stays away."""
    _usual(scene)
    away = float(os.environ.get("PROVE_VALKEY_AWAY", "300"))
    for number in range(3):
        scene.until_sent((number + 1) / 5, patience=120)
        pid = int(scene.broker().info("server")["process_id"])
        os.kill(pid, signal.SIGKILL)
        time.sleep(away if number == 2 else 2)
        proving.valkey().start()
    return "0"


def postgres_stops(scene: Scene) -> str:
    """Immediate shutdowns: what a power cut leaves, five times."""
    workers = 3
    _usual(scene, workers)
    for number in range(5):
        scene.until_sent((number + 1) / 7, patience=180)
        os.kill(proving.postmaster(), signal.SIGQUIT)
        time.sleep(1)
        connection.close()
        proving.postgres().start()
    return str(workers * 5)


def two_beats(scene: Scene) -> str:
    _usual(scene)
    scene.crew.beat()
    return "0"


def cuts(scene: Scene) -> str:
    """The provider accepts, and the connection is cut before we hear of it."""
    wanted = max(10, scene.due // 2)
    proxy = CuttingProxy(scene.sink.port, cuts_left=wanted).__enter__()
    for _ in range(3):
        scene.crew.worker(EMAIL_PORT=str(proxy.port))
    scene.crew.beat()
    scene.until_done(patience=600)
    proxy.__exit__()
    scene.say(f"  {proxy.cuts_made} cuts made")
    return str(proxy.cuts_made)


def clock(scene: Scene) -> str:
    """One worker ten minutes ahead, one ten behind: only the database's clock counts."""
    for shift in ("+10m", "-10m"):
        scene.crew.worker(LD_PRELOAD=str(FAKETIME), FAKETIME=shift)
    scene.crew.worker()
    scene.crew.beat()
    return "0"


def rolling(scene: Scene, times: int = 20) -> str:
    """SIGTERM and a new worker, one after the other, as twenty deployments do."""
    workers = [scene.crew.worker() for _ in range(3)]
    scene.crew.beat()
    longest = 0.0
    for number in range(times):
        scene.until_sent((number + 0.5) / (times + 1), patience=120)
        old = workers.pop(0)
        workers.append(scene.crew.worker())
        longest = max(longest, scene.crew.terminate(old, 60))
    scene.say(f"  longest drain {longest:.1f} s")
    scene.remarks.append(f"Longest drain at SIGTERM: {longest:.1f} s of {DRAIN} s.")
    scene.broken = longest > DRAIN
    return "0"


def _usual(scene: Scene, workers: int = 3) -> None:
    for _ in range(workers):
        scene.crew.worker()
    scene.crew.beat()


FAULTS: list[tuple[str, str, float, Callable[[Scene], str]]] = [
    ("none", "none", 0.05, none),
    ("kills", "kill -9 of workers x 20", 1.0, kills),
    ("flushall", "FLUSHALL x 3", 0.05, flushall),
    ("valkey", "Valkey killed x 3, then gone", 0.05, valkey_gone),
    ("postgres", "PostgreSQL stopped immediately x 5", 0.05, postgres_stops),
    ("beats", "two beats, three dispatchers", 0.05, two_beats),
    ("cuts", "cut after accept", 0.02, cuts),
    ("rolling", "rolling SIGTERM x 20", 0.1, rolling),
]
if FAKETIME.exists():
    FAULTS.append(("clock", "worker clocks +-10 min", 0.05, clock))


NOTES = [
    "lost: people for whom something was due and to whom the sink never accepted"
    " anything; doubled: people to whom it accepted two different Message-IDs.",
    "A second attempt after a kill or a cut carries the same Message-ID; allowed: one a"
    " killed worker, one a cut, none where nothing died.",
    f"What is queued stands in PostgreSQL; {queue.FRESHNESS} is how long it is fresh.",
]
