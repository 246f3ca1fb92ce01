"""A sparkline for the caseload: one short line, always with words beside it."""

from collections.abc import Sequence
from decimal import Decimal

from careplan.review.timeline import svg
from careplan.review.timeline.svg import Svg

EDGE = 4


def spark(
    values: Sequence[Decimal | int | None],
    *,
    lowest: int = 1,
    highest: int = 7,
    tone: str = "mood",
    width: int = 132,
    height: int = 42,
) -> Svg:
    """One value a step, ``None`` where nothing was logged: the line breaks there.

    Hidden from screen readers: the words beside it must say the same. ``tone`` is
    mood, phq or gad. Nothing at all for nothing logged.
    """

    def place(index: int, value: Decimal | int) -> tuple[float, float]:
        along = index / max(1, len(values) - 1)
        up = (float(value) - lowest) / max(1, highest - lowest)
        up = min(1.0, max(0.0, up))
        return EDGE + along * (width - 2 * EDGE), height - EDGE - up * (
            height - 2 * EDGE
        )

    pieces: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(place(index, value))
    logged = [piece for piece in pieces if piece]
    if not logged:
        return svg.EMPTY
    way = "".join(svg.through(piece) for piece in logged if len(piece) > 1)
    x, y = logged[-1][-1]
    dot = "mooddot solo" if tone == "mood" else f"{tone}dot"
    return svg.el(
        "svg",
        svg.line("base", EDGE, height / 2, width - EDGE, height / 2),
        svg.path(f"{tone}line", way),
        svg.circle(dot, x, y, 3.4),
        class_="chart spark",
        view_box=f"0 0 {width} {height}",
        width=width,
        height=height,
        aria_hidden="true",
        focusable="false",
    )
