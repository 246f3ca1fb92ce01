"""The 87 side effects in patients' and in clinicians' words, and their clusters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from careplan.common.catalogue.rows import Meta, Review, read_catalogue
from careplan.common.catalogue.searching import best, plain, rank


@dataclass(frozen=True, slots=True)
class LevelRow:
    id: str
    rank: int
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Escalation:
    """Raises the level when every part that is not empty holds.

    ``condition`` is a yes/no question that the person has to confirm.
    """

    to: str
    medicines: tuple[str, ...]
    tags: tuple[str, ...]
    with_items: tuple[str, ...]
    condition: str | None


@dataclass(frozen=True, slots=True)
class SnomedCodes:
    snomed_ct: str | None
    snomed_term: str | None


@dataclass(frozen=True, slots=True)
class SideEffect:
    """One item: what patients read, what clinicians read, and how urgent it is.

    ``typical_with`` is words for clinicians, not ids.
    """

    id: str
    patient_label: str
    clinical_term: str
    body_system: str
    level: str
    escalate_when: tuple[Escalation, ...]
    advice: str | None
    opens_safety_flow: bool
    typical_with: tuple[str, ...]
    codes: SnomedCodes
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class ClusterEscalation:
    to: str
    with_items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Side effects that mean more together; the rule is in journal/clusters.py."""

    id: str
    title: str
    level: str
    window_hours: int
    any_of: tuple[str, ...]
    all_groups: tuple[tuple[str, ...], ...]
    count_of: tuple[str, ...]
    count_at_least: int | None
    min_severity: int
    requires_medicine_tags: tuple[str, ...]
    requires_context: str | None
    escalate_to: ClusterEscalation | None
    action: str
    note: str | None
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class SideEffectFile:
    meta: Meta
    levels: tuple[LevelRow, ...]
    side_effects: tuple[SideEffect, ...]
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Our own search words, and the fixed list of the check-in link."""

    licence: str
    source: str
    general_list: tuple[str, ...]
    also_called: Mapping[str, tuple[str, ...]]


@cache
def load() -> SideEffectFile:
    """The whole file, read once per process."""
    return read_catalogue("side_effects", SideEffectFile)


@cache
def words() -> Words:
    return read_catalogue("side_effect_words", Words)


@cache
def _by_id() -> dict[str, SideEffect]:
    return {row.id: row for row in load().side_effects}


def all_side_effects() -> tuple[SideEffect, ...]:
    return load().side_effects


def clusters() -> tuple[Cluster, ...]:
    return load().clusters


def side_effect(item: str) -> SideEffect | None:
    return _by_id().get(item)


def known_for(items: Iterable[str]) -> tuple[SideEffect, ...]:
    """Side effects on the medicine's own list (``Medicine.side_effects``)."""
    return tuple(_by_id()[item] for item in items if item in _by_id())


def general_list() -> tuple[SideEffect, ...]:
    """The fixed list of the check-in link: the same for everybody, so that it
    says nothing about who follows the link (decisions 20)."""
    return known_for(words().general_list)


def search(query: str, *, limit: int = 12) -> tuple[SideEffect, ...]:
    """As you type, over patients' words, clinical terms and everyday synonyms."""
    wanted = plain(query)
    if not wanted:
        return ()
    found = ((_rank(wanted, row), row.patient_label, row) for row in _by_id().values())
    return best(found, limit=limit)


def _rank(wanted: str, row: SideEffect) -> int:
    also = words().also_called.get(row.id, ())
    return rank(wanted, (row.patient_label, row.clinical_term, *also))
