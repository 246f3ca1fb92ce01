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
_POINT_ZERO = re.compile(r"\.0(?!\d)").sub
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


def tidy(shape: str) -> str:
    """Numbers written with ``:.1f`` as ``num`` writes them: for attributes and ways,
    never for people's words. One pass for a whole shape is what makes it cheap."""
    if "-0.0" in shape:
        shape = shape.replace("-0.0", "0.0")
    return _POINT_ZERO("", shape)


def clean(text: str) -> str:
    """Escaped for text and for attributes in double quotes."""
    return _UNCLEAN.sub(lambda found: _ENTITIES.get(found[0], ""), text)


def join(parts: Iterable[Svg]) -> Svg:
    """One after another."""
    return Svg("".join(parts))


def el(tag: str, *children: str, **attributes: Attribute) -> Svg:
    """An element. ``class_`` is class, ``stroke_width`` is stroke-width; ``None``
    leaves an attribute out; children that are plain text are escaped."""
    names = "".join([_attribute(k, v) for k, v in attributes.items() if v is not None])
    inside = "".join([c if isinstance(c, Svg) else clean(c) for c in children])
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
    names = " ".join([c for c in classes if c])
    place = tidy(f'<text class="{names}" x="{x:.1f}" y="{y:.1f}">')
    return Svg(f"{place}{clean(words)}</text>")


def rect(
    cls: str, x: Number, y: Number, width: Number, height: Number, radius: Number = 0
) -> Svg:
    """A rectangle, rounded by ``radius``."""
    wide, high = (width if width > 0.1 else 0.1), (height if height > 0.1 else 0.1)
    corner = f' rx="{radius:.1f}"' if radius else ""
    return Svg(
        tidy(
            f'<rect class="{cls}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}"'
            f' height="{high:.1f}"{corner}/>'
        )
    )


def circle(cls: str, x: Number, y: Number, radius: Number) -> Svg:
    """A circle by its middle."""
    place = f'<circle class="{cls}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
    return Svg(tidy(place))


def line(cls: str, x1: Number, y1: Number, x2: Number, y2: Number) -> Svg:
    """A straight line."""
    start = f'<line class="{cls}" x1="{x1:.1f}" y1="{y1:.1f}"'
    return Svg(tidy(f'{start} x2="{x2:.1f}" y2="{y2:.1f}"/>'))


def path(cls: str, d: str) -> Svg:
    """A path; nothing for no way."""
    return Svg(f'<path class="{cls}" d="{d}"/>') if d else EMPTY


def link(shape: Svg, name: str, url: str) -> Svg:
    """The shape as a link with its full name."""
    return Svg(f'<a href="{clean(url)}" aria-label="{clean(name)}">{shape}</a>')


def through(points: Sequence[tuple[Number, Number]]) -> str:
    """The way through these points."""
    return (
        tidy("M" + " ".join([f"{x:.1f},{y:.1f}" for x, y in points])) if points else ""
    )


def box(x: Number, y: Number, width: Number, height: Number) -> str:
    """The way around a rectangle, for many of them in one path."""
    w, h = (width if width > 0.1 else 0.1), (height if height > 0.1 else 0.1)
    return tidy(f"M{x:.1f},{y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z")


def ring(x: Number, y: Number, radius: Number) -> str:
    """The way around a circle, for many of them in one path."""
    r, d = f"{radius:.1f}", f"{2 * radius:.1f}"
    left = x - radius
    return tidy(f"M{left:.1f},{y:.1f}a{r} {r} 0 1 0 {d} 0 {r} {r} 0 1 0-{d} 0z")


def dots(points: Iterable[tuple[Number, Number]]) -> str:
    """Many points as strokes without length: their class gives the cap and width.
    Whole units and a third of the letters of as many circles."""
    return "".join([f"M{x:.0f} {y:.0f}h0" for x, y in points])


def bars(spans: Iterable[tuple[Number, Number]], y: Number) -> str:
    """Many bars of one height as strokes along ``y``, from x to x."""
    at = num(y)
    return "".join([f"M{x0:.0f} {at}h{max(x1 - x0, 1):.0f}" for x0, x1 in spans])


def diamond(x: Number, y: Number, reach: Number) -> str:
    """The way around a diamond by its middle."""
    r, top = num(reach), y - reach
    return tidy(f"M{x:.1f},{top:.1f}") + f"l{r},{r} -{r},{r} -{r},-{r}z"


class _Shares(dict[str, float]):
    """How wide each letter is, as a share of the size; worked out once a letter."""

    def __missing__(self, character: str) -> float:
        share = _share(character)
        if len(self) < MOST_LETTERS:
            self[character] = share
        return share


MOST_LETTERS = 2000
_shares = _Shares()


def width_of(words: str, size: Number = 13) -> float:
    """About how wide this text is in semi-bold, on the generous side."""
    return size * sum(map(_shares.__getitem__, words))


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
