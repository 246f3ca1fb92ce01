"""Means of mood, exact until they are shown. Days count once, however full.

Days are kept as they come: a decimal for a day with one figure, as a rule, and a
fraction where several were averaged. What is only drawn is worked out in floats.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import lcm

from careplan.review.timeline.data import MoodPoint, MoodScale, Span, monday

Value = Decimal | Fraction
Days = Mapping[date, Value]

ROLLING = 7  # days in the moving mean
ROLLING_NEEDS = 3  # of them logged, else the line breaks
ZERO = Decimal(0)


def by_day(points: Sequence[MoodPoint], value: Callable[[MoodPoint], Value]) -> Days:
    """The mean of each logged day, each entry weighing the same."""
    once = {point.on: value(point) for point in points}
    if len(once) == len(points):  # as a rule: the page brings one mean a day
        return once
    told: dict[date, list[MoodPoint]] = defaultdict(list)
    for point in points:
        told[point.on].append(point)
    return {day: _of_one_day(mine, value) for day, mine in told.items()}


def _of_one_day(
    points: Sequence[MoodPoint], value: Callable[[MoodPoint], Value]
) -> Value:
    if len(points) == 1:
        return value(points[0])
    total = sum((Fraction(value(p)) * p.entries for p in points), Fraction(0))
    return total / sum(p.entries for p in points)


def value_of(point: MoodPoint) -> Value:
    """1 to 7."""
    return point.value or ZERO


def low_of(point: MoodPoint) -> Value:
    """0 to 3."""
    return point.low or ZERO


def high_of(point: MoodPoint) -> Value:
    """0 to 3."""
    return point.high or ZERO


def distance_of(point: MoodPoint) -> Value:
    """How far from steady, 0 to 3. Low and high never cancel each other out:
    a day with both is as far away as the larger of the two."""
    return max(point.low or ZERO, point.high or ZERO)


def compared(scale: MoodScale) -> Callable[[MoodPoint], Value]:
    """What the before and now windows compare on this scale."""
    return value_of if scale is MoodScale.STANDARD else distance_of


def within(days: Days, span: Span) -> list[Value]:
    """The logged days of the span."""
    start, end = span.start, span.end
    return [value for day, value in days.items() if start <= day <= end]


def mean(values: Sequence[Value]) -> Fraction | None:
    """Exact mean; ``None`` of nothing."""
    if not values:
        return None
    if {*map(type, values)} == {Decimal}:  # a sum of tenths is exact
        return Fraction(sum(values)) / len(values)
    # Over one denominator, reduced once: a figure has hundreds of these.
    ratios = [value.as_integer_ratio() for value in values]
    under = lcm(*(under for _top, under in ratios))
    total = sum(top * under // own for top, own in ratios)
    return Fraction(total, under * len(values))


def rolling(days: Days, span: Span) -> list[tuple[date, float | None]]:
    """For each day of the span, the mean of the 7 days to it, where 3 are logged.

    To be drawn: in floats, and with one step a day however long the span is.
    """
    first = span.start - timedelta(days=ROLLING - 1)
    values: list[float | None] = [None] * (span.days + ROLLING - 1)
    for day, value in days.items():
        place = (day - first).days
        if 0 <= place < len(values):
            values[place] = float(value)
    found: list[tuple[date, float | None]] = []
    total, logged, day, one = 0.0, 0, span.start, timedelta(days=1)
    for place, figure in enumerate(values):
        if figure is not None:
            total, logged = total + figure, logged + 1
        leaves = values[place - ROLLING] if place >= ROLLING else None
        if leaves is not None:
            total, logged = total - leaves, logged - 1
        if place >= ROLLING - 1:
            found += [(day, total / logged if logged >= ROLLING_NEEDS else None)]
            day += one
    return found


def weekly(days: Days, span: Span) -> list[tuple[date, float | None]]:
    """For each week (by its Monday) the mean of its logged days, where 3 are."""
    start, first = span.start, monday(span.start)
    weeks = (span.end - first).days // 7 + 1
    sums, logged = [0.0] * weeks, [0] * weeks
    for day, value in days.items():
        if start <= day <= span.end:
            week = (day - first).days // 7
            sums[week] += float(value)
            logged[week] += 1
    return [
        (
            first + timedelta(weeks=week),
            sums[week] / logged[week] if logged[week] >= ROLLING_NEEDS else None,
        )
        for week in range(weeks)
    ]
