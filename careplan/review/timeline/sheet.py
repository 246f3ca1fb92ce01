"""The sheet a figure is drawn on, and what a lane must be able to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from careplan.review.timeline import comparison, names
from careplan.review.timeline.comparison import MoodCompared
from careplan.review.timeline.data import TimelineData
from careplan.review.timeline.detail import LONG_RANGE, Detail
from careplan.review.timeline.scale import Scale
from careplan.review.timeline.svg import Svg, clean, link
from careplan.review.timeline.windows import windows

LAB, SUB, BIG = 14.0, 12.5, 17.0  # text sizes of the style sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The measures of one kind of sheet, in SVG units."""

    width: float
    left: float = 0
    right: float = 0
    top: float = 66
    bottom: float = 8
    name_row: float = 0  # above each lane, where there is no gutter for names
    has_gutter: bool = True
    is_small: bool = False
    months_below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer of a lane in the right gutter; ``tone`` is a text class."""

    big: str
    notes: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A lane's name and, in words, which way is better.

    ``baseline`` is how far below the lane's top its name stands, when it should
    stand beside a certain mark. ``results`` stand at its right end on a wide sheet,
    ``short`` on a phone.
    """

    name: str
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    short: str = ""
    baseline: float | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything a lane needs to place its marks.

    ``has_gutter``: lane names stand in a gutter left of the plot, else above.
    ``is_linked``: marks are links to their records.
    """

    data: TimelineData
    scale: Scale
    detail: Detail
    uid: str
    width: float
    has_gutter: bool = True
    is_linked: bool = True
    is_small: bool = False

    @cached_property
    def left(self) -> float:
        """Where the plot starts."""
        return self.scale.left

    @cached_property
    def right(self) -> float:
        """Where the plot ends."""
        return self.scale.right

    @cached_property
    def logged_to(self) -> date:
        """The last day on the page on which anything can have been logged."""
        return min(self.data.range.today, self.data.range.end)

    @property
    def shows_today(self) -> bool:
        """Whether today is on the page."""
        return self.data.range.today in self.data.range

    @cached_property
    def is_long(self) -> bool:
        """Above a year a mark that stands for a week is a mark and not a link."""
        return self.data.range.days > LONG_RANGE

    def rounded(self, x: float, y: float) -> tuple[float, float]:
        """A corner of a long line: whole units are fine enough above a year."""
        return (round(x), round(y)) if self.is_long else (x, y)

    def shows(self, day: date) -> bool:
        """Whether this day is on the page."""
        return day in self.data.range

    @cached_property
    def compared(self) -> MoodCompared | None:
        """Mood before against now, when there is a change to compare around."""
        pivot, mood = self.data.pivot, self.data.mood
        if pivot is None or mood is None:
            return None
        frame = windows(pivot.on, today=self.data.range.today)
        return comparison.mood(mood, frame)

    def fill(self, pattern: str) -> str:
        """The pattern of this figure: ``hatch`` for planned, ``dots`` for no data."""
        return f"url(#{self.uid}-{pattern})"

    @cached_property
    def addresses(self) -> tuple[str, str] | None:
        """What stands before and after the day in its address; none without links."""
        if not (self.is_linked and self.data.day_url):
            return None
        before, after = clean(self.data.day_url).split("{day}")
        return before, after

    def mark(self, shape: Svg, name: str, url: str | None) -> Svg:
        """The shape as a link with its full name, where it has an address."""
        if not (shape and self.is_linked and url):
            return shape
        return link(shape, name, url)

    def group_mark(
        self, shape: Svg, days: Sequence[date], what: Sequence[str], url: str | None
    ) -> Svg:
        """One shape for one record or for several days of the same kind."""
        if len(days) == 1:
            name = names.dated(days[0], what[0])
            return self.mark(shape, name, url or self.data.address_of(days[0]))
        if self.is_long:
            return shape
        name = names.several(days, what[0])
        return self.mark(shape, name, self.data.address_of(min(days)))


class Lane(Protocol):
    """One lane: so high, so named, so drawn from ``y`` down."""

    @property
    def height(self) -> float: ...
    @property
    def kind(self) -> str: ...
    def heading(self, sheet: Sheet) -> Heading: ...
    def marks(self, sheet: Sheet, y: float) -> Svg: ...


T = TypeVar("T")


def middle(items: Sequence[T]) -> T:
    """The one in the middle, where a group is drawn."""
    return items[len(items) // 2]
