"""Puts lanes on a sheet: windows behind, months, the change, today, the names."""

import itertools
import zlib
from dataclasses import dataclass
from datetime import date

from careplan.review.timeline import detail, svg
from careplan.review.timeline.choice import Folded
from careplan.review.timeline.data import Span, TimelineData
from careplan.review.timeline.scale import Scale
from careplan.review.timeline.sheet import Heading, Lane, Result, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import (
    day_long,
    day_short,
    gettext,
    listed,
    month_short,
    ngettext,
    uncapital,
)

LAB, SUB, BIG = 14.0, 12.5, 17.0  # text sizes of the style sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A finished drawing. Printed in a template it is its own markup.

    ``marks`` counts shapes and texts; ``folded`` names the lanes left out.
    """

    svg: Svg
    marks: int
    height: float
    folded: tuple[Folded, ...] = ()

    def __html__(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg


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


def drawn(
    data: TimelineData,
    form: Format,
    lanes: tuple[Lane, ...],
    *,
    uid: str,
    is_linked: bool,
    folded: tuple[Folded, ...] = (),
    style: Svg = svg.EMPTY,
) -> Figure:
    """The finest drawing of these lanes within the budgets, else the coarsest."""
    finished = svg.EMPTY
    for fineness in detail.ladder(data):
        sheet = _sheet(data, form, fineness, uid=uid, is_linked=is_linked)
        finished = _compose(sheet, form, lanes, style)
        if _is_small(finished):
            break
    return Figure(
        svg=finished,
        marks=svg.count_marks(finished),
        height=_height(form, lanes),
        folded=folded,
    )


def _is_small(drawing: Svg) -> bool:
    if svg.count_marks(drawing) > detail.MOST_MARKS:
        return False
    raw = drawing.encode()
    return (
        len(raw) <= detail.MOST_BYTES and len(zlib.compress(raw)) <= detail.MOST_ZIPPED
    )


def _sheet(
    data: TimelineData,
    form: Format,
    fineness: detail.Detail,
    *,
    uid: str,
    is_linked: bool,
) -> Sheet:
    return Sheet(
        data=data,
        scale=Scale(
            days=data.range.span, left=form.left, right=form.width - form.right
        ),
        detail=fineness,
        uid=uid,
        width=form.width,
        has_gutter=form.has_gutter,
        is_linked=is_linked,
        is_small=form.is_small,
    )


def _foot(form: Format, lanes: tuple[Lane, ...]) -> float:
    return form.top + sum(lane.height + form.name_row for lane in lanes) + 2


def _height(form: Format, lanes: tuple[Lane, ...]) -> float:
    return _foot(form, lanes) + form.bottom


def _compose(sheet: Sheet, form: Format, lanes: tuple[Lane, ...], style: Svg) -> Svg:
    foot = _foot(form, lanes)
    body: list[Svg] = []
    written: list[Svg] = []  # over the line of the change, for the sake of its words
    names: list[Svg] = []
    y = form.top
    headings = [lane.heading(sheet) for lane in lanes]
    for lane, heading in zip(lanes, headings, strict=True):
        marks = lane.marks(sheet, y + form.name_row)
        layer = written if lane.kind == "events" else body
        layer.append(_lane_group(sheet, heading, marks))
        if form.has_gutter:
            names.append(_beside(sheet, heading, y, lane.height))
        else:
            names.append(_above(sheet, heading, y))
        y += lane.height + form.name_row
    inside = [
        _window_bands(sheet, form, foot),
        _month_lines(sheet, form, foot),
        *([_pivot_line(sheet, form, foot)] if not form.has_gutter else []),
        _separators(sheet, form, lanes),
        *body,
        _month_names(sheet, form, foot),
        *([_pivot_line(sheet, form, foot)] if form.has_gutter else []),
        _today(sheet, form, foot),
        *written,
        *names,
    ]
    return _whole(sheet, _height(form, lanes), headings, style, svg.join(inside))


def _lane_group(sheet: Sheet, heading: Heading, marks: Svg) -> Svg:
    if not (sheet.is_linked and "<a " in marks):
        return marks
    return svg.el("g", marks, role="group", aria_label=heading.name)


def _whole(
    sheet: Sheet, height: float, headings: list[Heading], style: Svg, body: Svg
) -> Svg:
    uid = sheet.uid
    return svg.el(
        "svg",
        svg.el("title", _title(sheet.data), id=f"{uid}-t"),
        svg.el("desc", _description(sheet, headings), id=f"{uid}-d"),
        style,
        _patterns(uid),
        body,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        view_box=f"0 0 {svg.num(sheet.width)} {svg.num(height)}",
        role="group" if "<a " in body else "img",
        aria_labelledby=f"{uid}-t {uid}-d",
        focusable="false",
    )


def _title(data: TimelineData) -> str:
    return gettext(
        "Timeline, %(start)s to %(end)s",
        start=day_long(data.range.start),
        end=day_long(data.range.end),
    )


def _description(sheet: Sheet, headings: list[Heading]) -> str:
    names = listed([heading.name for heading in headings])
    if not names:
        return gettext("There is nothing to draw yet.")
    parts = [gettext("Lanes on one time axis: %(names)s.", names=names)]
    pivot = sheet.data.pivot
    if pivot and sheet.shows(pivot.on):
        parts.append(
            gettext(
                "A line across all lanes marks %(day)s: %(change)s.",
                day=day_long(pivot.on),
                change=pivot.label,
            )
        )
    parts.append(gettext("The same data are in the table."))
    return " ".join(parts)


def _patterns(uid: str) -> Svg:
    return svg.el(
        "defs",
        svg.el(
            "pattern",
            svg.el("path", class_="hatchline", d="M0,0v7"),
            id=f"{uid}-hatch",
            width=7,
            height=7,
            pattern_units="userSpaceOnUse",
            pattern_transform="rotate(45)",
        ),
        svg.el(
            "pattern",
            svg.el("circle", class_="dotpat", cx=1.5, cy=1.5, r=1),
            id=f"{uid}-dots",
            width=5,
            height=5,
            pattern_units="userSpaceOnUse",
        ),
    )


# ---- behind the lanes


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


def _window_bands(sheet: Sheet, form: Format, foot: float) -> Svg:
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


def _month_lines(sheet: Sheet, form: Format, foot: float) -> Svg:
    head = form.top - (6 if form.has_gutter else 0)
    if not form.has_gutter:
        return svg.EMPTY
    ways = [
        f"M{svg.num(sheet.scale.x(m))},{svg.num(head)}V{svg.num(foot)}"
        for m in sheet.scale.months()
    ]
    return svg.path("grid", "".join(ways))


def _month_names(sheet: Sheet, form: Format, foot: float) -> Svg:
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
    is_long = sheet.data.range.span.days > 300
    if month.month == 1 and is_long:
        return str(month.year)
    return month_short(month.month)


def _separators(sheet: Sheet, form: Format, lanes: tuple[Lane, ...]) -> Svg:
    ways, y = [], form.top
    for lane, following in itertools.pairwise(lanes):
        y += lane.height + form.name_row
        if lane.kind != following.kind or lane.kind not in ("effects", "practices"):
            ways.append(f"M0,{svg.num(y)}H{svg.num(sheet.width)}")
    return svg.path("lane", "".join(ways))


# ---- over the lanes


def _pivot_line(sheet: Sheet, form: Format, foot: float) -> Svg:
    pivot = sheet.data.pivot
    if not pivot or not sheet.shows(pivot.on):
        return svg.EMPTY
    x = sheet.scale.x(pivot.on)
    if form.is_small:
        cls = "pivot" if not form.has_gutter else "guide"
        return svg.line(cls, x, form.top, x, foot)
    words = f"{day_short(pivot.on)}: {pivot.label}"
    words = svg.fitted(words, 0.6 * (sheet.right - sheet.left))
    wide = svg.width_of(words) + 20
    start = min(max(0.0, x - 6), sheet.width - wide)
    return svg.join(
        [
            svg.line("pivot", x, 27, x, foot),
            svg.rect("pivotbox", start, 1, wide, 27, 7),
            svg.text(start + 10, 19.5, words, "pivottxt"),
        ]
    )


def _today(sheet: Sheet, form: Format, foot: float) -> Svg:
    if not sheet.shows_today:
        return svg.EMPTY
    x = sheet.scale.x(sheet.data.range.today)
    head = form.top - (14 if form.has_gutter else 0)
    rule = svg.line("now", x, head, x, foot)
    words = gettext("Today")
    if form.months_below or form.is_small:
        half = svg.width_of(words, SUB) / 2
        at = min(max(x, half), sheet.width - half)
        if form.has_gutter and x + 130 < sheet.width:
            at = x + 6 + svg.width_of(gettext("Today, then planned"), SUB) / 2
            words = gettext("Today, then planned")
        return svg.join([rule, svg.text(at, foot + 18, words, "sub", "mid")])
    if x + 150 > sheet.width:
        return svg.join([rule, svg.text(x - 5, form.top - 27, words, "b", "end")])
    parts = [rule, svg.text(x + 7, form.top - 27, words, "b")]
    if sheet.data.range.end > sheet.data.range.today:
        parts.append(svg.text(x + 50, form.top - 27, gettext("then planned"), "sub"))
    return svg.join(parts)


# ---- names and answers


def _beside(sheet: Sheet, heading: Heading, y: float, room: float) -> Svg:
    return svg.join(
        [_name_block(sheet, heading, y, room), _results(sheet, heading, y, room)]
    )


def _name_block(sheet: Sheet, heading: Heading, y: float, room: float) -> Svg:
    wide = sheet.left - 8
    if heading.baseline is not None:
        return svg.text(0, y + heading.baseline, svg.fitted(heading.name, wide), "lab")
    lines = [(line, "lab", LAB) for line in _wrapped(heading.name, wide, room)]
    note_room = wide if room < 100 else wide - 24
    lines += [
        (part, "sub", SUB)
        for note in heading.notes
        for part in _wrapped(note, note_room, room if room < 100 else 0, SUB)
    ]
    lines = lines[: max(1, int(room // 16))]
    step = 17
    first = y + 26 if room >= 100 else y + (room - step * (len(lines) - 1)) / 2 + 4.5
    return svg.join(
        svg.text(0, first + step * i, words, cls)
        for i, (words, cls, _) in enumerate(lines)
    )


def _wrapped(name: str, wide: float, room: float, size: float = LAB) -> list[str]:
    """On two lines where the words are long and the lane is high enough."""
    if svg.width_of(name, size) <= wide or room < 50:
        return [svg.fitted(name, wide, size)]
    words, first = name.split(), ""
    while words and svg.width_of(f"{first} {words[0]}", size) <= wide:
        first = f"{first} {words.pop(0)}".strip()
    rest = svg.fitted(" ".join(words), wide, size)
    return [first, rest] if first else [rest]


def _results(sheet: Sheet, heading: Heading, y: float, room: float) -> Svg:
    if sheet.width - sheet.right < 60 or not heading.results:
        return svg.EMPTY
    x, wide = sheet.right + 18, sheet.width - sheet.right - 18
    share = room / len(heading.results)
    return svg.join(
        _result(result, x, y + share * i, share, wide)
        for i, result in enumerate(heading.results)
    )


def _result(result: Result, x: float, y: float, room: float, wide: float) -> Svg:
    if result.tone == "b" and not result.notes:
        return svg.text(x, y + room - 7, svg.fitted(result.big, wide), "b")
    notes = result.notes[: max(0, int((room - 16) // 16))]
    first = y + (room - 16 * len(notes)) / 2 + 4
    tones = ("big", result.tone)
    parts = [svg.text(x, first, svg.fitted(result.big, wide, BIG), *tones)]
    parts += [
        svg.text(x, first + 17 + 16 * i, svg.fitted(note, wide, SUB), "sub")
        for i, note in enumerate(notes)
    ]
    return svg.join(parts)


def _above(sheet: Sheet, heading: Heading, y: float) -> Svg:
    room = sheet.width - svg.width_of(heading.short) - 12
    name = svg.fitted(heading.name, room, LAB + 0.5)
    note = _above_note(heading, room - svg.width_of(name, LAB + 0.5) - 8)
    label = svg.el("text", name, note, class_="lab mh", x=0, y=y + 20)
    answer = svg.text(sheet.width, y + 20, heading.short, "b", "end", "mh")
    return svg.join([label, answer])


def _above_note(heading: Heading, room: float) -> Svg:
    note = uncapital(heading.notes[0].rstrip("↑↓ ")) if heading.notes else ""
    if not note or svg.width_of(note, SUB) > room:
        return svg.EMPTY
    return svg.el("tspan", note, class_="msub", dx=6)
