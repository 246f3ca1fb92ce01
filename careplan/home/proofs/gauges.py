"""What a page costs: statements, bytes, calls, buffers, indexes, and CPU against a floor.

Every statement of a request is explained where it runs, as the same person and inside
the same transaction, and undone again; then it runs as meant.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from careplan.common.memory import set_aside_what_is_loaded

# What every page of the product asks before it gathers anything (decisions 36).
HOUSE = (
    "django_session",
    "patients_user",
    "patients_accessevent",
    "patients_patient",
    "patients_chainhead",
)
FEW_ROWS = 5_000  # a table this small may be read whole by any planner
# With brackets: so begin the unions by which several tables are read at once.
ASKS = re.compile(r"^[\s(]*(SELECT|WITH|INSERT|UPDATE)\b", re.I)

Ask = Callable[[], Any]


@dataclass
class Cost:
    """What one request cost the database and the interpreter."""

    content: int = 0
    statements: int = 0
    size: int = 0
    calls: int = 0
    buffers: int = 0
    seconds_in_plans: float = 0.0
    indexes: set[str] = field(default_factory=set)
    read_whole: set[str] = field(default_factory=set)


def is_house(sql: str) -> bool:
    """Say whether a statement is the house's: session, person, consent, access row."""
    if "patients_careteammember" in sql and "journal_" not in sql:
        return True
    first = re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql)
    return bool(first and first.group(1).startswith(HOUSE))


def _counts(sql: str) -> bool:
    return not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT"))


def cost(ask: Ask) -> Cost:
    """Ask twice to warm up, then count, profile and explain one request each."""
    ask(), ask()
    found = Cost()
    with CaptureQueriesContext(connection) as caught:
        response = ask()
    asked = [query["sql"] for query in caught if _counts(query["sql"])]
    found.statements = len(asked)
    found.content = sum(not is_house(sql) for sql in asked)
    found.size = len(response.content)
    profile = cProfile.Profile()
    profile.runcall(ask)
    found.calls = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    with _explained(found):
        ask()
    return found


@contextmanager
def _explained(found: Cost) -> Iterator[None]:
    def explain(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if not many and connection.in_atomic_block and ASKS.match(str(sql)):
            _note(found, _plan(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield


def _plan(sql: str, params: Any) -> dict[str, Any]:
    with connection.connection.cursor() as cursor:
        cursor.execute("SAVEPOINT gauge")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        row = cursor.fetchone()
        cursor.execute("ROLLBACK TO gauge; RELEASE gauge")
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return dict(plan[0])


def _note(found: Cost, told: dict[str, Any]) -> None:
    top = told["Plan"]
    found.buffers += top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    found.seconds_in_plans += told["Execution Time"] / 1000
    for node in _nodes(top):
        if "Index Name" in node:
            found.indexes.add(node["Index Name"])
        if node["Node Type"] == "Seq Scan" and _rows_read(node) > FEW_ROWS:
            found.read_whole.add(node["Relation Name"])


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _rows_read(node: dict[str, Any]) -> float:
    read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    return float(read)


@dataclass(frozen=True)
class Ratio:
    """CPU of the page over that of its floor, and how far the floor itself spread."""

    times: float
    floor_ms: float
    spread: float

    def __str__(self) -> str:
        return f"{self.times:.1f}"


def ratio(page: Ask, floor: Ask, *, rounds: int = 5, each: int = 10) -> Ratio:
    """Ask floor and page turn by turn; CPU of this process and of its backend.

    As in a web process, what is loaded is set aside before the first round.
    """
    page(), floor()
    set_aside_what_is_loaded()
    ours, floors = [], []
    for _round in range(rounds):
        floors.append(_spent(floor, each))
        ours.append(_spent(page, each))
    floors.sort(), ours.sort()
    middle = rounds // 2
    return Ratio(
        ours[middle] / floors[middle],
        floors[middle] * 1000,
        floors[-2] / floors[1] - 1,
    )


def _spent(ask: Ask, each: int) -> float:
    before = _cpu()
    for _turn in range(each):
        ask()
    return (_cpu() - before) / each


def _cpu() -> float:
    """Seconds of processor time, from the operating system: ours and the backend's."""
    pid = connection.connection.info.backend_pid
    try:
        told = Path(f"/proc/{pid}/schedstat").read_text(encoding="utf-8")
        backend = int(told.split()[0]) / 1e9
    except OSError:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        ticks = told.rpartition(")")[2].split()
        backend = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + backend
