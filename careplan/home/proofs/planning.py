"""Proof: planning what is due is fast, and flat as schedules grow (performance.md).

The floor is the same claim and both inserts in bare SQL, a thousand at a time, with no
arithmetic of local time and no words: measured in the same run, turn by turn.
"""

from __future__ import annotations

import time
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from careplan.checkins import tick
from careplan.common.identity import acting_as, system
from careplan.home.proofs import people
from careplan.home.proofs.record import Ask, Proof

FULL, SMALL, DUE = 1_000_000, 10_000, 100_000
ROUNDS = 3

FLOOR = """
WITH due AS MATERIALIZED (
  SELECT s.id, s.patient_id, s.user_id, s.next_due_at, s.next_date, s.next_slot
  FROM app.due_schedules(1000, clock_timestamp()) AS s
), moved AS (
  UPDATE checkins_schedule s SET next_due_at = s.next_due_at + interval '1 day',
    next_date = s.next_date + 1 FROM due WHERE s.id = due.id
), asked AS (
  INSERT INTO checkins_prompt (id, created_at, patient_id, schedule_id, kind,
    local_date, slot, due_at, answer_by, state, because, notice, snoozes, late)
  SELECT gen_random_uuid(), now(), patient_id, id, 'checkin', next_date, next_slot,
    next_due_at, next_due_at, 'asked', '', gen_random_uuid(), 0, false FROM due
  ON CONFLICT DO NOTHING
), queued AS (
  INSERT INTO outbox_message (id, created_at, recipient_id, address, patient_id, topic,
    channel, kind, subject, body, stoppable, dedupe_key, about, state, because,
    wake_at, due_at, expires_at, attempts, last_error, provider_id)
  SELECT gen_random_uuid(), now(), user_id, '', patient_id, '', 'email', 'checkin',
    'A message', 'A reminder', true, gen_random_uuid()::text, '{}', 'queued', '',
    now(), now(), now(), 0, '', '' FROM due ON CONFLICT DO NOTHING
) SELECT count(*) FROM due
"""


def run(ask: Ask) -> Proof:
    """Make a million schedules, let a hundred thousand be due, three rounds of each."""
    many = ask.size or FULL
    due = min(DUE, many // 10)
    proof = Proof(
        name="planning",
        about=f"Planning {due:,} due of {many:,} schedules; the floor is the same claim"
        " and both inserts in bare SQL, a thousand at a time, in the same run.",
        columns=("schedules", "due", "floor, rows/s", "tick, rows/s", "of the floor",
                 "statements per 1,000", "empty pass, ms"),
    )  # fmt: skip
    small = min(SMALL, many)
    people.make(small)
    _measure(proof, ask, small, min(due, small))
    people.make(many - small)
    _measure(proof, ask, many, due)
    share, statements = proof.rows[-1][4], proof.rows[-1][5]
    empty_small, empty_large = proof.rows[0][6], proof.rows[-1][6]
    proof.held = (
        float(str(share).rstrip(" %")) >= 25
        and float(str(statements)) <= 3
        and float(str(empty_large)) <= 2 * float(str(empty_small)) + 1
    )
    proof.notes = [
        "Promised: at least 25 % of the floor, at most 3 statements per 1,000, an empty"
        " pass that costs the same at both sizes. Wall time on a shared machine: the"
        " ratio counts, not the rate."
    ]
    return proof


def _measure(proof: Proof, ask: Ask, many: int, due: int) -> None:
    floors, ticks = [], []
    for number in range(ROUNDS):
        people.turn_due(due)
        floors.append(due / _timed(_floor))
        people.turn_due(due)
        ticks.append(due / _timed(tick.plan_due))
        ask.say(f"{many}: round {number + 1}: {floors[-1]:.0f}, {ticks[-1]:.0f} rows/s")
    empty = median(_timed(tick.plan_due) for _ in range(25)) * 1000
    people.turn_due(min(due, 3000))
    with CaptureQueriesContext(connection) as captured:
        planned = tick.plan_due()
    spoken = [
        one
        for one in captured.captured_queries
        if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    # The last claim finds nothing: it belongs to no thousand.
    statements = (len(spoken) - 1) / max(1, planned.batches)
    floor, ours = median(floors), median(ticks)
    proof.rows.append(
        (
            f"{many:,}",
            f"{due:,}",
            f"{floor:.0f}",
            f"{ours:.0f}",
            f"{100 * ours / floor:.0f} %",
            f"{statements:.2f}",
            f"{empty:.2f}",
        )
    )


def _timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def _floor() -> None:
    while True:
        with (
            acting_as(system("tick")),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(FLOOR)
            if not cursor.fetchone()[0]:
                return
