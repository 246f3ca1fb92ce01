"""Practices a person may keep track of: movement, sleep, people, mindfulness."""

from dataclasses import dataclass
from functools import cache

from careplan.common.catalogue.rows import Meta, Review, read_catalogue
from careplan.common.catalogue.therapies import FormField


@dataclass(frozen=True, slots=True)
class Computed:
    key: str
    formula: str


@dataclass(frozen=True, slots=True)
class SafetyRule:
    id: str
    test: str
    output: str
    needs_sign_off: bool


@dataclass(frozen=True, slots=True)
class Practice:
    """What is logged, in the person's own target; never a streak, never blame."""

    id: str
    name: str
    purpose: str
    target: str
    fields: tuple[FormField, ...]
    computed: tuple[Computed, ...]
    guidance: tuple[str, ...]
    safety_rules: tuple[SafetyRule, ...]
    disclaimer: str
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class LifestyleFile:
    meta: Meta
    practices: tuple[Practice, ...]


@cache
def load() -> LifestyleFile:
    """The whole file, read once per process."""
    return read_catalogue("lifestyle", LifestyleFile)


def practices() -> tuple[Practice, ...]:
    return load().practices


def practice(practice_id: str) -> Practice | None:
    return next((row for row in load().practices if row.id == practice_id), None)
