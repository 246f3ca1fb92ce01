"""Short skills to practise, in our own words (T4)."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from careplan.common.catalogue.rows import Meta, Review, read_catalogue


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill: when it can help, what to do, and when not to."""

    id: str
    name: str
    helps_with: str
    minutes: int
    steps: tuple[str, ...]
    caution: str | None
    author: str
    dated: date
    licence: str
    reading_level: int
    sources: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class SkillFile:
    meta: Meta
    skills: tuple[Skill, ...]


@cache
def load() -> SkillFile:
    """The whole file, read once per process."""
    return read_catalogue("skills", SkillFile)


@cache
def _by_id() -> dict[str, Skill]:
    return {row.id: row for row in load().skills}


def all_skills() -> tuple[Skill, ...]:
    return load().skills


def skill(skill_id: str) -> Skill | None:
    return _by_id().get(skill_id)
