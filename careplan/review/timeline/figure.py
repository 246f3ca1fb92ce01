"""Puts lanes on a sheet: windows behind, months, the change, today, the names."""

import zlib
from dataclasses import dataclass

from careplan.review.timeline import backdrop, detail, headings, overlay, svg
from careplan.review.timeline.choice import Folded
from careplan.review.timeline.data import TimelineData
from careplan.review.timeline.scale import Scale
from careplan.review.timeline.sheet import Format, Heading, Lane, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import day_long, gettext, listed


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
        height=height_of(form, lanes),
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


def height_of(form: Format, lanes: tuple[Lane, ...]) -> float:
    """How high the sheet of these lanes is."""
    return _foot(form, lanes) + form.bottom


def _compose(sheet: Sheet, form: Format, lanes: tuple[Lane, ...], style: Svg) -> Svg:
    foot = _foot(form, lanes)
    body: list[Svg] = []
    written: list[Svg] = []  # over the line of the change, for the sake of its words
    names: list[Svg] = []
    y = form.top
    titles = [lane.heading(sheet) for lane in lanes]
    for lane, heading in zip(lanes, titles, strict=True):
        marks = lane.marks(sheet, y + form.name_row)
        layer = written if lane.kind == "events" else body
        layer.append(_lane_group(sheet, heading, marks))
        if form.has_gutter:
            names.append(headings.beside(sheet, heading, y, lane.height))
        else:
            names.append(headings.above(sheet, heading, y))
        y += lane.height + form.name_row
    inside = [
        backdrop.window_bands(sheet, form, foot),
        backdrop.month_lines(sheet, form, foot),
        *([overlay.pivot_line(sheet, form, foot)] if not form.has_gutter else []),
        backdrop.separators(sheet, form, lanes),
        *body,
        backdrop.month_names(sheet, form, foot),
        *([overlay.pivot_line(sheet, form, foot)] if form.has_gutter else []),
        overlay.today(sheet, form, foot),
        *written,
        *names,
    ]
    return _whole(sheet, height_of(form, lanes), titles, style, svg.join(inside))


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
