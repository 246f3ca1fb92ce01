"""How finely a figure is drawn, and how it is thinned out until it is small enough.

A figure aims at 500 marks, 60 kB and 10 kB compressed. The ladder is climbed one step at a time;
its last step draws each kind of mark of a lane as one shape, so that any data fits.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TypeVar

from careplan.review.timeline.data import TimelineData

T = TypeVar("T")

MOST_MARKS = 500
MOST_BYTES = 60_000
MOST_ZIPPED = 10_000
LONG_RANGE = 366  # days: above it mood is drawn by week from the start


class Grain(IntEnum):
    """One mark a day, a week, a month, or one for the whole lane."""

    DAY = 0
    WEEK = 1
    MONTH = 2
    MERGED = 3


@dataclass(frozen=True, slots=True)
class Detail:
    """The grain of each kind of mark; ``weeks`` is sleep and practices."""

    mood: Grain = Grain.DAY
    doses: Grain = Grain.DAY
    sessions: Grain = Grain.DAY
    weeks: Grain = Grain.DAY
    bands: Grain = Grain.DAY


_DAY, _WEEK, _MONTH, _MERGED = Grain
LADDER = (
    Detail(),
    Detail(_WEEK),
    Detail(_WEEK, _WEEK),
    Detail(_WEEK, _WEEK, _DAY, _MERGED),
    Detail(_WEEK, _MERGED, _DAY, _MERGED),
    Detail(_WEEK, _MERGED, _MERGED, _MERGED),
    Detail(_WEEK, _MERGED, _MERGED, _MERGED, _MERGED),
    Detail(_MONTH, _MERGED, _MERGED, _MERGED, _MERGED),
    Detail(_MERGED, _MERGED, _MERGED, _MERGED, _MERGED),
)
MERGED_FROM = 6  # the first step on which everything that can be is one shape


def ladder(data: TimelineData) -> tuple[Detail, ...]:
    """From the finest worth trying for this much data to the coarsest."""
    if data.range.days <= LONG_RANGE:
        return LADDER
    return LADDER[MERGED_FROM:] if _single_marks(data) > MOST_MARKS else LADDER[1:]


def _single_marks(data: TimelineData) -> int:
    """How many marks would be drawn one by one. A glance that saves whole drawings."""
    answers = sum(len(m.answers or ()) for m in data.medicines or ())
    runs = sum(len(effect.runs) for effect in data.effects or ())
    return answers + runs + (len(data.therapy.sessions) if data.therapy else 0)


def grouped(
    items: Iterable[T], grain: Grain, day_of: Callable[[T], date]
) -> list[list[T]]:
    """Items of one day, week or month together, in the order they came."""
    if grain is Grain.DAY:
        return [[item] for item in items]
    found: dict[object, list[T]] = {}
    key = _KEYS[grain]
    for item in items:
        found.setdefault(key(day_of(item)), []).append(item)
    return list(found.values())


# The first of all days was a Monday. There may be thousands: one call a day.
_KEYS: dict[Grain, Callable[[date], object]] = {
    Grain.WEEK: lambda day: (day.toordinal() - 1) // 7,
    Grain.MONTH: lambda day: (day.year, day.month),
    Grain.MERGED: lambda _day: None,
}
