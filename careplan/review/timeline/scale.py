"""Days to places. A week of a clock change is as wide as any other: days are civil."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from careplan.review.timeline.data import Span


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The start of the first day stands at ``left``, of the last at ``right``."""

    days: Span
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where this day starts, kept within the plot."""
        place = self.left + (day - self.days.start).days / self.whole * self.wide
        if place < self.left:
            return self.left
        return place if place < self.right else self.right

    def across(self, start: date, end: date) -> tuple[float, float]:
        """From where the first day starts to where the last day ends."""
        return self.x(start), self.x(end + timedelta(days=1))

    @cached_property
    def a_day(self) -> float:
        """How wide a day is."""
        return self.wide / self.whole

    @cached_property
    def whole(self) -> int:
        """How many days lie between the ends."""
        return max(1, self.days.days - 1)

    @cached_property
    def wide(self) -> float:
        """How wide the plot is."""
        return self.right - self.left

    def months(self) -> Iterator[date]:
        """The first of each month on the page."""
        day = self.days.start.replace(day=1)
        while day <= self.days.end:
            if day in self.days:
                yield day
            day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
