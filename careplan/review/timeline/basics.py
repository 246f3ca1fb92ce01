"""The words and days that every part of the timeline's data is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_RANGE = 1100  # days: two years and the plan ahead, with room


class ImpossibleTimeline(ValueError):
    """The data contradicts itself; drawing it would tell a story that never was."""


def refuse(condition: object, why: str) -> None:
    if condition:
        raise ImpossibleTimeline(why)


def in_order(days: Iterable[date], what: str) -> None:
    seen = list(days)
    if seen != sorted(seen):
        raise ImpossibleTimeline(f"{what} are not in order of date")


class Voice(StrEnum):
    """Who reads: the words differ, the numbers never do."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


class VersionState(StrEnum):
    """Where a plan version stands."""

    AGREED = "agreed"
    PROPOSED = "proposed"


class PhaseKind(StrEnum):
    """The phase of an agreed plan (L14)."""

    STABILISE = "stabilise"
    HEAL = "heal"
    MAINTAIN = "maintain"
    TAPER = "taper"


class StepState(StrEnum):
    """Where a dose step stands."""

    TAKEN = "taken"  # became the current dose on its day
    PLANNED = "planned"  # agreed, its day has not come
    PROPOSED = "proposed"  # nobody has agreed yet
    HELD = "held"  # agreed, then put on hold


class AnswerState(StrEnum):
    """A dose answer worth a mark. Doses taken as planned have none."""

    MISSED = "missed"
    CHOSE_NOT = "chose_not"
    PARTLY = "partly"
    LATE = "late"


class SessionState(StrEnum):
    """How a planned session ended."""

    HELD = "held"
    MISSED = "missed"
    LATE_CANCELLED = "late_cancelled"
    MOVED = "moved"
    BOOKED = "booked"


class MoodScale(StrEnum):
    """One value 1 to 7, or low and high 0 to 3 kept apart."""

    STANDARD = "standard"
    ELEVATED = "elevated"


class PivotKind(StrEnum):
    """What kind of change is in question."""

    DOSE = "dose"
    PLAN = "plan"
    THERAPY = "therapy"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Civil days from ``start`` to ``end``, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ImpossibleTimeline("a span ends before it starts")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """How many days, 1 or more."""
        return (self.end - self.start).days + 1

    def meets(self, start: date, end: date) -> bool:
        """Whether any day is shared."""
        return start <= self.end and end >= self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The days on the page and which of them is today (it may lie outside)."""

    start: date
    end: date
    today: date

    def __post_init__(self) -> None:
        refuse(self.end < self.start, "the range ends before it starts")
        refuse((self.end - self.start).days > LONGEST_RANGE, "the range is too long")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """How many days, 1 or more."""
        return (self.end - self.start).days + 1

    @property
    def span(self) -> Span:
        """The same days as a span."""
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """The change in question.

    ``label`` is short, for the box on the line ("sertraline 50 → 100");
    ``title`` ends "What happened after ..." ("sertraline went up to 100 mg").
    ``ref`` is the ``ref`` of the medicine, therapy or event it belongs to.
    """

    on: date
    label: str
    title: str
    ref: str
    kind: PivotKind
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A plan version, on the day it was agreed or is meant to start."""

    on: date
    number: int
    state: VersionState
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(self.number < 1, "plan versions count from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase of the plan; ``end`` is its last day, ``None`` while it lasts."""

    kind: PhaseKind
    start: date
    end: date | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(self.end and self.end < self.start, "a phase ends before it starts")
