"""Time: read here, once at each door, and passed on from there."""

import datetime as dt
from zoneinfo import ZoneInfo

DOSE_DAY_STARTS = dt.timedelta(hours=4)


def now() -> dt.datetime:
    """Say what time it is, aware and in UTC. Views, tasks and commands call it once."""
    return dt.datetime.now(dt.UTC)


def local_date(instant: dt.datetime, zone: str) -> dt.date:
    """Give the civil date that a person in `zone` reads off the wall at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def dose_day(instant: dt.datetime, zone: str) -> dt.date:
    """Give the day a dose belongs to: from 04:00 to 04:00 local time (decisions 14).

    A bedtime dose at 00:40 belongs to the evening before.
    """
    wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - DOSE_DAY_STARTS).date()
