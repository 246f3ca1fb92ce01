"""Dose steps as one picture and one table: what was, what is, and hatched what may be.

It draws the rows somebody wrote and computes no dose: arithmetic, not advice (R3, N4).
Geometry is attributes and colour is classes; nothing here writes a style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from careplan.plan import step_presets, wording
from careplan.plan.canonical import decimal_text

WIDTH, HEIGHT = 400, 170
LEFT, RIGHT, TOP, BASE = 6, 394, 26, 140
LAST_STEP = timedelta(days=14)
# Room for one written dose and one written day, in the units of the box.
DOSE_ROOM, DAY_ROOM = 26, 58
AHEAD = frozenset({"next", "held"})


@dataclass(frozen=True)
class Point:
    """One dose from one day on. state: past, now, next or held."""

    day: date
    amount: Decimal
    state: str
    how: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    when: str
    dose: str
    change: str
    how: str


@dataclass(frozen=True)
class Schedule:
    """The steps of one medicine in the order of their days."""

    uid: str
    name: str
    unit: str
    points: tuple[Point, ...]
    watch_until: date | None = None

    @property
    def is_worth_drawing(self) -> bool:
        return len(self.points) > 1 and any(p.amount > 0 for p in self.points)

    @cached_property
    def svg(self) -> SafeString:
        return _draw(self)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        before: list[Decimal | None] = [None, *(p.amount for p in self.points[:-1])]
        return tuple(
            Line(
                _when(point),
                _("Stop")
                if point.amount == 0
                else wording.dose(point.amount, self.unit),
                _change(was, point.amount),
                point.how,
            )
            for was, point in zip(before, self.points, strict=True)
        )

    @property
    def watch_words(self) -> str:
        if self.watch_until is None:
            return ""
        return _("We keep watching until {day}.").format(
            day=wording.day(self.watch_until)
        )


def _when(point: Point) -> str:
    day = wording.short_day(point.day)
    if point.state == "held":
        return _("{day}, held").format(day=day)
    if point.state == "next":
        return _("Not before {day}").format(day=day)
    return _("Since {day}").format(day=day)


def _change(before: Decimal | None, after: Decimal) -> str:
    if before is None:
        return ""
    percent = step_presets.change_percent(before, after)
    return "" if percent is None else f"{percent.normalize():+f} %"


@dataclass(frozen=True)
class _Bar:
    x: float
    width: float
    y: float
    point: Point


def _draw(plan: Schedule) -> SafeString:
    bars = _bars(plan)
    label = _("Steps of {name}, drawn. The table below says the same.").format(
        name=plan.name
    )
    return format_html(
        '<svg class="chart stepchart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<defs><pattern id="{}-hatch" width="7" height="7"'
        ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatchline" d="M0,0v7"/></pattern></defs>'
        '{}{}<path class="base" d="M{},{}H{}"/><path class="dtop" d="{}"/>{}{}</svg>',
        WIDTH,
        HEIGHT,
        label,
        plan.uid,
        _watch_band(plan, bars),
        _rects(plan.uid, bars),
        LEFT,
        BASE,
        RIGHT,
        _curve(bars),
        _doses(bars),
        _days(bars),
    )


def _bars(plan: Schedule) -> tuple[_Bar, ...]:
    first, last = plan.points[0].day, _end(plan)
    span = max((last - first).days, 1)
    most = max(point.amount for point in plan.points)
    starts = [*(point.day for point in plan.points), last]
    found = []
    for point, (begin, end) in zip(plan.points, pairwise(starts), strict=True):
        x = LEFT + (RIGHT - LEFT) * (begin - first).days / span
        width = (RIGHT - LEFT) * max((end - begin).days, 0) / span
        y = BASE - (BASE - TOP) * float(point.amount / most)
        found.append(_Bar(x, width, y, point))
    return tuple(found)


def _end(plan: Schedule) -> date:
    last = plan.points[-1].day + LAST_STEP
    return max(last, plan.watch_until) if plan.watch_until else last


def _rects(uid: str, bars: Sequence[_Bar]) -> SafeString:
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"{}/>',
        (
            (
                "dplan" if bar.point.state in AHEAD else "d2",
                _num(bar.x),
                _num(bar.y),
                _num(max(bar.width, 1)),
                _num(BASE - bar.y),
                format_html(' fill="url(#{}-hatch)"', uid)
                if bar.point.state in AHEAD
                else "",
            )
            for bar in bars
            if bar.point.amount > 0
        ),
    )


def _watch_band(plan: Schedule, bars: Sequence[_Bar]) -> SafeString:
    """The time after the last dose in which everybody goes on looking."""
    last = bars[-1]
    if plan.watch_until is None or last.point.amount > 0:
        return SafeString("")
    return format_html(
        '<rect class="win" x="{}" y="{}" width="{}" height="{}"/>',
        _num(last.x),
        TOP,
        _num(last.width),
        BASE - TOP,
    )


def _curve(bars: Sequence[_Bar]) -> str:
    path = f"M{_num(bars[0].x)},{_num(bars[0].y)}"
    for bar in bars:
        path += f"V{_num(bar.y)}H{_num(bar.x + bar.width)}"
    return path


def _doses(bars: Sequence[_Bar]) -> SafeString:
    roomy = [bar for bar in bars if bar.width >= DOSE_ROOM]
    return format_html_join(
        "",
        '<text class="doselab" x="{}" y="{}">{}</text>',
        (
            (_num(bar.x + 2), _num(bar.y - 6), decimal_text(bar.point.amount))
            for bar in roomy
        ),
    )


def _days(bars: Iterable[_Bar]) -> SafeString:
    kept: list[_Bar] = []
    for bar in bars:
        if (not kept or bar.x - kept[-1].x >= DAY_ROOM) and bar.x <= RIGHT - 40:
            kept.append(bar)
    return format_html_join(
        "",
        '<text x="{}" y="{}">{}</text>',
        ((_num(bar.x), BASE + 18, wording.short_day(bar.point.day)) for bar in kept),
    )


def _num(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
