"""Proof: everything about one person, out and in again, at 10,000 entries (G5, X3)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import time
import zipfile
from uuid import uuid4

from django.apps import apps
from django.db import transaction

from careplan.common.identity import acting_as, person
from careplan.home.proofs.record import Ask, Proof
from patients import bringing, export, people
from patients.models import Patient, User

FULL = 10_000
ENOUGH = 60.0  # seconds for 10,000 entries
START = dt.datetime(2020, 1, 1, 9, tzinfo=dt.UTC)
WORDS = ("=1+1", "A better day.", "Slept badly, felt flat.", "+cmd", "Walked 🙂")


def run(ask: Ask) -> Proof:
    """Write a diary, take it out in all forms, bring it into an empty record."""
    size = ask.size or FULL
    proof = Proof(
        name="export",
        about="One record with a check-in, a note and a night for each entry: all of it"
        " taken out, and brought into another person's empty record.",
        columns=("what", "entries", "seconds", "CPU", "promised", "size", "found"),
    )
    maya, other = _somebody("Maya Proof"), _somebody("Maya Proof again")
    _write(maya, size, random.Random(ask.seed))  # noqa: S311 - to be repeated
    text = _taken_out(maya, size, proof)
    _packed(maya, size, proof)
    _brought_in(other, text, size, proof)
    return proof


def _somebody(name: str) -> Patient:
    user = User.objects.create_user(f"{uuid4().hex[:8]}@sink.example", name=name)
    return people.register_patient(user, now=dt.datetime.now(dt.UTC), time_zone="UTC")


def _as(patient: Patient) -> object:
    return acting_as(person(patient.user_id, second_factor=False))


def _write(patient: Patient, size: int, dice: random.Random) -> None:
    entry, note, night = (
        apps.get_model(f"journal.{name}") for name in ("Entry", "EntryNote", "SleepLog")
    )
    moments = [START + dt.timedelta(hours=5 * n) for n in range(size)]
    entries = [
        entry(
            patient=patient,
            client_id=uuid4(),
            local_date=at.date(),
            occurred_at=at,
            written_at=at,
            zone="UTC",
            mood=dice.randrange(1, 8),
            is_private=dice.random() < 0.2,
        )
        for at in moments
    ]
    notes = [
        note(
            patient=patient,
            entry=one,
            local_date=one.local_date,
            is_private=one.is_private,
            words=dice.choice(WORDS),
        )
        for one in entries
    ]
    days = sorted({one.local_date for one in entries})
    nights = [
        night(patient=patient, local_date=day, zone="UTC", quality=3, written_at=START)
        for day in days
    ]
    with _as(patient), transaction.atomic():  # type: ignore[attr-defined]
        for model, rows in ((entry, entries), (note, notes), (night, nights)):
            model.objects.bulk_create(rows, 500)


def _taken_out(patient: Patient, size: int, proof: Proof) -> str:
    watch = _Watch()
    with _as(patient), transaction.atomic():  # type: ignore[attr-defined]
        text = export.as_json(patient, now=dt.datetime.now(dt.UTC))
    took = watch.read()
    rows = json.loads(text)["tables"]
    found = (len(rows["journal.Entry"]), len(rows["journal.EntryNote"]))
    _add(proof, "JSON", size, took, len(text.encode()), found == (size, size))
    return text


def _packed(patient: Patient, size: int, proof: Proof) -> None:
    watch = _Watch()
    with _as(patient), transaction.atomic():  # type: ignore[attr-defined]
        held = export.as_zip(patient, now=dt.datetime.now(dt.UTC))
    took = watch.read()
    with zipfile.ZipFile(io.BytesIO(held)) as pack:
        lines = pack.read("tables/journal.EntryNote.csv").decode()
    rows = list(csv.DictReader(io.StringIO(lines)))
    live = [
        cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "@"}
    ]
    sound = len(rows) == size and not live
    _add(proof, "page, tables and JSON, packed", size, took, len(held), sound)


def _brought_in(patient: Patient, text: str, size: int, proof: Proof) -> None:
    now, watch = dt.datetime.now(dt.UTC), _Watch()
    with _as(patient), transaction.atomic():  # type: ignore[attr-defined]
        offered = bringing.offer(patient, text.encode(), now=now)
        bringing.accept(offered, by=patient.user, now=now)
        took = watch.read()
        again = json.loads(export.as_json(patient, now=now))["tables"]
    before = json.loads(text)["tables"]
    same = all(
        _alike(before.get(label, [])) == _alike(again.get(label, []))
        for label in bringing.HERS
    )
    _add(proof, "brought in: check and write", size, took, len(text.encode()), same)


def _alike(rows: list[dict[str, object]]) -> list[str]:
    """The rows without their ids, which belong to a record."""
    return sorted(
        json.dumps({k: v for k, v in row.items() if k != "id" and k[-3:] != "_id"})
        for row in rows
    )


class _Watch:
    """Reads the clock, and this process's own use of the processor."""

    def __init__(self) -> None:
        self._began = time.monotonic(), time.process_time()

    def read(self) -> tuple[float, float]:
        wall, own = self._began
        return time.monotonic() - wall, time.process_time() - own


def _add(
    proof: Proof,
    what: str,
    size: int,
    took: tuple[float, float],
    weight: int,
    sound: bool,  # noqa: FBT001
) -> None:
    promised = ENOUGH * max(1.0, size / FULL)
    proof.rows.append(
        (what, size, f"{took[0]:.1f}", f"{took[1]:.1f}", f"{promised:.0f}",
         f"{weight / 1e6:.1f} MB", "all of it" if sound else "NOT ALL")
    )  # fmt: skip
    proof.held = proof.held and sound and took[0] <= promised
