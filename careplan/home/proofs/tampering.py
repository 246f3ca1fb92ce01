"""Harm to the access log, done as the tables' owner, and undone (for the chain proof).

Somebody with the server in hand can switch the triggers off and write what they like.
Each act here is one such harm; afterwards the tables stand as they stood.
"""

# The names of two tables and their columns, all of our own making:
# ruff: noqa: S608

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

import psycopg

from patients import chain, seals

LOOKS, SEALS = "patients_accessevent", "patients_auditseal"
WORDS = ("role", "part", "through", "why")


@contextmanager
def open_to_the_owner(owning: psycopg.Connection[Any]) -> Iterator[None]:
    """Switch the guards of both tables off, and on again."""
    owning.execute("SET synchronous_commit = off")
    for table in (LOOKS, SEALS):
        owning.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    try:
        yield
    finally:
        for table in (LOOKS, SEALS):
            owning.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


class Tables:
    """One record's looks and seals, with a copy from which they are put back."""

    def __init__(self, owning: psycopg.Connection[Any], patient: UUID) -> None:
        self._owning = owning
        self._patient = patient
        self._guards = open_to_the_owner(owning)
        self._acts: dict[str, Callable[[random.Random], None]] = {
            "edits": self._edit,
            "edits of a time": self._edit_time,
            "edits of the viewer": self._edit_viewer,
            "deletes": self._delete,
            "swaps": self._swap,
            "inserts": self._insert,
            "cut tails": self._cut,
            "seals removed": self._remove_seal,
            "seals edited": self._edit_seal,
            "chains made anew": self._make_anew,
        }

    def __enter__(self) -> Tables:
        """Open the tables and keep what stands."""
        self._guards.__enter__()
        for table in (LOOKS, SEALS):
            self._run(
                f"CREATE TEMP TABLE kept_{table} AS"
                f" SELECT * FROM {table} WHERE patient_id = %s"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them again."""
        self._guards.__exit__(kind, error, trace)

    def harm(self, dice: random.Random) -> str:
        """Do one harm that the dice choose; says which."""
        name = dice.choice(sorted(self._acts))
        self._acts[name](dice)
        return name

    def put_back(self) -> None:
        """Let both tables stand as they stood."""
        for table in (LOOKS, SEALS):
            self._run(f"DELETE FROM {table} WHERE patient_id = %s")
            self._owning.execute(
                f"INSERT INTO {table} SELECT * FROM kept_{table}".encode()
            )

    def _run(self, statement: str, *given: Any) -> list[Any]:
        done = self._owning.execute(statement.encode(), [*given, self._patient])
        return done.fetchall() if done.description else []

    def _ids(self, table: str) -> list[UUID]:
        # In an order that the dice can repeat: random ids would not be one.
        order = "number" if table == SEALS else "seen_at"
        found = self._run(
            f"SELECT id FROM {table} WHERE patient_id = %s ORDER BY {order}"
        )
        return [row[0] for row in found]

    def _one(self, dice: random.Random, table: str = LOOKS) -> UUID:
        return dice.choice(self._ids(table))

    def _set(self, column: str, value: Any, row: UUID, table: str = LOOKS) -> None:
        self._run(
            f"UPDATE {table} SET {column} = %s WHERE id = %s AND patient_id = %s",
            value,
            row,
        )

    def _edit(self, dice: random.Random) -> None:
        self._set(dice.choice(WORDS), f"x{dice.randrange(10**9)}", self._one(dice))

    def _edit_time(self, dice: random.Random) -> None:
        column = dice.choice(["seen_at", "created_at"])
        self._run(
            f"UPDATE {LOOKS} SET {column} = {column} + %s * interval '1 microsecond'"
            " WHERE id = %s AND patient_id = %s",
            dice.choice([-1, 1]) * dice.randrange(1, 10**9),
            self._one(dice),
        )

    def _edit_viewer(self, dice: random.Random) -> None:
        row = self._one(dice)
        self._run(
            f"UPDATE {LOOKS} SET viewer_id = (SELECT o.viewer_id FROM {LOOKS} o"
            f" WHERE o.patient_id = {LOOKS}.patient_id AND o.viewer_id <>"
            f" {LOOKS}.viewer_id LIMIT 1) WHERE id = %s AND patient_id = %s",
            row,
        )

    def _delete(self, dice: random.Random) -> None:
        for row in dice.sample(self._ids(LOOKS), dice.randrange(1, 4)):
            self._run(f"DELETE FROM {LOOKS} WHERE id = %s AND patient_id = %s", row)

    def _swap(self, dice: random.Random) -> None:
        one, other = dice.sample(self._ids(LOOKS), 2)
        self._run(
            f"UPDATE {LOOKS} t SET seen_at = o.seen_at, created_at = o.created_at,"
            " viewer_id = o.viewer_id, part = o.part"
            f" FROM {LOOKS} o WHERE (t.id, o.id) IN ((%s, %s), (%s, %s))"
            " AND t.patient_id = %s",
            *(one, other, other, one),
        )

    def _insert(self, dice: random.Random) -> None:
        self._run(
            f"INSERT INTO {LOOKS} SELECT (jsonb_populate_record(t, jsonb_build_object("
            f"'id', %s::text))).* FROM {LOOKS} t WHERE id = %s AND patient_id = %s",
            str(uuid4()),
            self._one(dice),
        )

    def _cut(self, dice: random.Random) -> None:
        keep = dice.randrange(len(self._ids(SEALS)))
        self._run(
            f"DELETE FROM {LOOKS} WHERE id IN (SELECT unnest(events) FROM {SEALS}"
            f" WHERE number > %s AND patient_id = %s) AND patient_id = %s",
            keep,
            self._patient,
        )
        self._run(f"DELETE FROM {SEALS} WHERE number > %s AND patient_id = %s", keep)

    def _remove_seal(self, dice: random.Random) -> None:
        row = self._one(dice, SEALS)
        self._run(f"DELETE FROM {SEALS} WHERE id = %s AND patient_id = %s", row)

    def _edit_seal(self, dice: random.Random) -> None:
        row = self._one(dice, SEALS)
        match dice.randrange(3):
            case 0:
                self._set("hash", f"{dice.randrange(16**63):064x}", row, SEALS)
            case 1:
                self._set("number", 1000 + dice.randrange(1000), row, SEALS)
            case _:
                self._run(
                    f"UPDATE {SEALS} SET events = events[2:] || events[1]"
                    " WHERE id = %s AND patient_id = %s",
                    row,
                )

    def _make_anew(self, dice: random.Random) -> None:
        """Edit a row and compute every seal again: only a head kept outside tells."""
        self._edit(dice)
        rows = self._run(f"SELECT {seals.SPELLED} FROM {LOOKS} WHERE patient_id = %s")
        events = {row[0]: chain.Event._make(row) for row in rows}
        before = chain.NOTHING_BEFORE
        links = self._run(
            f"SELECT id, number, events FROM {SEALS} WHERE patient_id = %s ORDER BY 2"
        )
        for row, number, ids in links:
            covered = [events[str(one)] for one in ids]
            before = chain.sealed(self._patient, number, before, covered).hash
            self._set("hash", before, row, SEALS)
