"""Over the lanes: the line of the change, and today."""

from careplan.review.timeline import svg
from careplan.review.timeline.sheet import SUB, Format, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import day_short, gettext


def pivot_line(sheet: Sheet, form: Format, foot: float) -> Svg:
    """The change in question: a line across all lanes, with its words on a wide sheet."""
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


def today(sheet: Sheet, form: Format, foot: float) -> Svg:
    """A line at today, and that what follows is planned."""
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
