"""The second lock: PostgreSQL row security, written into migrations in words.

    RowSecurity("journal_entry", topic="mood", private="is_private",
                select=("self", "topic"), insert=("self", "link:checkin"),
                update=("self",), system={"tick": ("select",)})

turns row security on and FORCEs it, adds one RESTRICTIVE floor (no identity, no
rows) and one permissive policy per command. Every list of ids is computed once per
statement (`(SELECT ...)::uuid[]`), because a function per row is 400 times slower.
"""

from collections.abc import Mapping, Sequence

from django.db import migrations

APP, OWNER, ERASE = "careplan_app", "careplan_owner", "careplan_erase"
COMMANDS = ("select", "insert", "update", "delete")
ROLES = ("therapist", "prescriber", "care_manager", "supporter", "clinician")


class RowSecurity(migrations.RunSQL):
    """Secure one table with a `patient_id` column (or `column`).

    Each of `select`, `insert`, `update`, `delete` lists who may:

    - "self": the patient whose row it is;
    - "topic": an active member whose consent opens `topic`;
    - "member": any active member of the care team;
    - "therapist", "prescriber", "care_manager", "clinician": an active member in that
      role whose consent opens `topic` ("clinician" is any of the first three);
    - "link:ACT": the holder of a link for that act.

    `private` names a boolean column: a private row is the patient's alone.
    `system` maps a system identity's name to the commands it may use.
    `owner_reads` lets the functions that compute the lists read the table.
    A command nobody may use is not even granted, so the table is append-only.
    """

    def __init__(
        self,
        table: str,
        *,
        topic: str | None = None,
        private: str | None = None,
        select: Sequence[str] = ("self", "topic"),
        insert: Sequence[str] = (),
        update: Sequence[str] = (),
        delete: Sequence[str] = (),
        system: Mapping[str, Sequence[str]] | None = None,
        column: str = "patient_id",
        owner_reads: bool = False,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        may = dict(zip(COMMANDS, (select, insert, update, delete), strict=True))
        sql = _table_sql(table, owner_reads=owner_reads)
        granted = []
        for command in COMMANDS:
            tests = [_test(who, topic, private, column) for who in may[command]]
            tests += _system_tests(command, system or {})
            tests += [extra[command]] if extra and command in extra else []
            if tests:
                granted.append(command.upper())
                sql.append(_policy(table, command, " OR ".join(tests)))
        if granted:
            sql.append(f"GRANT {', '.join(granted)} ON {table} TO {APP}")
        super().__init__(
            sql=";\n".join(sql),
            reverse_sql=f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        )


class AppendOnly(migrations.RunSQL):
    """Refuse UPDATE, DELETE and TRUNCATE on a table, whoever asks.

    Only the erasing role may delete, and only it (decisions 26).
    """

    def __init__(self, table: str) -> None:
        super().__init__(
            sql=(
                f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION app.refuse_change();\n"
                f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()"
            ),
            reverse_sql=(
                f"DROP TRIGGER refuse_change ON {table};\n"
                f"DROP TRIGGER refuse_truncate ON {table}"
            ),
        )


def _table_sql(table: str, *, owner_reads: bool) -> list[str]:
    migrating = "current_setting('app.migrating', true) = 'on'"
    known = "(SELECT app.identity()) IS NOT NULL"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM {APP}",
        f"CREATE POLICY floor ON {table} AS RESTRICTIVE FOR ALL TO {APP} "
        f"USING ({known}) WITH CHECK ({known})",
        f"CREATE POLICY owner_migrates ON {table} FOR ALL TO {OWNER} "
        f"USING ({migrating}) WITH CHECK ({migrating})",
        *(
            [f"CREATE POLICY owner_reads ON {table} FOR SELECT TO {OWNER} USING (true)"]
            if owner_reads
            else []
        ),
        f"GRANT SELECT, DELETE ON {table} TO {ERASE}",
        f"CREATE POLICY erase_reads ON {table} FOR SELECT TO {ERASE} USING (true)",
        f"CREATE POLICY erase_deletes ON {table} FOR DELETE TO {ERASE} USING (true)",
    ]


def _policy(table: str, command: str, test: str) -> str:
    clause = {
        "select": f"USING ({test})",
        "insert": f"WITH CHECK ({test})",
        "update": f"USING ({test}) WITH CHECK ({test})",
        "delete": f"USING ({test})",
    }[command]
    name = f"app_{command}s"
    return f"CREATE POLICY {name} ON {table} FOR {command.upper()} TO {APP} {clause}"


def _test(who: str, topic: str | None, private: str | None, column: str) -> str:
    test = f"{column} = ANY((SELECT {_ids(who, topic)})::uuid[])"
    if private and who != "self" and not who.startswith("link:"):
        test = f"({test} AND NOT {private})"
    return test


def _ids(who: str, topic: str | None) -> str:
    if who == "self":
        return "app.own_ids()"
    if who == "member":
        return "app.member_ids()"
    if who.startswith("link:"):
        return f"app.link_ids('{who.removeprefix('link:')}')"
    if topic is None:
        message = f"'{who}' needs a topic"
        raise ValueError(message)
    if who == "topic":
        return f"app.visible_ids('{topic}')"
    if who in ROLES:
        return f"app.role_ids('{who}', '{topic}')"
    message = f"unknown word in a row policy: {who}"
    raise ValueError(message)


def _system_tests(command: str, system: Mapping[str, Sequence[str]]) -> list[str]:
    names = sorted(name for name, commands in system.items() if command in commands)
    quoted = ", ".join(f"'{name}'" for name in names)
    return [f"(SELECT app.system_name()) IN ({quoted})"] if names else []
