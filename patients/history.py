"""Change history: triggers on every table of a record, kept complete by `migrate`.

The application cannot forget to write it, and cannot write it: rows come from a
function of the tables' owner. Machinery whose states are its own history is left out.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = """
CREATE OR REPLACE FUNCTION app.note_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
  who text := left(coalesce(app.identity(), session_user), 120);
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO patients_changeevent
      (id, created_at, patient_id, "table", row_id, act, columns, before, actor, changed_at)
    SELECT gen_random_uuid(), clock_timestamp(), n.patient_id, TG_TABLE_NAME, n.id,
      'insert', '{}', '{}', who, clock_timestamp() FROM new_rows n
    WHERE n.patient_id IS NOT NULL;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO patients_changeevent
      (id, created_at, patient_id, "table", row_id, act, columns, before, actor, changed_at)
    SELECT gen_random_uuid(), clock_timestamp(), o.patient_id, TG_TABLE_NAME, o.id,
      'delete', '{}', to_jsonb(o), who, clock_timestamp() FROM old_rows o
    WHERE o.patient_id IS NOT NULL AND session_user <> 'careplan_erase'
      AND current_setting('role') <> 'careplan_erase';
  ELSE
    INSERT INTO patients_changeevent
      (id, created_at, patient_id, "table", row_id, act, columns, before, actor, changed_at)
    SELECT gen_random_uuid(), clock_timestamp(), n.patient_id, TG_TABLE_NAME, n.id,
      'update', c.names, c.old_values, who, clock_timestamp()
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    CROSS JOIN LATERAL (
      SELECT array_agg(was.key) AS names, jsonb_object_agg(was.key, was.value) AS old_values
      FROM jsonb_each(to_jsonb(o)) AS was
      WHERE was.value IS DISTINCT FROM to_jsonb(n) -> was.key
    ) AS c
    WHERE c.names IS NOT NULL AND n.patient_id IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION app.note_changes() FROM PUBLIC;
"""

# Its own states are its history, or it is a log itself.
LEFT_OUT = frozenset(
    {
        "patients_changeevent",
        "patients_accessevent",
        "patients_auditseal",
        "outbox_message",
        "checkins_prompt",
        "checkins_tickmark",
        "checkins_teamtold",
        "journal_checkintiming",
        "journal_keptform",
        "team_readupto",
    }
)

# What the clock moves on each day is nobody's change: only people's are noted there.
NOT_NOTED_OF = {"checkins_schedule": "tick"}

UNTRACKED = """
SELECT c.relname FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'patient_id'
JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = 'id'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND NOT EXISTS (
    SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'note_%%'
  )
"""


def untracked(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the tables of records whose changes leave no history yet."""
    with connection.cursor() as cursor:
        cursor.execute(UNTRACKED)
        return sorted({name for (name,) in cursor.fetchall()} - LEFT_OUT)


def track(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on every table of a record that has none. As the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('patients_changeevent')")
        if cursor.fetchone()[0] is None:
            return
        cursor.execute(FUNCTION)
        for table in untracked(connection):
            cursor.execute(_triggers(table))


def _triggers(table: str) -> str:
    rows = {
        "INSERT": "NEW TABLE AS new_rows",
        "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "OLD TABLE AS old_rows",
    }
    clock = NOT_NOTED_OF.get(table)
    when = f" WHEN (app.system_name() IS DISTINCT FROM '{clock}')" if clock else ""
    return ";".join(
        f"CREATE TRIGGER note_{act.lower()}s AFTER {act} ON {table}"
        f" REFERENCING {named} FOR EACH STATEMENT{when}"
        " EXECUTE FUNCTION app.note_changes()"
        for act, named in rows.items()
    )
