"""Behind the lanes: the windows, the months, the lines between lanes."""

import itertools
from dataclasses import dataclass
from datetime import date

from careplan.review.timeline import svg
from careplan.review.timeline.data import Span
from careplan.review.timeline.sheet import SUB, Format, Lane, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import day_short, gettext, month_short, ngettext


@dataclass(frozen=True, slots=True)
class _Window:
    span: Span
    words: str
    brief: str
    leans_left: bool  # its words end where it ends, so that they clear the line


def _windows(sheet: Sheet) -> list[_Window]:
    data = sheet.data
    if data.last_visit and data.last_visit <= data.range.today:
        span = Span(start=data.last_visit, end=data.range.today)
        day = day_short(data.last_visit)
        words = gettext("Since the last visit, %(day)s", day=day)
        return [_Window(span, words, gettext("Last visit"), leans_left=False)]
    if not data.pivot:
        return []
    frame = windows(data.pivot.on, today=data.range.today)
    words = gettext("Before: %(length)s", length=_weeks(frame.before))
    found = [_Window(frame.before, words, gettext("Before"), leans_left=True)]
    if frame.now:
        length = _weeks(frame.now)
        words = gettext("Now: %(length)s", length=length)
        if frame.so_far:
            words = gettext("So far: %(length)s", length=length)
        found.append(_Window(frame.now, words, gettext("Now"), leans_left=True))
    page = data.range
    return [window for window in found if window.span.meets(page.start, page.end)]


def _weeks(span: Span) -> str:
    if span.days < 14:
        return ngettext("%(count)s day", "%(count)s days", span.days)
    return ngettext("%(count)s week", "%(count)s weeks", (span.days + 3) // 7)


def window_bands(sheet: Sheet, form: Format, foot: float) -> Svg:
    """The days compared, as pale bands with their words."""
    head = form.top - (20 if form.has_gutter else 0)
    parts, taken_to = [], sheet.left - 30
    for window in _windows(sheet):
        x0, x1 = sheet.scale.x(window.span.start), sheet.scale.x(window.span.end)
        width = max(x1 - x0, 2)
        x0 = min(x0, sheet.right - width)
        parts.append(svg.rect("win", x0, head, width, foot - head, 6))
        label = _window_label(sheet, form, window, (x0, x0 + width), taken_to)
        parts.append(label[0])
        taken_to = label[1]
    return svg.join(parts)


def _window_label(
    sheet: Sheet,
    form: Format,
    window: _Window,
    across: tuple[float, float],
    taken_to: float,
) -> tuple[Svg, float]:
    x0, x1 = across
    y = form.top - (27 if form.has_gutter else 8)
    words = window.words if form.has_gutter else window.brief
    wide = svg.width_of(words, SUB)
    if not window.leans_left:
        x = min(x0 + 6, sheet.width - wide)
        return svg.text(x, y, words, "winlab"), x + wide
    if wide > x1 - x0 + 14:
        words, wide = window.brief, svg.width_of(window.brief, SUB)
    start = (x0 + x1 - wide) / 2 if wide < x1 - x0 else x1 - wide
    start = max(0.0, start)
    if start < taken_to + 6:
        return svg.EMPTY, taken_to
    return svg.text(start, y, words, "winlab"), start + wide


def month_lines(sheet: Sheet, form: Format, foot: float) -> Svg:
    """A line where each month begins, on a wide sheet."""
    head = form.top - (6 if form.has_gutter else 0)
    if not form.has_gutter:
        return svg.EMPTY
    ways = [
        f"M{svg.num(sheet.scale.x(m))},{svg.num(head)}V{svg.num(foot)}"
        for m in sheet.scale.months()
    ]
    return svg.path("grid", "".join(ways))


def month_names(sheet: Sheet, form: Format, foot: float) -> Svg:
    """The months, left out where the change or today need their room."""
    y = foot + 18 if form.months_below else form.top - 4
    free_from, parts = sheet.left, []
    today_x = sheet.scale.x(sheet.data.range.today)
    pivot = sheet.data.pivot
    pivot_x = sheet.scale.x(pivot.on) if pivot and sheet.shows(pivot.on) else -1.0
    for month in sheet.scale.months():
        x, words = sheet.scale.x(month) + 4, _month_word(sheet, month)
        wide = svg.width_of(words, SUB)
        if form.has_gutter and x - 2 < pivot_x < x + wide:
            x = pivot_x + 6
        near_today = form.months_below and sheet.shows_today and abs(x - today_x) < 42
        if x < free_from or x + wide > sheet.right or near_today:
            continue
        parts.append(svg.text(x, y, words, "sub"))
        free_from = x + wide + 6
    return svg.join(parts)


def _month_word(sheet: Sheet, month: date) -> str:
    is_long = sheet.data.range.days > 300
    if month.month == 1 and is_long:
        return str(month.year)
    return month_short(month.month)


def separators(sheet: Sheet, form: Format, lanes: tuple[Lane, ...]) -> Svg:
    """A line between two lanes of different kinds."""
    ways, y = [], form.top
    for lane, following in itertools.pairwise(lanes):
        y += lane.height + form.name_row
        if lane.kind != following.kind or lane.kind not in ("effects", "practices"):
            ways.append(f"M0,{svg.num(y)}H{svg.num(sheet.width)}")
    return svg.path("lane", "".join(ways))
