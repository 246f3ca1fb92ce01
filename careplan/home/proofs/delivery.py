"""Proof: deliver costs little of our own, and what is due in one minute is punctual.

The first part speaks to a channel that accepts at once, so that what is measured is
our own claiming, rendering and recording (CPU of this process, not the database's).
The second has real workers, beat, Valkey and an SMTP sink (security.md D11).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.db import connection, transaction

from careplan.checkins import tick
from careplan.common.identity import acting_as, system
from careplan.home.proofs import people
from careplan.home.proofs.queue_tally import tally
from careplan.home.proofs.record import Ask, Proof
from careplan.home.proofs.sinks import SmtpSink
from careplan.home.proofs.workers import Crew, environment
from careplan.outbox import deliver
from careplan.outbox.channels.base import Accepted, Outcome, Outgoing

FULL = 10_000
MOST_CPU_MS = 1.0
HALF_WITHIN, NEARLY_ALL_WITHIN = 10, 60  # seconds (D11)

SPREAD = """
UPDATE checkins_schedule SET next_due_at = clock_timestamp() + %s::interval + random() *
  interval '60 seconds' WHERE next_due_at IS NOT NULL
"""
LATENESS = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY late),
  percentile_disc(0.99) WITHIN GROUP (ORDER BY late), count(*)
FROM (SELECT extract(epoch FROM finished_at - due_at) AS late FROM outbox_message
  WHERE state = 'sent') AS sent
"""


class AtOnce:
    """A channel that costs nothing."""

    name = "email"

    def send(self, message: Outgoing) -> Outcome:
        return Accepted(message.key)

    def close(self) -> None:
        """Nothing is open."""


def run(ask: Ask) -> Proof:
    """Measure both parts, or the one named: cpu, punctual."""
    many = ask.size or FULL
    people.make(many)
    proof = Proof(
        name="delivery",
        about=f"What deliver costs of its own, and {many:,} due within one minute with"
        " three workers, beat, Valkey and an SMTP sink.",
        columns=("what", "due", "sent", "measured", "promised", "held"),
    )
    if ask.wants("cpu"):
        proof.rows.append(_cpu(many))
    if ask.wants("punctual"):
        proof.rows.append(_punctual(many))
    proof.held = all(row[-1] == "yes" for row in proof.rows)
    return proof


def _cpu(many: int) -> tuple[object, ...]:
    people.turn_due(many)
    tick.plan_due()
    real, deliver.channel_named = deliver.channel_named, lambda _name: AtOnce()
    try:
        began = time.process_time()
        spoken = deliver.deliver_all("email", seconds=600).count
        took = (time.process_time() - began) * 1000 / max(1, spoken)
    finally:
        deliver.channel_named = real
    held = took <= MOST_CPU_MS and spoken == many
    return ("CPU of deliver, a message", many, spoken, f"{took:.2f} ms",
            f"{MOST_CPU_MS:.0f} ms", _word(held))  # fmt: skip


def _punctual(many: int) -> tuple[object, ...]:
    log = Path(os.environ.get("CAREPLAN_PROVE_HOME", "/tmp")) / "log" / "punctual"  # noqa: S108
    with SmtpSink(keep_bodies=False) as sink:
        with Crew(environment(EMAIL_PORT=str(sink.port)), log) as crew:
            for _ in range(3):
                crew.worker()
            crew.beat()
            time.sleep(10)  # they have started: it is their work that is measured
            _within_a_minute(many)
            _wait_for(many)
        median, p99, sent = _lateness()
    held = sent == many and median <= HALF_WITHIN and p99 <= NEARLY_ALL_WITHIN
    return ("late, p50 and p99", many, sent, f"{median:.1f} s, {p99:.1f} s",
            f"{HALF_WITHIN} s, {NEARLY_ALL_WITHIN} s", _word(held))  # fmt: skip


def _within_a_minute(many: int) -> None:
    people.turn_due(many)
    with people.owning() as cursor:
        cursor.execute("TRUNCATE outbox_message, checkins_prompt")
        cursor.execute(SPREAD, ["5 seconds"])


def _wait_for(many: int, patience: float = 900) -> None:
    until = time.monotonic() + patience
    while tally().sent < many and time.monotonic() < until:
        time.sleep(1)


def _lateness() -> tuple[float, float, int]:
    with (
        acting_as(system("metrics")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(LATENESS)
        median, p99, sent = cursor.fetchone()
    return float(median or 0), float(p99 or 0), int(sent)


def _word(held: bool) -> str:  # noqa: FBT001 (a figure to be said)
    return "yes" if held else "NO"
