"""Proof: the pages cost the same with ten thousand journal rows and with ten million.

Statements, bytes and buffers at each size, no table read whole, and CPU as a ratio to
a hand-written floor measured turn by turn in the same run (performance.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from psycopg import sql

from careplan.home.proofs import crowd, floors, gauges
from careplan.home.proofs.crowd import Crowd
from careplan.home.proofs.gauges import Ask as Request
from careplan.home.proofs.gauges import Cost, Ratio
from careplan.home.proofs.offline_browser import PLAIN
from careplan.home.proofs.plan_edits import client_of
from careplan.home.proofs.record import Ask, Proof
from patients.models import User

SIZES = (10_000, 1_000_000, 10_000_000)
NAME = "careplan_pages"
COLUMNS = (
    "page, journal rows", "content queries", "queries", "kB", "calls", "buffers",
    "CPU, of the floor", "floor, ms", "read whole",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page, its floor, and what it may cost."""

    name: str
    ask: Request
    floor: Request
    content: int
    queries: int
    ratio: float


def run(ask: Ask) -> Proof:
    """Measure every page at three sizes, in one database that grows and is dropped."""
    proof = Proof(
        name="pages",
        about="Pages at three sizes of everybody's journal. The person viewed has two"
        " years of five entries a day, the caseloads 50 and 500 people; what grows is"
        " everybody else, a thousand rows and a clinician each.",
        columns=COLUMNS,
    )
    told: dict[str, list[Cost]] = {}
    with override_settings(STORAGES=PLAIN), own_database(NAME):
        ask.say("laying out the people who are measured")
        known = crowd.lay_out()
        for size in [n for n in SIZES if not ask.size or n <= ask.size]:
            _grow(known, size, ask)
            for page in pages(known):
                cost = gauges.cost(page.ask)
                ratio = gauges.ratio(page.ask, page.floor)
                told.setdefault(page.name, []).append(cost)
                proof.rows.append(_row(page, size, cost, ratio))
                proof.held &= _is_within(page, cost)
                ask.say(" | ".join(map(str, proof.rows[-1])))
    proof.held &= all(_is_flat(costs) for costs in told.values())
    proof.notes = [*NOTES, *(_indexes(name, costs) for name, costs in told.items())]
    return proof


NOTES = (
    "Held: content queries and queries within decisions 36, buffers within 10 % (and"
    " 20 blocks, for one more level of each index) of those at the smallest size, and"
    " no table of more than 5,000 rows read whole. CPU is reported, not gated.",
    "The rows of the people measured were written first, in order of day; everybody"
    " else's person by person and without the change history, which no page reads.",
)


def _is_flat(costs: list[Cost]) -> bool:
    most = max(cost.buffers for cost in costs)
    return most <= 1.1 * costs[0].buffers + 20


def _indexes(name: str, costs: list[Cost]) -> str:
    found = sorted(set().union(*(cost.indexes for cost in costs)))
    return f"Indexes of {name}: {', '.join(found)}."


def _grow(known: Crowd, size: int, ask: Ask) -> None:
    missing = (size - crowd.journal_rows()) // crowd.ROWS_A_PERSON
    if missing > 0:
        ask.say(f"{size:,} rows: laying out {missing:,} more people")
        crowd.add(known, f"others{size}", missing, say=ask.say)
    ask.say(f"{size:,} rows: vacuum and statistics")
    crowd.settle()


def _row(page: Page, size: int, cost: Cost, ratio: Ratio) -> tuple[object, ...]:
    return (
        f"{page.name}, {size:,}",
        cost.content,
        cost.statements,
        f"{cost.size / 1000:.1f}",
        f"{cost.calls:,}",
        f"{cost.buffers:,}",
        f"{ratio.times:.1f} (<= {page.ratio})",
        f"{ratio.floor_ms:.1f} +- {100 * ratio.spread:.0f} %",
        ", ".join(sorted(cost.read_whole)) or "nothing",
    )


def _is_within(page: Page, cost: Cost) -> bool:
    return (
        cost.content <= page.content
        and cost.statements <= page.queries
        and not cost.read_whole
    )


def pages(known: Crowd) -> list[Page]:
    """The pages of issue 6 and 3 that must stay flat, each beside its floor."""
    record = known.patient.pk
    maya, ada = client_of(known.patient.user), client_of(known.prescriber)
    sam = client_of(known.therapist)
    plain, plain_maya, plain_sam = (
        _floor_client(user)
        for user in (known.prescriber, known.patient.user, known.therapist)
    )

    def check_in() -> object:
        return maya.post("/check-in/", {"mood": "5", "client_id": str(uuid4())})

    return [
        Page(
            f"timeline, {months} months",
            lambda months=months: ada.get(f"/p/{record}/timeline/?months={months}"),
            lambda months=months: plain.get(f"/timeline/{record}/{30 * months}/"),
            8, 14, 3,
        )
        for months in (3, 24)
    ] + [
        Page("caseload of 50", lambda: sam.get("/c/caseload/"),
             lambda: plain_sam.get("/caseload/"), 6, 14, 2.5),
        Page("caseload of 500", lambda: ada.get("/c/caseload/"),
             lambda: plain.get("/caseload/"), 6, 14, 2.5),
        Page("brief", lambda: ada.get(f"/c/people/{record}/review/"),
             lambda: plain.get(f"/timeline/{record}/84/"), 8, 14, 3),
        Page("check-in, POST", check_in,
             lambda: plain_maya.post(f"/check-in/{record}/"), 8, 14, 2.5),
    ]  # fmt: skip


def _floor_client(user: User) -> Client:
    with override_settings(MIDDLEWARE=floors.MIDDLEWARE):
        client = client_of(user)
        client.get("/nothing/")  # the handler loads its middleware with the first
    return client


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """A copy of the migrated database under another name, dropped afterwards."""
    before = connection.settings_dict["NAME"]
    connection.close()
    _as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _as_owner("CREATE DATABASE {} TEMPLATE {}", name, before)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _as_owner(statement: str, *names: str) -> None:
    url = settings.DATABASE_OWNER_URL
    with psycopg.connect(url, dbname="postgres", autocommit=True) as owner:
        owner.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
