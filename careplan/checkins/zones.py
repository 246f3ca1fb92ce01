"""Every clock change of every zone, and a walk around one that counts what is asked.

Used by the tests on a sample and by `manage.py prove timing` on all of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from careplan.checkins.timing import (
    NOTHING_ASKED,
    Rule,
    next_occurrence,
    slot_of,
    with_asked,
)

WALK_DAYS = 2  # before and after the change


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of a zone's offset: by how much the wall clock jumps."""

    zone: str
    at: datetime
    jump: timedelta

    @property
    def gap(self) -> bool:
        return self.jump > timedelta()

    @property
    def touches_midnight(self) -> bool:
        wall = self.at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return (wall - self.jump).date() != wall.date() or wall.time() == time(0)


@dataclass(frozen=True, slots=True)
class Walk:
    """What one walk around a change counted. Three zeros are the promise."""

    slots: int
    missed: int
    doubled: int
    wrong: int


def all_zones() -> list[str]:
    """Every name of tzdata that stands for a place or a fixed clock."""
    return sorted(available_timezones() - {"localtime", "posixrules", "Factory"})


def transitions(zone: str, first_year: int, last_year: int) -> list[Transition]:
    """Changes of offset from first_year to before last_year, to the second."""
    tz = ZoneInfo(zone)
    here = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year, 1, 1, tzinfo=UTC)
    found = []
    while here < end:
        following = here + timedelta(days=1)
        if _offset(here, tz) != _offset(following, tz):
            at = _bisect(here, following, tz)
            jump = _offset(at, tz) - _offset(at - timedelta(seconds=1), tz)
            found.append(Transition(zone, at, jump))
        here = following
    return found


def _offset(instant: datetime, tz: ZoneInfo) -> timedelta:
    return instant.astimezone(tz).utcoffset() or timedelta()


def _bisect(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, tz) == _offset(before, tz):
            before = middle
        else:
            after = middle
    return after


def walls_around(change: Transition) -> tuple[time, ...]:
    """Wall times inside, at the edges of, and far from the jump."""
    wall = change.at.astimezone(ZoneInfo(change.zone)).replace(tzinfo=None)
    jump = abs(change.jump)
    edges = (wall - jump, wall - jump / 2, wall, wall + jump / 2, wall + jump)
    near = {
        moment.replace(second=0, microsecond=0).time()
        for edge in edges
        for moment in (edge - timedelta(minutes=1), edge)
    }
    return tuple(sorted(near | {time(0), time(9), time(23, 59)}))


def walk(change: Transition) -> Walk:
    """Go through the days around a change and count each date and slot."""
    rule = Rule(walls_around(change), change.zone)
    begin = change.at - timedelta(days=WALK_DAYS + 1)
    end = change.at + timedelta(days=WALK_DAYS + 1)
    asked, seen, wrong = NOTHING_ASKED, Counter[tuple[object, str]](), 0
    after = begin
    while (one := next_occurrence(rule, after=after, asked=asked)) and one.at <= end:
        seen[one.local_date, one.slot] += 1
        wrong += one.at < after or not _on_the_wall(one.at, one.slot, change)
        asked = with_asked(asked, one)
        after = max(after, one.at - timedelta(microseconds=1))
    expected = _expected(rule, change)
    missed = sum(1 for key in expected if not seen[key])
    doubled = sum(times - 1 for times in seen.values() if times > 1)
    return Walk(len(expected), missed, doubled, wrong)


def _expected(rule: Rule, change: Transition) -> set[tuple[object, str]]:
    """Each wall time of each whole local date of the walk: no clock sums in this."""
    here = change.at.astimezone(ZoneInfo(change.zone)).date()
    inner = range(1 - WALK_DAYS, WALK_DAYS)
    dates = [here + timedelta(days=days) for days in inner]
    return {(day, slot_of(wall)) for day in dates for wall in rule.times}


def _on_the_wall(at: datetime, slot: str, change: Transition) -> bool:
    """The wall shows the slot, or (in the gap) the slot moved on by the jump."""
    shown = at.astimezone(ZoneInfo(change.zone))
    if slot_of(shown.time()) == slot:
        return shown.fold == 0
    moved = shown.replace(tzinfo=None) - change.jump
    return change.gap and slot_of(moved.time()) == slot


__all__ = ["Transition", "Walk", "all_zones", "transitions", "walk"]
