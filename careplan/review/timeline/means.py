"""Means of mood, exact until they are shown. Days count once, however full."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import lcm

from careplan.review.timeline.data import MoodPoint, MoodScale, Span, monday

Days = Mapping[date, Fraction]

ROLLING = 7  # days in the moving mean
ROLLING_NEEDS = 3  # of them logged, else the line breaks


def by_day(points: Iterable[MoodPoint], value: Callable[[MoodPoint], Fraction]) -> Days:
    """The mean of each logged day, each entry weighing the same."""
    told: dict[date, list[MoodPoint]] = defaultdict(list)
    for point in points:
        told[point.on].append(point)
    return {day: _of_one_day(mine, value) for day, mine in told.items()}


def _of_one_day(
    points: Sequence[MoodPoint], value: Callable[[MoodPoint], Fraction]
) -> Fraction:
    if len(points) == 1:  # as a rule: the page brings one mean a day
        return value(points[0])
    total = sum((value(p) * p.entries for p in points), Fraction(0))
    return total / sum(p.entries for p in points)


def value_of(point: MoodPoint) -> Fraction:
    """1 to 7."""
    return Fraction(point.value or 0)


def low_of(point: MoodPoint) -> Fraction:
    """0 to 3."""
    return Fraction(point.low or 0)


def high_of(point: MoodPoint) -> Fraction:
    """0 to 3."""
    return Fraction(point.high or 0)


def distance_of(point: MoodPoint) -> Fraction:
    """How far from steady, 0 to 3. Low and high never cancel each other out:
    a day with both is as far away as the larger of the two."""
    return max(low_of(point), high_of(point))


def compared(scale: MoodScale) -> Callable[[MoodPoint], Fraction]:
    """What the before and now windows compare on this scale."""
    return value_of if scale is MoodScale.STANDARD else distance_of


def within(days: Days, span: Span) -> list[Fraction]:
    """The logged days of the span."""
    return [value for day, value in days.items() if day in span]


def mean(values: list[Fraction]) -> Fraction | None:
    """Exact mean; ``None`` of nothing."""
    if not values:
        return None
    # Over one denominator, reduced once: a figure has hundreds of these.
    ratios = [value.as_integer_ratio() for value in values]
    under = lcm(*(under for _top, under in ratios))
    total = sum(top * under // own for top, own in ratios)
    return Fraction(total, under * len(values))


def rolling(days: Days, span: Span) -> list[tuple[date, Fraction | None]]:
    """For each day of the span, the mean of the 7 days to it, where 3 are logged."""
    every = (span.start + timedelta(days=i) for i in range(span.days))
    return [(day, _week_to(days, day)) for day in every]


def _week_to(days: Days, day: date) -> Fraction | None:
    week = (day - timedelta(days=i) for i in range(ROLLING))
    values = [days[d] for d in week if d in days]
    return mean(values) if len(values) >= ROLLING_NEEDS else None


def weekly(days: Days, span: Span) -> list[tuple[date, Fraction | None]]:
    """For each week (by its Monday) the mean of its logged days, where 3 are."""
    found: dict[date, list[Fraction]] = defaultdict(list)
    for day, value in days.items():
        if day in span:
            found[monday(day)].append(value)
    first, weeks = monday(span.start), (span.end - monday(span.start)).days // 7 + 1
    mondays = (first + timedelta(weeks=i) for i in range(weeks))
    return [
        (week, mean(found[week]) if len(found[week]) >= ROLLING_NEEDS else None)
        for week in mondays
    ]
