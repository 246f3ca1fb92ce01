"""Hours in bed and asleep, across midnight and across the change of the clocks.

Source: decisions 13 (bed, up, minutes awake; hours are computed), clinical.md
section 12 (sleep efficiency, half up).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journal.adherence import rounded_percent
from journal.refusals import SleepRefused

NOON = time(12)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Night:
    """Two instants: into bed and out of it, in UTC."""

    bed_at: datetime
    up_at: datetime


@dataclass(frozen=True, slots=True)
class Sleep:
    """Minutes, and efficiency in whole percent (none when never in bed)."""

    minutes_in_bed: int
    minutes_asleep: int
    efficiency_percent: int | None


def night(night_of: date, *, bed: time, up: time, zone: str) -> Night:
    """The instants of the night that began on the evening of ``night_of``.

    A bed time before noon belongs to the next day (00:40 after Monday evening is
    Tuesday). Getting up is the first such clock time after going to bed. In the
    hour that does not exist the offset before it counts, in the doubled hour the
    first; on that one morning getting up comes after going to bed all the same.
    """
    place = ZoneInfo(zone)
    bed_on = night_of + timedelta(days=1) if bed < NOON else night_of
    bed_at = _instant(bed_on, bed, place)
    up_at = _instant(bed_on, up, place)
    if up <= bed:
        up_at = _instant(bed_on + timedelta(days=1), up, place)
    if up_at <= bed_at:
        up_at = _instant(bed_on, up, place, fold=1)
    return Night(bed_at, up_at)


def sleep(when: Night, *, minutes_awake: int) -> Sleep:
    """Time in bed less the time awake. Refuses a night that cannot be."""
    in_bed = when.up_at.astimezone(UTC) - when.bed_at.astimezone(UTC)
    minutes = int(in_bed.total_seconds()) // 60
    if not timedelta(0) <= in_bed <= LONGEST:
        raise SleepRefused
    if not 0 <= minutes_awake <= minutes:
        raise SleepRefused
    asleep = minutes - minutes_awake
    return Sleep(minutes, asleep, rounded_percent(asleep, minutes))


def _instant(day: date, clock: time, place: ZoneInfo, *, fold: int = 0) -> datetime:
    local = datetime.combine(day, clock, tzinfo=place).replace(fold=fold)
    return local.astimezone(UTC)
