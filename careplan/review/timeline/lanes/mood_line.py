"""What both mood scales share: broken lines, areas, window means, dots."""

from dataclasses import dataclass
from datetime import date

from careplan.review.timeline import means, svg
from careplan.review.timeline.data import Span
from careplan.review.timeline.detail import Grain
from careplan.review.timeline.means import Days
from careplan.review.timeline.sheet import Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.windows import Windows
from careplan.review.timeline.words import tenth

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Height:
    """Where a value stands: ``zero`` and so much more for each one of it.

    A rule and no function, so that a line through two years asks nobody for a place.
    """

    zero: float
    each: float

    def of(self, value: means.Value | int) -> float:
        """Where this one stands."""
        return self.zero + self.each * float(value)


def logged_span(sheet: Sheet) -> Span | None:
    """The days on the page that are not ahead; ``None`` when all are."""
    start, end = sheet.data.range.start, sheet.logged_to
    return Span(start=start, end=end) if start <= end else None


def pieces(sheet: Sheet, days: Days, height: Height, span: Span) -> list[list[Point]]:
    """The mean line as pieces that break where too little is logged."""
    is_daily = sheet.detail.mood is Grain.DAY or not sheet.is_long
    line = means.rolling(days, span) if is_daily else means.weekly(days, span)
    start, left = sheet.data.range.start, sheet.left
    whole, wide = sheet.scale.whole, sheet.scale.wide
    zero, each = height.zero, height.each
    found: list[list[Point]] = [[]]
    for day, value in line:
        if value is None:
            found += [[]]
        elif day >= span.start:
            point = (left + (day - start).days / whole * wide, zero + each * value)
            found[-1] += [sheet.rounded(*point) if sheet.is_long else point]
    return [piece for piece in found if piece]


def line_of(cls: str, found: list[list[Point]]) -> Svg:
    """All pieces as one shape; a lone point becomes a short dash."""
    whole = [p if p[1:] else [p[0], (p[0][0] + 1, p[0][1])] for p in found]
    return svg.path(cls, "".join([svg.through(piece) for piece in whole]))


def area_of(found: list[list[Point]], level: float) -> Svg:
    """Between the line and the level of before."""
    ways = [
        svg.through([(piece[0][0], level), *piece, (piece[-1][0], level)]) + "z"
        for piece in found
        if len(piece) > 1
    ]
    return svg.path("moodarea", "".join(ways))


def window_means(
    sheet: Sheet, days: Days, height: Height, frame: Windows, sides: tuple[int, int]
) -> Svg:
    """Thick bars for the means of the windows, with their numbers.

    ``sides`` says for before and for now where the number stands: 1 above, -1 below.
    """
    parts = []
    for span, side in zip((frame.before, frame.now), sides, strict=True):
        value = means.mean(means.within(days, span)) if span else None
        if span is None or value is None:
            continue
        if not span.meets(sheet.data.range.start, sheet.data.range.end):
            continue
        x0, x1 = sheet.scale.x(span.start), sheet.scale.x(span.end)
        y = height.of(value)
        label_y = y - 9 if side > 0 else y + 19
        parts += [
            svg.line("mean", x0, y, max(x1, x0 + 4), y),
            svg.text(min(x0 + 5, sheet.right - 24), label_y, tenth(value), "halo", "b"),
        ]
    return svg.join(parts)


def before_level(
    sheet: Sheet, days: Days, height: Height, frame: Windows
) -> tuple[Svg, float | None]:
    """The dashed line that carries the level of before through to today."""
    value = means.mean(means.within(days, frame.before))
    start = max(frame.before.end, sheet.data.range.start)
    if value is None or start >= sheet.logged_to:
        return svg.EMPTY, None
    y, x0, x1 = height.of(value), sheet.scale.x(start), sheet.scale.x(sheet.logged_to)
    return svg.line("ref", x0, y, x1, y), y


def after(day: date, sheet: Sheet) -> Span | None:
    """From the change to the last logged day on the page."""
    start = max(day, sheet.data.range.start)
    return Span(start=start, end=sheet.logged_to) if start <= sheet.logged_to else None
