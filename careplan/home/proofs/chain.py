"""Proof: who looked stays known (B2, B3, decisions 25).

Many writers and two sealers make one chain; whatever is done to the tables behind the
application's back is found by the command; a million rows are verified in a minute.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from careplan.common.identity import acting_as, person
from careplan.home.proofs import tampering
from careplan.home.proofs.record import Ask, Proof
from patients import access, chain, people, seals
from patients.models import AccessEvent, AuditSeal, Patient, Role, User

FULL = (
    10_000  # tamperings; rows to write are five times, to verify a hundred times that
)
ROWS_A_RECORD = 1_000
ROWS_A_SEAL = 10
ENOUGH = 60.0  # seconds for a million rows


def run(ask: Ask) -> Proof:
    """Write, tamper, and verify at size; `--only` writers, tamperings, rows."""
    size = ask.size or FULL
    proof = Proof(
        name="chain",
        about="The access log: writers and two sealers at once on one record; harm done"
        " to the tables as their owner, each looked for by `access_log verify`;"
        " and the time that verifying takes.",
        columns=("what", "how many", "expected", "found", "seconds"),
    )
    parts: dict[str, Callable[[Ask, Proof, int], None]] = {
        "writers": _writers,
        "tamperings": _tamperings,
        "rows": _rows,
    }
    for name, part in parts.items():
        if ask.wants(name):
            part(ask, proof, size)
            ask.say(" | ".join(str(cell) for cell in proof.rows[-1]))
    return proof


@dataclass(frozen=True, slots=True)
class Scene:
    """A record and those who look into it."""

    patient: Patient
    viewers: list[User]


def lay_out(viewers: int) -> Scene:
    """Make a record and its team through the product's own rules."""
    now, tag = dt.datetime.now(dt.UTC), uuid4().hex[:8]
    maya = User.objects.create_user(f"m{tag}@sink.example", name="Maya Proof")
    patient = people.register_patient(maya, now=now, time_zone="UTC")
    team = [
        User.objects.create_user(f"c{n}{tag}@sink.example", name=f"Clinician {n}")
        for n in range(viewers)
    ]
    with transaction.atomic(), acting_as(person(maya.pk, second_factor=True)):
        for one in team:
            people.join_team(patient, one, role=Role.THERAPIST, by=maya, now=now)
    return Scene(patient, team)


def look(scene: Scene, viewer: User, part: str = "plan") -> None:
    """Leave one access row, as a page does."""
    actor = access.Actor(viewer, second_factor=True)
    with acting_as(actor.identity), transaction.atomic():
        access.seen(actor, Patient.objects.get(pk=scene.patient.pk), part)


# --- writers ------------------------------------------------------------------------


def _writers(ask: Ask, proof: Proof, size: int) -> None:
    writers = max(4, min(50, size // 10))
    each = size * 5 // writers
    scene, began = lay_out(writers), time.monotonic()
    written_by(scene, each)
    took = time.monotonic() - began
    while seals.seal_waiting(now=dt.datetime.now(dt.UTC)):
        pass
    rows, sealed, once, gaps = _counted(scene.patient)
    faults = len(seals.verify(patient=scene.patient.pk))
    proof.rows.append(
        (
            f"writers: {writers} x {each}, two sealers",
            f"{rows} rows, {sealed} of them sealed",
            f"{writers * each} rows, 0 forks, 0 gaps, 0 faults",
            f"{sealed - once} rows sealed twice, {gaps} gaps, {faults} faults",
            f"{took:.0f}",
        )
    )
    sound = rows == sealed == once == writers * each and not gaps and not faults
    proof.held = proof.held and sound


def written_by(scene: Scene, each: int) -> None:
    """Let everybody write at once while two sealers seal; waits until all wrote."""
    over = threading.Event()

    def write(viewer: User) -> None:
        try:
            for _ in range(each):
                look(scene, viewer)
        finally:
            connection.close()

    def seal() -> None:
        try:
            while not over.is_set():
                seals.seal_waiting(now=dt.datetime.now(dt.UTC))
                over.wait(0.2)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[one]) for one in scene.viewers]
    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in sealers:
        thread.join()


def _counted(patient: Patient) -> tuple[int, int, int, int]:
    owner = person(patient.user_id, second_factor=False)
    with acting_as(owner), transaction.atomic():
        rows = AccessEvent.objects.filter(patient=patient).count()
        made = AuditSeal.objects.filter(patient=patient).order_by("number")
        links = list(made.values_list("number", "events"))
    covered = [event for _number, events in links for event in events]
    gaps = sum(number != place for place, (number, _) in enumerate(links, start=1))
    return rows, len(covered), len(set(covered)), gaps


# --- tamperings ---------------------------------------------------------------------


def _tamperings(ask: Ask, proof: Proof, size: int) -> None:
    dice = random.Random(ask.seed)  # noqa: S311 - harm that can be repeated
    scene, began = lay_out(3), time.monotonic()
    for _ in range(4):
        for viewer in scene.viewers:
            look(scene, viewer, dice.choice(["plan", "journal", "medicines"]))
        seals.seal_waiting(now=dt.datetime.now(dt.UTC))
    done: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    with TemporaryDirectory() as folder, owner() as owning:
        heads = Path(folder) / "heads"
        call_command("access_log", "heads", heads=heads)
        told = _is_found(scene.patient.pk, heads)
        proof.held = proof.held and not told  # sound before any harm
        with tampering.Tables(owning, scene.patient.pk) as tables:
            for _ in range(size):
                kind = tables.harm(dice)
                done[kind] += 1
                missed[kind] += not _is_found(scene.patient.pk, heads)
                tables.put_back()
        proof.held = proof.held and not _is_found(scene.patient.pk, heads)
    proof.rows.append(
        (
            "tamperings",
            f"{size}: " + ", ".join(f"{n} {kind}" for kind, n in sorted(done.items())),
            "all found",
            f"{size - missed.total()} found, {missed.total()} missed",
            f"{time.monotonic() - began:.0f}",
        )
    )
    proof.held = proof.held and not missed.total()


def _is_found(patient: UUID, heads: Path) -> bool:
    with Path("/dev/null").open("w") as nowhere:
        try:
            call_command(
                "access_log", "verify", heads=heads, patient=patient, stdout=nowhere
            )
        except SystemExit:
            return True
    return False


def owner() -> psycopg.Connection[Any]:
    """Connect as the tables' owner: what somebody with the server in hand can be."""
    name = connection.settings_dict["NAME"]
    return psycopg.connect(
        settings.DATABASE_OWNER_URL,
        dbname=name,
        autocommit=True,
        options="-c app.migrating=on",
    )


# --- a million rows -----------------------------------------------------------------

COPIES = """
CREATE TEMP TABLE copies AS SELECT n, gen_random_uuid() AS u, gen_random_uuid() AS p
  FROM generate_series(1, {many}) AS n;
INSERT INTO patients_user SELECT (jsonb_populate_record(t, jsonb_build_object(
  'id', c.u, 'email', '{tag}' || c.n || '@sink.example'))).*
  FROM patients_user t, copies c WHERE t.id = '{user}';
INSERT INTO patients_patient SELECT (jsonb_populate_record(t, jsonb_build_object(
  'id', c.p, 'user_id', c.u))).*
  FROM patients_patient t, copies c WHERE t.id = '{patient}';
"""
# COPY does not go past row security, which binds the owner too.
LOOKS = f"""
INSERT INTO patients_accessevent ({", ".join(seals.COLUMNS)})
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[],
  %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
"""  # noqa: S608 - the names of its columns
SEALS = """
INSERT INTO patients_auditseal (id, created_at, patient_id, number, events, hash)
SELECT gen_random_uuid(), %s, %s, s.number, s.events::uuid[], s.hash
FROM unnest(%s::int[], %s::text[], %s::text[]) AS s(number, events, hash)
"""


def _rows(ask: Ask, proof: Proof, size: int) -> None:
    many = size * 100
    scene = lay_out(1)
    with owner() as owning, tampering.open_to_the_owner(owning):
        heads = _fill(owning, scene, many)
        began, worked = time.monotonic(), time.process_time()
        faults = seals.verify(heads=heads)
        took, worked = time.monotonic() - began, time.process_time() - worked
    proof.rows.append(
        (
            f"verifying {many} rows",
            f"{len(heads)} chains, {many // ROWS_A_SEAL} seals",
            f"0 faults, {max(1, ENOUGH * many / 1_000_000):.0f} s at most",
            f"{len(faults)} faults; {worked:.1f} s of this process's own work",
            f"{took:.1f}",
        )
    )
    fast = took <= max(1.0, ENOUGH * many / 1_000_000)
    proof.held = proof.held and not faults and fast


def _fill(owning: psycopg.Connection[Any], scene: Scene, many: int) -> list[chain.Head]:
    records = max(1, many // ROWS_A_RECORD)
    each = many // records
    owning.execute(  # ids of our own making
        COPIES.format(
            many=records,
            tag=uuid4().hex[:8],
            user=scene.patient.user_id,
            patient=scene.patient.pk,
        ).encode()
    )
    found = owning.execute("SELECT p FROM copies ORDER BY n").fetchall()
    viewer = scene.viewers[0].pk
    heads = [_one_chain(owning, row[0], viewer, each) for row in found]
    owning.execute("ANALYZE patients_accessevent, patients_auditseal")
    return heads


def _columns(names: Iterable[str], rows: Sequence[object]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in names]


def _one_chain(
    owning: psycopg.Connection[Any], patient: UUID, viewer: UUID, each: int
) -> chain.Head:
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    moments = [start + dt.timedelta(minutes=n) for n in range(each)]
    events = [
        chain.Event(
            str(uuid4()), str(patient), str(viewer), "therapist", "plan", "page", "",
            at.isoformat(), at.isoformat(),
        )
        for at in moments
    ]  # fmt: skip
    before, made = chain.NOTHING_BEFORE, []
    for number, place in enumerate(range(0, each, ROWS_A_SEAL), start=1):
        covered = events[place : place + ROWS_A_SEAL]
        made.append(chain.sealed(patient, number, before, covered))
        before = made[-1].hash
    owning.execute(LOOKS.encode(), _columns(chain.Event._fields, events))
    number, ids, hashes = _columns(("number", "events", "hash"), made)
    text = ["{" + ",".join(map(str, one)) + "}" for one in ids]
    owning.execute(SEALS.encode(), [start, patient, number, text, hashes])
    return chain.Head(patient, len(made), before)
