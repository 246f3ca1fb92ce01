"""When the next moment is: pure functions of a rule, a zone and an instant.

Local clock sums are done in the person's own zone and only then brought to UTC,
because "nine in the morning" is a wall clock's promise, not a number of hours.
In a gap (clocks go forward) the offset before the gap counts, in a fold (clocks go
back) the first of the two hours does: RFC 5545, section 3.3.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
LOOK_AHEAD_DAYS = 800  # two of the longest intervals a rule may have
LONGEST_INTERVAL = 366


@dataclass(frozen=True, slots=True)
class Rule:
    """Wall times on certain days: some weekdays, or every n days from an anchor.

    A slot is the wall time it was asked for ("08:30"), whatever the clock then says.
    """

    times: tuple[time, ...]
    zone: str
    weekdays: frozenset[int] = EVERY_DAY
    every_days: int = 1
    anchor: date = date(2020, 1, 1)

    def __post_init__(self) -> None:
        if not self.times or len(set(self.times)) != len(self.times):
            raise ValueError("a rule needs at least one time, each of them once")
        if not 1 <= self.every_days <= LONGEST_INTERVAL:
            raise ValueError("every n days: n is 1 to 366")
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("weekdays are 0 (Monday) to 6 (Sunday), at least one")
        if self.every_days > 1 and self.weekdays != EVERY_DAY:
            raise ValueError("either weekdays or every n days, not both")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One slot of one local date, and the instant (UTC) it falls on."""

    local_date: date
    slot: str
    at: datetime


Asked = frozenset[tuple[date, str]]
"""The slots asked in the last days. They travel with the person: after a move west
the same date comes again, and must not bring the same slot twice."""

NOTHING_ASKED: Asked = frozenset()
REMEMBERED_DAYS = 3  # a move can turn the date back by two at most


def with_asked(asked: Asked, occurrence: Occurrence) -> Asked:
    """This one asked as well; what no move could bring back is forgotten."""
    oldest = occurrence.local_date - timedelta(days=REMEMBERED_DAYS)
    kept = {one for one in asked if one[0] >= oldest}
    return frozenset(kept | {(occurrence.local_date, occurrence.slot)})


def slot_of(wall: time) -> str:
    return wall.strftime("%H:%M")


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=65_536)
def instant_of(local_date: date, wall: time, zone: str) -> datetime | None:
    """The instant (UTC) of a wall time on a local date; None if the date never was.

    fold=0 is both rules at once (PEP 495): before the gap, first in the fold.
    """
    if not _date_exists(local_date, zone):
        return None
    first = datetime.combine(local_date, wall.replace(fold=0), zone_of(zone))
    return first.astimezone(UTC)


@lru_cache(maxsize=65_536)
def _date_exists(local_date: date, zone: str) -> bool:
    """Samoa had no 30 December 2011: noon there comes back as another date."""
    noon = datetime.combine(local_date, time(12), zone_of(zone))
    return noon.astimezone(UTC).astimezone(zone_of(zone)).date() == local_date


def local_date_of(instant: datetime, zone: str) -> date:
    return instant.astimezone(zone_of(zone)).date()


def _days_from(rule: Rule, first: date) -> Iterator[date]:
    if rule.every_days > 1:
        behind = (first - rule.anchor).days % rule.every_days
        first += timedelta(days=(rule.every_days - behind) % rule.every_days)
    for step in range(0, LOOK_AHEAD_DAYS, rule.every_days):
        day = first + timedelta(days=step)
        if day >= rule.anchor and day.weekday() in rule.weekdays:
            yield day


def on_date(rule: Rule, local_date: date) -> tuple[Occurrence, ...]:
    """That date's occurrences in the order in which they happen."""
    found = [
        Occurrence(local_date, slot_of(wall), at)
        for wall in rule.times
        if (at := instant_of(local_date, wall, rule.zone)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.slot)))


def next_occurrence(
    rule: Rule, *, after: datetime, asked: Asked = NOTHING_ASKED
) -> Occurrence | None:
    """The first occurrence strictly later than `after` that was not asked yet.

    Begins a day early: a gap over midnight moves a slot into the following date.
    """
    pending: Occurrence | None = None
    for day in _days_from(rule, local_date_of(after, rule.zone) - timedelta(days=1)):
        if pending and day > pending.local_date + timedelta(days=1):
            break
        for one in on_date(rule, day):
            if one.at <= after or (one.local_date, one.slot) in asked:
                continue
            if pending is None or one.at < pending.at:
                pending = one
    return pending


def next_occurrences(
    rule: Rule, *, after: datetime, count: int, asked: Asked = NOTHING_ASKED
) -> list[Occurrence]:
    """The next `count` occurrences: what the settings page shows as one edits."""
    found: list[Occurrence] = []
    while len(found) < count:
        one = next_occurrence(rule, after=after, asked=asked)
        if one is None:
            break
        found.append(one)
        after, asked = _just_before(one, after), with_asked(asked, one)
    return found


def _just_before(one: Occurrence, after: datetime) -> datetime:
    """Two slots may share an instant (both in one gap): the second still follows."""
    return max(after, one.at - timedelta(microseconds=1))


def missed_between(
    rule: Rule, *, after: datetime, until: datetime, asked: Asked
) -> list[Occurrence]:
    """Occurrences in (after, until] not asked yet: what an outage left behind."""
    found: list[Occurrence] = []
    while one := next_occurrence(rule, after=after, asked=asked):
        if one.at > until:
            break
        found.append(one)
        after, asked = _just_before(one, after), with_asked(asked, one)
    return found


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A window of the local night; it may pass midnight. Equal ends mean none."""

    begins: time
    ends: time

    def holds(self, wall: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends


def is_quiet(instant: datetime, *, quiet: QuietHours, zone: str) -> bool:
    return quiet.holds(instant.astimezone(zone_of(zone)).time())


def after_quiet(instant: datetime, *, quiet: QuietHours, zone: str) -> datetime:
    """The instant itself, or the end of the quiet hours it falls into."""
    if not is_quiet(instant, quiet=quiet, zone=zone):
        return instant
    for days in range(3):
        day = local_date_of(instant, zone) + timedelta(days=days)
        end = instant_of(day, quiet.ends, zone)
        if end and end > instant and not is_quiet(end, quiet=quiet, zone=zone):
            return end
    return instant + timedelta(hours=24)


def quiet_begins_after(
    instant: datetime, *, quiet: QuietHours, zone: str
) -> datetime | None:
    """When the next quiet hours begin; None when there are none.

    A wall time that comes twice (fold) may begin them at its second coming only if
    the first was outside the window; the first is taken, which is never too late.
    """
    if quiet.begins == quiet.ends:
        return None
    for days in range(3):
        day = local_date_of(instant, zone) + timedelta(days=days)
        begin = instant_of(day, quiet.begins, zone)
        if begin and begin > instant:
            return begin
    return None


def fresh_until(
    occurrence: Occurrence,
    *,
    answer_by: timedelta,
    freshness: timedelta,
    quiet: QuietHours,
    zone: str,
) -> datetime:
    """The last instant at which a message for this occurrence may still go out.

    Not after its answer-by, not stale, and never on into the quiet hours. A time the
    person chose wins over quiet hours, and then has an hour to arrive.
    """
    last = occurrence.at + min(answer_by, freshness)
    if is_quiet(occurrence.at, quiet=quiet, zone=zone):
        return min(last, occurrence.at + timedelta(hours=1))
    begins = quiet_begins_after(occurrence.at, quiet=quiet, zone=zone)
    return min(last, begins) if begins else last


def tightened(rule: Rule, *, quiet: QuietHours) -> Rule:
    """The next shorter interval: some days -> every day -> twice a day, never more.

    The second time of day lies eight hours on, or eight back, outside quiet hours.
    """
    if rule.every_days > 1 or rule.weekdays != EVERY_DAY:
        return replace(rule, every_days=1, weekdays=EVERY_DAY)
    if len(rule.times) > 1:
        return rule
    for hours in (8, -8, 6, -6, 4, -4):
        second = _shifted(rule.times[0], hours)
        if second and not quiet.holds(second):
            return replace(rule, times=tuple(sorted((*rule.times, second))))
    return rule


def _shifted(wall: time, hours: int) -> time | None:
    hour = wall.hour + hours
    return wall.replace(hour=hour) if 0 <= hour < 24 else None
