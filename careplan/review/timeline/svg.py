"""A small builder of SVG text. Whatever is not ``Svg`` already is escaped.

Colour and dashes are classes, geometry is attributes: no ``style`` is ever written,
so the page's content security policy needs no exception.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Self

Number = int | float
Attribute = str | int | float | None

# What must be written otherwise, and what XML 1.0 has no way to write, escaped or not.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_UNCLEAN = re.compile('[&<>"]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_MARK = re.compile(r"<(?:rect|circle|path|line|text)\b")


class Svg(str):
    """Finished markup. Templates print it unescaped through ``__html__``."""

    __slots__ = ()

    def __html__(self) -> Self:
        """What Django, Jinja and MarkupSafe ask of markup that is already safe."""
        return self


EMPTY = Svg("")


def num(value: Number) -> str:
    """At most one decimal, no trailing zero, no minus zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def clean(text: str) -> str:
    """Escaped for text and for attributes in double quotes."""
    return _UNCLEAN.sub(lambda found: _ENTITIES.get(found[0], ""), text)


def join(parts: Iterable[Svg]) -> Svg:
    """One after another."""
    return Svg("".join(parts))


def el(tag: str, *children: str, **attributes: Attribute) -> Svg:
    """An element. ``class_`` is class, ``stroke_width`` is stroke-width; ``None``
    leaves an attribute out; children that are plain text are escaped."""
    names = "".join(_attribute(k, v) for k, v in attributes.items() if v is not None)
    inside = "".join(c if isinstance(c, Svg) else clean(c) for c in children)
    if not inside:
        return Svg(f"<{tag}{names}/>")
    return Svg(f"<{tag}{names}>{inside}</{tag}>")


# SVG's own camelCase names, which cannot be told from the Python spelling.
_CAMEL = {
    "view_box": "viewBox",
    "pattern_units": "patternUnits",
    "pattern_transform": "patternTransform",
}


def _attribute(name: str, value: Attribute) -> str:
    text = clean(value) if isinstance(value, str) else num(value or 0)
    return f' {_written(name)}="{text}"'


@cache
def _written(name: str) -> str:
    return _CAMEL.get(name) or name.rstrip("_").replace("_", "-")


def text(x: Number, y: Number, words: str, *classes: str) -> Svg:
    """One line of text; nothing for no words."""
    if not words:
        return EMPTY
    return el("text", words, class_=" ".join(c for c in classes if c), x=x, y=y)


def rect(
    cls: str, x: Number, y: Number, width: Number, height: Number, radius: Number = 0
) -> Svg:
    """A rectangle, rounded by ``radius``."""
    return el(
        "rect",
        class_=cls,
        x=x,
        y=y,
        width=max(width, 0.1),
        height=max(height, 0.1),
        rx=radius or None,
    )


def circle(cls: str, x: Number, y: Number, radius: Number) -> Svg:
    """A circle by its middle."""
    return el("circle", class_=cls, cx=x, cy=y, r=radius)


def line(cls: str, x1: Number, y1: Number, x2: Number, y2: Number) -> Svg:
    """A straight line."""
    return el("line", class_=cls, x1=x1, y1=y1, x2=x2, y2=y2)


def path(cls: str, d: str) -> Svg:
    """A path; nothing for no way."""
    return el("path", class_=cls, d=d) if d else EMPTY


def through(points: Sequence[tuple[Number, Number]]) -> str:
    """The way through these points."""
    return "M" + " ".join(f"{num(x)},{num(y)}" for x, y in points) if points else ""


def box(x: Number, y: Number, width: Number, height: Number) -> str:
    """The way around a rectangle, for many of them in one path."""
    w, h = max(width, 0.1), max(height, 0.1)
    return f"M{num(x)},{num(y)}h{num(w)}v{num(h)}h{num(-w)}z"


def ring(x: Number, y: Number, radius: Number) -> str:
    """The way around a circle, for many of them in one path."""
    r, d = num(radius), num(2 * radius)
    return f"M{num(x - radius)},{num(y)}a{r} {r} 0 1 0 {d} 0 {r} {r} 0 1 0-{d} 0z"


def dots(points: Iterable[tuple[Number, Number]]) -> str:
    """Many points as strokes without length: their class gives the cap and width.
    Whole units and a third of the letters of as many circles."""
    return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in points)


def bars(spans: Iterable[tuple[Number, Number]], y: Number) -> str:
    """Many bars of one height as strokes along ``y``, from x to x."""
    return "".join(f"M{x0:.0f} {num(y)}h{max(x1 - x0, 1):.0f}" for x0, x1 in spans)


def diamond(x: Number, y: Number, reach: Number) -> str:
    """The way around a diamond by its middle."""
    r = num(reach)
    return f"M{num(x)},{num(y - reach)}l{r},{r} -{r},{r} -{r},-{r}z"


def width_of(words: str, size: Number = 13) -> float:
    """About how wide this text is in semi-bold, on the generous side."""
    return size * sum(_share(character) for character in words)


def _share(character: str) -> float:
    if character in "iIljtf.,:;'|()! ":
        return 0.36
    if character in "mwMW%@…→" or ord(character) > 0x2E80:
        return 1.0
    return 0.66 if character.isupper() or ord(character) > 0x24F else 0.58


def fitted(words: str, room: Number, size: Number = 13) -> str:
    """The words, cut with an ellipsis where they would be wider than the room."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…" if words else ""


def count_marks(svg: str) -> int:
    """How many shapes and texts are drawn."""
    return len(_MARK.findall(svg))
