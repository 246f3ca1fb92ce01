"""A sparkline for the caseload: one short line, always with words beside it."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

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

    return _drawn(
        [_pieces(values, lowest, highest, width, height)], tone, width, height
    )


def spark_apart(
    *,
    lows: Sequence[Decimal | None],
    highs: Sequence[Decimal | None],
    width: int = 132,
    height: int = 42,
) -> Svg:
    """Two lines, never one: how high above the middle, how low below it (0 to 3)."""
    down = [None if value is None else -value for value in lows]
    both = [_pieces(values, -3, 3, width, height) for values in (down, highs)]
    return _drawn(both, "mood", width, height)


Pieces = list[list[tuple[float, float]]]


def _pieces(
    values: Sequence[Decimal | int | None],
    lowest: int,
    highest: int,
    width: int,
    height: int,
) -> Pieces:
    """The runs of a line between its gaps."""

    step = (width - 2 * EDGE) / max(1, len(values) - 1)
    tall, span = height - 2 * EDGE, max(1, highest - lowest)
    pieces: Pieces = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        up = (float(value) - lowest) / span
        inside = 0.0 if up < 0 else 1.0 if up > 1 else up
        pieces[-1].append((EDGE + index * step, height - EDGE - inside * tall))
    return [piece for piece in pieces if piece]


def _drawn(lines: Sequence[Pieces], tone: str, width: int, height: int) -> Svg:
    if not any(lines):
        return svg.EMPTY
    runs = [piece for pieces in lines for piece in pieces]
    way = "".join(svg.through(piece) for piece in runs if len(piece) > 1)
    dot = "mooddot solo" if tone == "mood" else f"{tone}dot"
    ends = [pieces[-1][-1] for pieces in lines if pieces]
    return Svg(
        "".join(
            [
                _frame(width, height),
                svg.path(f"{tone}line", way),
                *[svg.circle(dot, x, y, 3.4) for x, y in ends],
                "</svg>",
            ]
        )
    )


@cache
def _frame(width: int, height: int) -> str:
    """How each sparkline of this size begins, with the line along its middle."""
    drawn = svg.el(
        "svg",
        svg.line("base", EDGE, height / 2, width - EDGE, height / 2),
        class_="chart spark",
        view_box=f"0 0 {width} {height}",
        width=width,
        height=height,
        aria_hidden="true",
        focusable="false",
    )
    return drawn.removesuffix("</svg>")
