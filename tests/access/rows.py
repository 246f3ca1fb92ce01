"""What PostgreSQL alone lets each person do with the rows of each table.

No page and no rule of ours stands between: every statement is one that somebody could
write who had got hold of the application's own role. `rows.txt` is what we mean by it.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from careplan.common import identity
from careplan.embedded.postgres import SUPERUSER
from tests.access.scene import Scene

FILE = Path(__file__).with_name("rows.txt")
APP = "careplan_app"
# (table, what is done, to whose rows) -> who may
ELSEWHERE = "another record"
COME_BACK = "UPDATE patients_careteammember SET state = 'active' WHERE state = 'ended'"
OF_NOOR = {"other_patient", "therapist_elsewhere", "prescriber_elsewhere"}
Reach = dict[tuple[str, str, str], frozenset[str]]

TRIED = """
CREATE FUNCTION pg_temp.tried(words text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE n bigint; found text[];
BEGIN
  BEGIN
    IF words LIKE 'SELECT%' THEN
      EXECUTE words INTO found;
      RETURN coalesce(found, '{}');
    END IF;
    EXECUTE words;
    GET DIAGNOSTICS n = ROW_COUNT;
    RAISE EXCEPTION USING ERRCODE = 'UNDO1';
  EXCEPTION
    WHEN insufficient_privilege THEN RETURN '{}';
    WHEN SQLSTATE 'UNDO1' THEN RETURN CASE WHEN n > 0 THEN '{any}' ELSE '{}' END;
    WHEN others THEN RETURN '{any}';  -- row security let it through, another lock did not
  END;
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.tried TO careplan_app
"""


@contextmanager
def laboratory() -> Iterator[psycopg.Cursor[Any]]:
    """Open a transaction that may change every lock and leaves nothing behind."""
    user = os.environ.get("CAREPLAN_TEST_SUPERUSER", SUPERUSER)
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(url, dbname=name, user=user) as root, root.cursor() as cursor:
        cursor.execute(TRIED)
        yield cursor
        root.rollback()


class Rows:
    """The statements that are tried, made from the tables as they are."""

    def __init__(self, scene: Scene, cursor: psycopg.Cursor[Any]) -> None:
        self.cursor = cursor
        self.people = _identities(scene, cursor)
        self.records = {
            str(world.patient.pk): name for name, world in scene.worlds.items()
        }
        self.maya, self.noor = self.records
        self.examples = {
            name: {row._meta.db_table: row.pk for row in world.rows.values()}
            for name, world in scene.worlds.items()
        }
        self.statements: list[tuple[str, str, str, str]] = []
        for table in _tables(cursor):
            self.statements += self._of_table(table)

    def reach(
        self,
        tables: set[str] | None = None,
        *,
        reads_only: bool = False,
        people: frozenset[str] | None = None,
    ) -> Reach:
        """Try every statement as everybody, or as some, undoing each."""
        asked = [
            row
            for row in self.statements
            if (tables is None or row[0] in tables)
            and not (reads_only and row[1] != "read")
        ]
        found: dict[tuple[str, str, str], set[str]] = {}
        for table, what, whose, _ in asked:
            if what != "read":
                found.setdefault((table, what, whose), set())
        for who in self.people if people is None else sorted(people):
            for row, answers in zip(asked, self._tried(asked, who), strict=True):
                for whose in answers:
                    key = (row[0], row[1], row[2] or whose)
                    found.setdefault(key, set()).add(who)
        return {key: frozenset(people) for key, people in found.items()}

    def as_it_stands(self, tables: frozenset[str] | None) -> "Rows":
        """Give the statements for some tables, made from what their rows hold now."""
        found = copy(self)
        if tables is not None:
            found.statements = [
                row for t in sorted(tables) for row in self._of_table(t)
            ]
        return found

    def _tried(self, asked: list[Any], who: str) -> list[list[str]]:
        other = self.maya if who in OF_NOOR else self.noor
        self.cursor.execute("SAVEPOINT trying")
        self.cursor.execute(f"SET LOCAL ROLE {APP}")
        self.cursor.execute(
            "SELECT set_config('app.ctx', %s, true)", [self.people[who]]
        )
        self.cursor.execute(
            "SELECT pg_temp.tried(words) FROM unnest(%s::text[])"
            " WITH ORDINALITY AS asked (words, place) ORDER BY place",
            [[row[3].replace(ELSEWHERE, other) for row in asked]],
        )
        answers = [row[0] for row in self.cursor.fetchall()]
        self.cursor.execute("ROLLBACK TO SAVEPOINT trying")
        return answers

    def _of_table(self, table: str) -> Iterator[tuple[str, str, str, str]]:
        columns = _columns(self.cursor, table)
        owner = "id" if table == "patients_patient" else "patient_id"
        has_record = owner in columns
        yield table, "read", "", self._read(table, columns, owner if has_record else "")
        yield table, "delete", "any", f"DELETE FROM {table}"
        for name, (may_update, _) in columns.items():
            if may_update:
                value = self._value(table, name)
                yield table, "change", "any", f'UPDATE {table} SET "{name}" = {value}'
                break
        if has_record and columns[owner][0] and owner != "id":
            words = f"UPDATE {table} SET {owner} = '{ELSEWHERE}'"
            yield table, "move", "elsewhere", words
        if table == "patients_careteammember":
            yield table, "come back", "after the end", COME_BACK
        for whose, row in self._examples(table):
            for more, variant in _variants(table, row):
                said = f"{whose} {more}".strip()
                yield table, "add", said, self._add(table, columns, variant)

    def _read(self, table: str, columns: dict[str, Any], owner: str) -> str:
        if not owner:
            return f"SELECT array_agg('some'::text) FROM {table} HAVING count(*) > 0"
        named = " ".join(
            f"WHEN '{pk}' THEN '{name}'" for pk, name in self.records.items()
        )
        private = (
            "CASE WHEN is_private THEN ' private' ELSE '' END"
            if "is_private" in columns
            else "''"
        )
        whose = f"CASE {owner}::text {named} ELSE 'another' END || {private}"
        return f"SELECT array_agg(DISTINCT {whose}) FROM {table}"

    def _value(self, table: str, column: str) -> str:
        """Give a value that this column holds somewhere, always the same one."""
        self.cursor.execute(
            f'SELECT quote_nullable(min("{column}"::text)), (SELECT'
            " format_type(atttypid, atttypmod) FROM pg_attribute"
            f" WHERE attrelid = '{table}'::regclass AND attname = '{column}')"
            f" FROM {table}"
        )
        value, kind = self.cursor.fetchone() or ("NULL", "text")
        return f"{value}::{kind}"

    def _examples(self, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give one row of each record as it stands, to be added once more."""
        for name, rows in self.examples.items():
            if table in rows:
                query = f"SELECT to_jsonb(t) FROM {table} t WHERE id = %s"
                self.cursor.execute(query, [rows[table]])
                row = self.cursor.fetchone()[0]  # type: ignore[index]
                if {"member_id", "user_id"} <= row.keys():
                    row["member_id"] = self._place_of(row)
                yield name, row

    def _place_of(self, row: dict[str, Any]) -> str:
        """Give the place on the team of the person whom this row names."""
        self.cursor.execute(
            "SELECT id::text FROM patients_careteammember"
            " WHERE user_id = %s AND patient_id = %s",
            [row["user_id"], row["patient_id"]],
        )
        found = self.cursor.fetchone()
        return found[0] if found else row["member_id"]

    def _add(self, table: str, columns: dict[str, Any], row: dict[str, Any]) -> str:
        named = ", ".join(
            f'"{name}"' for name, (_, may_set) in columns.items() if may_set
        )
        text = json.dumps(row).replace("'", "''")
        return (
            f"INSERT INTO {table} ({named}) SELECT {named}"
            f" FROM jsonb_populate_record(NULL::{table}, '{text}'::jsonb)"
        )


def _variants(table: str, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the rows that are tried where it matters what stands in one."""
    if table != "patients_emergencyaccess":
        yield "", row
        return
    fresh = {**row, "closed_at": None, "reviewed_at": None}
    yield "that begins", fresh
    yield "that is closed", {**fresh, "closed_at": row["opened_at"]}
    yield "that is reviewed", {**fresh, "reviewed_at": row["opened_at"]}
    yield "that begins later", {**fresh, "opened_at": "2999-01-01T00:00:00Z"}


def _tables(cursor: psycopg.Cursor[Any]) -> list[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relrowsecurity AND relkind IN ('r', 'p') ORDER BY relname"
    )
    return [row[0] for row in cursor.fetchall()]


def _columns(cursor: psycopg.Cursor[Any], table: str) -> dict[str, tuple[bool, bool]]:
    """Give each column: may the application change it, and can a statement set it."""
    cursor.execute(
        "SELECT attname, has_column_privilege(%s, attrelid, attnum, 'UPDATE'),"
        " attgenerated = '' AND attidentity <> 'a' FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attname = 'id', attname LIKE '%%\\_id', attnum",
        [APP, table],
    )
    return {name: (change, put) for name, change, put in cursor.fetchall()}


SYSTEM = re.compile(r"system_name\(\)[^']*((?:'[a-z_]+'(?:::text)?[,\s]*)+)")


def _identities(scene: Scene, cursor: psycopg.Cursor[Any]) -> dict[str, str]:
    """Give everybody who may ask, as the database is told."""
    maya = scene.worlds["maya"].patient
    told = {"nobody": "", "made up": f"person|{maya.user_id}|2|{'0' * 64}"}
    for name, who in scene.people.items():
        if who.user is not None:
            someone = identity.person(who.user.pk, second_factor=who.second_factor)
            told[name] = someone.signed()
    told["link to check in"] = identity.link(maya.pk, "checkin").signed()
    told["link for anything else"] = identity.link(maya.pk, "other").signed()
    cursor.execute(
        "SELECT coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies"
    )
    words = " ".join(row[0] for row in cursor.fetchall())
    names = {
        n for found in SYSTEM.findall(words) for n in re.findall("[a-z_]+(?=')", found)
    }
    told |= {f"system:{n}": identity.system(n).signed() for n in sorted(names)}
    told["system:other"] = identity.system("other").signed()
    return told


FLOOR = re.compile(r"\(*\s*SELECT app\.identity\(\) AS identity\)* IS NOT NULL\)*")


def without_a_floor(cursor: psycopg.Cursor[Any]) -> set[str]:
    """Name every table whose rows are not refused to whoever has no identity at all."""
    cursor.execute(
        "SELECT tablename, qual, with_check FROM pg_policies"
        " WHERE permissive = 'RESTRICTIVE' AND %s = ANY(roles)",
        [APP],
    )
    kept = {
        table
        for table, *words in cursor.fetchall()
        if all(FLOOR.fullmatch(word or "") for word in words)
    }
    return set(_tables(cursor)) - kept


# --- the table in the repository ----------------------------------------------------


def written(reach: Reach) -> str:
    """Give the table as a file: what tables have in common is said once."""
    blocks: dict[str, list[str]] = {}
    for table in sorted({table for table, _, _ in reach}):
        lines = [
            f"  {what} {whose}: {', '.join(sorted(people)) or '-'}"
            for (name, what, whose), people in sorted(reach.items())
            if name == table
        ]
        blocks.setdefault("\n".join(lines), []).append(table)
    return "".join(
        f"{', '.join(tables)}\n{lines}\n\n" for lines, tables in blocks.items()
    )


def meant() -> Reach:
    """Read the table."""
    found: Reach = {}
    for block in FILE.read_text(encoding="utf-8").strip().split("\n\n"):
        head, *lines = block.splitlines()
        for table in head.split(", "):
            for line in lines:
                act, people = line.strip().split(": ")
                what, whose = _act(act)
                who = frozenset() if people == "-" else frozenset(people.split(", "))
                found[table, what, whose] = who
    return found


def _act(words: str) -> tuple[str, str]:
    for what in ("come back", "move", "read", "delete", "change", "add"):
        if words.startswith(what):
            return what, words.removeprefix(what).strip()
    raise LookupError(words)


def differences(
    found: Reach, expected: Reach, tables: set[str] | None = None
) -> list[str]:
    """Say where what is possible is not what is meant."""
    said = []
    for key in sorted(found.keys() | expected.keys()):
        if tables is not None and key[0] not in tables:
            continue
        one, other = found.get(key, frozenset()), expected.get(key, frozenset())
        if one != other:
            more, less = ", ".join(sorted(one - other)), ", ".join(sorted(other - one))
            said.append(
                f"{' '.join(key)}: may now: {more or '-'}; no longer: {less or '-'}"
            )
    return said
