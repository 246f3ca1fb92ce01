"""Mutants of the second lock: each policy dropped, opened or thinned, each function too.

Made in a transaction that is rolled back, on the test's own database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.access import rows, states

ANOTHER = {
    "app.own_ids()": "app.member_ids()",
    "app.member_ids()": "app.own_ids()",
    "app.clinical_ids()": "app.member_ids()",
    "app.talking_ids()": "app.clinical_ids()",
}


@dataclass(frozen=True)
class Mutant:
    """One mistake: what to call it, what to run, and the tables it may change."""

    name: str
    words: str
    tables: frozenset[str] | None  # None: any

    def killed_by(self, laboratory: rows.Rows) -> str:
        """Make the mistake, look, and undo it. Say what is red, or nothing."""
        cursor, meant = laboratory.cursor, rows.meant()
        cursor.execute("SAVEPOINT mutant")
        try:
            cursor.execute(self.words)
            bare = rows.without_a_floor(cursor)
            if bare:
                return f"no floor: {', '.join(sorted(bare))}"
            return self._red(laboratory, meant) or self._in_a_state(laboratory)
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT mutant")

    def _in_a_state(self, laboratory: rows.Rows) -> str:
        return states.unlike(laboratory, set(self.tables) if self.tables else None)

    def _red(self, laboratory: rows.Rows, meant: rows.Reach) -> str:
        tables = set(self.tables) if self.tables else None
        for reads_only in (True, False):
            found = laboratory.reach(tables, reads_only=reads_only)
            asked = {
                key: who
                for key, who in meant.items()
                if (tables is None or key[0] in tables)
                and (key[1] == "read" or not reads_only)
            }
            if red := rows.differences(found, asked):
                return red[0]
        return ""


def of_policies(cursor: psycopg.Cursor[Any]) -> Iterator[Mutant]:
    """Give the mutants of every policy that binds the application's role."""
    cursor.execute(
        "SELECT tablename, policyname, qual, with_check FROM pg_policies"
        " WHERE %s = ANY(roles) ORDER BY tablename, policyname",
        [rows.APP],
    )
    for table, policy, *tests in cursor.fetchall():
        where, only = f"{policy} ON {table}", frozenset({table})
        yield Mutant(f"{where}: dropped", f"DROP POLICY {where}", only)
        for clauses, test in _clauses(*tests):
            for what, mutated in [("open", "true"), *thinned(test)]:
                changed = " ".join(f"{clause} ({mutated})" for clause in clauses)
                words = f"ALTER POLICY {where} {changed}"
                yield Mutant(f"{where}: {clauses[0]} {what}", words, only)


def _clauses(
    using: str | None, check: str | None
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the clauses of a policy: a mistake in words said twice is made twice."""
    if using is not None and using == check:
        yield ("USING", "WITH CHECK"), using
        return
    for clause, test in (("USING", using), ("WITH CHECK", check)):
        if test is not None:
            yield (clause,), test


def of_functions(cursor: psycopg.Cursor[Any]) -> Iterator[Mutant]:
    """Give the mutants of every function that a policy asks, directly or not."""
    cursor.execute(
        "SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'app'"
        " AND p.prosecdef AND p.provolatile = 's' AND p.prorettype <> 'trigger'::regtype"
        " ORDER BY p.proname"
    )
    for name, words in cursor.fetchall():
        head, body, tail = re.split(r"(?<=AS \$function\$)|(?=\$function\$\s*$)", words)
        for what, mutated in thinned(body):
            yield Mutant(f"app.{name}: {what}", f"{head}{mutated}{tail}", None)


def thinned(test: str) -> Iterator[tuple[str, str]]:
    """Give a condition with one part less, or one word for another."""
    for found in re.finditer(r"\b(AND|OR)\b", test):
        end = _end_of_part(test, found.end())
        part = " ".join(test[found.start() : end].split())
        yield f"without '{part}'", test[: found.start()] + test[end:]
    for found in re.finditer(r"(?<![<>!])(=|<>)(?= )", test):
        other = "<>" if found[1] == "=" else "="
        if re.match(r"\s*ANY", test[found.end() :]):
            continue
        around = " ".join(test[max(0, found.start() - 20) : found.end() + 12].split())
        yield (
            f"'{other}' in '{around}'",
            test[: found.start()] + other + test[found.end() :],
        )
    for word, other in ANOTHER.items():
        if word in test:
            yield f"{other} for {word}", test.replace(word, other, 1)
    for found in re.finditer(r"_ids\((.*?)'(\w+)'::text\)", test):
        other = "mood" if found[2] != "mood" else "plan"
        mutated = test[: found.start(2)] + other + test[found.end(2) :]
        yield f"topic {other} for {found[2]}", mutated


def _end_of_part(test: str, start: int) -> int:
    """Give where the part of a condition that begins here ends."""
    depth = 0
    for place in range(start, len(test)):
        depth += {"(": 1, ")": -1}.get(test[place], 0)
        if depth < 0:
            return place
        if depth == 0 and re.match(
            r"\s(AND|OR|GROUP|ORDER|THEN|LIMIT)\b|;|\n\s*(GROUP|ORDER|LIMIT)|$",
            test[place + 1 :],
        ):
            return place + 1
    return len(test)
