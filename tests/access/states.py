"""What row security lets people do in states that the scene does not come to.

Each state is here because a mistake in a policy, or in what policies ask, went unnoticed
without it. `states.txt` is what we mean: in each state, who may do what with which tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from patients.topics import Topic
from tests.access.rows import Reach, Rows

FILE = Path(__file__).with_name("states.txt")
CLINICIANS = frozenset({"therapist", "prescriber"})
SHARED = "UPDATE patients_careteammember SET topics = %s WHERE state = 'active'"
# Of a therapist: of the one who was on the team once, or of the one who is.
EMERGENCY = """
UPDATE patients_emergencyaccess e SET opened_at = now(), closed_at = NULL,
  reviewed_at = NULL, ends_at = now() + interval '1 hour', member_id = m.id,
  user_id = m.user_id
FROM patients_careteammember m WHERE m.patient_id = e.patient_id
  AND m.state = %s AND m.role = 'therapist'
"""
WHOSE = "(SELECT {} FROM patients_careteammember m JOIN patients_emergencyaccess e"
WHOSE += " ON e.member_id = m.id WHERE m.state = 'ended')"
NOT_ANY_MORE = {
    "is over": "UPDATE patients_emergencyaccess SET opened_at = now() - interval '2 h',"
    " ends_at = now() - interval '1 h'",
    "was closed": "UPDATE patients_emergencyaccess SET closed_at = now()",
    "is somebody else's": "UPDATE patients_emergencyaccess e SET user_id = p.user_id"
    " FROM patients_patient p WHERE p.id = e.patient_id",
    "is of a suspended post": "UPDATE patients_clinician SET suspended_at = now()"
    f" WHERE id IN {WHOSE.format('m.clinician_id')}",
    "is of a post never verified": "UPDATE patients_clinician SET verified_at = NULL"
    f" WHERE id IN {WHOSE.format('m.clinician_id')}",
    "is of an account that is off": "UPDATE patients_user SET is_active = false"
    f" WHERE id IN {WHOSE.format('m.user_id')}",
    "is in a closed record": "UPDATE patients_patient SET closed_at = now()"
    f" WHERE id IN {WHOSE.format('m.patient_id')}",
}
OPENED = frozenset({"therapist_ended", "prescriber_ended", "care_manager"})
SOME = frozenset({"journal_entry", "careplan_plan"})
SOME |= {f"patients_{name}" for name in ("patient", "patientkey", "accessevent")}


@dataclass(frozen=True)
class State:
    """What is otherwise, and who is asked about which tables then; None: all."""

    name: str
    statements: tuple[tuple[str, list[object]], ...]
    people: frozenset[str] | None
    tables: frozenset[str] | None


def every(laboratory: Rows) -> Iterator[State]:
    """Give each state."""
    for topic in Topic.values:
        shared = ((SHARED, [[topic]]),)
        yield State(f"{topic} alone is shared", shared, CLINICIANS, None)
    yield from _suggestions(laboratory)
    binned = _with_column(laboratory, "deleted_at")
    deleted = tuple((f"UPDATE {t} SET deleted_at = now()", []) for t in sorted(binned))
    yield State("everything is in the bin", deleted, None, binned)
    yield from _emergencies()


def _emergencies() -> Iterator[State]:
    """Give one that is open, and each way in which it is so no more."""
    opened = (EMERGENCY, ["ended"])
    yield State("an emergency is open", (opened,), OPENED, None)
    for name, words in NOT_ANY_MORE.items():
        yield State(f"an emergency {name}", (opened, (words, [])), OPENED, SOME)
    half = frozenset({"no_second_factor"})
    opened = (EMERGENCY, ["active"])
    yield State("an emergency without a second factor", (opened,), half, SOME)


def _suggestions(laboratory: Rows) -> Iterator[State]:
    """Give the states in which a suggestion is about the one thing that is not shared."""
    about = _with_column(laboratory, "topics") - {"patients_careteammember"}
    for topic in (Topic.MEDICINES, Topic.THERAPY):
        others = [name for name in Topic.values if name != topic]
        changed = [(f"UPDATE {t} SET topics = %s", [[topic.value]]) for t in about]
        statements = (*changed, (SHARED, [others]))
        name = f"about {topic.value}, which alone is not shared"
        yield State(name, statements, CLINICIANS, about)


def _with_column(laboratory: Rows, column: str) -> frozenset[str]:
    laboratory.cursor.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE column_name = %s AND table_schema = 'public'",
        [column],
    )
    found = {row[0] for row in laboratory.cursor.fetchall()}
    return frozenset(found & {row[0] for row in laboratory.statements})


def reach(laboratory: Rows, state: State, tables: set[str] | None = None) -> Reach:
    """Try every statement of a state's tables as its people, undoing it all."""
    asked = state.tables if tables is None else tables & (state.tables or tables)
    if asked is not None and not asked:
        return {}
    with _standing(laboratory, state):
        found = laboratory.as_it_stands(state.tables).reach(
            set(asked) if asked is not None else None, people=state.people
        )
    return {key: who for key, who in found.items() if who}


@contextmanager
def _standing(laboratory: Rows, state: State) -> Iterator[None]:
    """Bring a state about, past every trigger."""
    cursor = laboratory.cursor
    cursor.execute("SAVEPOINT state")
    cursor.execute("SET LOCAL session_replication_role = replica")
    for words, values in state.statements:
        cursor.execute(words, values)
    cursor.execute("SET LOCAL session_replication_role = origin")
    try:
        yield
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT state")


def lines(laboratory: Rows, tables: set[str] | None = None) -> Iterator[str]:
    """Give each state, and then a line for each thing that somebody may do in it."""
    for state in every(laboratory):
        yield state.name
        may: dict[str, set[str]] = {}
        for (table, what, whose), who in reach(laboratory, state, tables).items():
            for name in who:
                may.setdefault(f"{name}: {what} {whose}", set()).add(table)
        yield from (f"  {act}: {', '.join(sorted(may[act]))}" for act in sorted(may))


def written(laboratory: Rows) -> str:
    """Give the file."""
    return "\n".join(lines(laboratory)) + "\n"


def unlike(laboratory: Rows, tables: set[str] | None = None) -> str:
    """Give the first line that is not as it was meant for these tables, or nothing."""
    meant = set(_meant(tables))
    found = set()
    for line in lines(laboratory, tables):
        found.add(line)
        if line not in meant:
            return line
    return next(iter(sorted(meant - found)), "")


def _meant(tables: set[str] | None) -> Iterator[str]:
    """Give the lines of the file, cut down to some tables."""
    said = FILE.read_text(encoding="utf-8").splitlines()
    if tables is None:
        yield from said
        return
    for line in said:
        act, _, names = line.rpartition(": ")
        if not act:
            yield line
        elif kept := [name for name in names.split(", ") if name in tables]:
            yield f"{act}: {', '.join(kept)}"
