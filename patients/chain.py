"""The chain over who looked: pure functions, no database (security.md B3).

Each seal covers some access rows of one patient, in order, and the seal before it. A
row that was edited, removed, swapped or slipped in makes a seal wrong; a tail that was
cut shows against heads kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

NOTHING_BEFORE = "0" * 64
# Made once: `json.dumps` with a setting of its own would make one for every row.
_spelled = json.JSONEncoder(ensure_ascii=False).encode


class Event(NamedTuple):
    """One access row, every column of it, spelled as it is sealed. Times in ISO, UTC.

    Text throughout, as the database spells it: a million rows are read to verify, and
    ids and times made into objects only to be written out again were half of the work.
    """

    id: str
    patient: str
    viewer: str
    role: str
    part: str
    through: str
    why: str
    seen_at: str
    created_at: str

    def canonical(self) -> str:
        """Spell it in exactly one way."""
        return _spelled(self)


@dataclass(frozen=True, slots=True)
class Seal:
    """A number, the rows it covers, and the hash over them and the seal before."""

    patient: UUID
    number: int
    events: tuple[str, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of a patient at some time, as written down elsewhere."""

    patient: UUID
    number: int
    hash: str


class What(StrEnum):
    """What is wrong."""

    CHANGED = "a sealed row was changed"
    MISSING = "a sealed row is gone"
    SLIPPED_IN = "a row was never sealed and does not wait to be"
    BROKEN = "the seals do not follow on each other"
    CUT = "seals that were written down elsewhere are gone or differ"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold, and where."""

    patient: UUID
    number: int
    what: What


def sealed(patient: UUID, number: int, before: str, events: Sequence[Event]) -> Seal:
    """Seal rows in their order, after the seal whose hash is `before`."""
    return Seal(
        patient,
        number,
        tuple(e.id for e in events),
        _hash(patient, number, before, events),
    )


def _hash(patient: UUID, number: int, before: str, events: Sequence[Event]) -> str:
    lines = [f"{patient}|{number}|{before}", *(e.canonical() for e in events)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def faults(
    patient: UUID,
    seals: Sequence[Seal],
    events: Mapping[str, Event],
    *,
    waiting: Iterable[str] = (),
    heads: Iterable[Head] = (),
) -> list[Fault]:
    """Find everything that does not hold in one patient's chain; [] means sound."""
    found: list[Fault] = []
    before, covered = NOTHING_BEFORE, set(waiting)
    for place, seal in enumerate(sorted(seals, key=lambda s: s.number), start=1):
        found += _faults_of(patient, place, before, seal, events, covered)
        covered.update(seal.events)
        before = seal.hash
    loose = [event for event in events if event not in covered]
    found += [Fault(patient, 0, What.SLIPPED_IN) for _event in loose]
    return found + _cut(patient, seals, heads)


def _faults_of(
    patient: UUID,
    place: int,
    before: str,
    seal: Seal,
    events: Mapping[str, Event],
    covered: set[str],
) -> list[Fault]:
    if seal.number != place or not covered.isdisjoint(seal.events):
        return [Fault(patient, seal.number, What.BROKEN)]
    if any(event not in events for event in seal.events):
        return [Fault(patient, seal.number, What.MISSING)]
    rows = [events[event] for event in seal.events]
    if _hash(patient, seal.number, before, rows) != seal.hash:
        return [Fault(patient, seal.number, What.CHANGED)]
    return []


def _cut(patient: UUID, seals: Sequence[Seal], heads: Iterable[Head]) -> list[Fault]:
    held = {seal.number: seal.hash for seal in seals}
    return [
        Fault(patient, head.number, What.CUT)
        for head in heads
        if held.get(head.number) != head.hash
    ]
