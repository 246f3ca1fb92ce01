"""The hours in which somebody reads, and time counted inside them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

# Beyond this many days no hours are looked for: a week holds every opening there is.
LOOK_AHEAD = 30


@dataclass(frozen=True, slots=True)
class ReplyHours:
    """Weekdays (Monday is 0) and a stretch of each, on the clocks of one place."""

    days: frozenset[int]
    opens: dt.time
    closes: dt.time
    zone: str

    def is_open(self, now: dt.datetime) -> bool:
        """Say whether somebody reads at this moment."""
        return any(start <= now < end for start, end in self._stretches(now))

    def opens_next(self, now: dt.datetime) -> dt.datetime:
        """Give now while open, else the next opening, in UTC."""
        start, _end = next(self._stretches(now))
        return max(start, now)

    def after(self, now: dt.datetime, span: dt.timedelta) -> dt.datetime:
        """Give the moment at which `span` of open time has passed since `now`, in UTC."""
        left = span
        for start, end in self._stretches(now):
            begins = max(start, now)
            if end - begins >= left:
                return begins + left
            left -= end - begins
        return now + span

    def _stretches(self, now: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Give the open stretches that are not over at `now`, in order."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        for ahead in range(LOOK_AHEAD):
            day = today + dt.timedelta(days=ahead)
            if day.weekday() not in self.days:
                continue
            start, end = self._at(day, self.opens), self._at(day, self.closes)
            if end > now:
                yield start, end

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        wall = dt.datetime.combine(day, time, tzinfo=ZoneInfo(self.zone))
        return wall.astimezone(dt.UTC)
