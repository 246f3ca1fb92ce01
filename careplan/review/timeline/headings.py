"""A lane's name and answer: beside it on a wide sheet, above it on a phone."""

from careplan.review.timeline import svg
from careplan.review.timeline.sheet import BIG, LAB, SUB, Heading, Result, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import uncapital

LOW = 12  # from one small line to the next


def beside(sheet: Sheet, heading: Heading, y: float, room: float) -> Svg:
    """In the gutters: the name on the left, the answer on the right."""
    return svg.join(
        [_name_block(sheet, heading, y, room), _results(sheet, heading, y, room)]
    )


def _name_block(sheet: Sheet, heading: Heading, y: float, room: float) -> Svg:
    wide = sheet.left - 8
    if heading.baseline is not None:
        return _on_base(heading.name, y + heading.baseline, wide)
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


def _on_base(name: str, baseline: float, wide: float) -> Svg:
    """On the lane's base line; a long name in two small lines rather than cut."""
    if svg.width_of(name, LAB) <= wide:
        return svg.text(0, baseline, name, "lab")
    lines = _wrapped(name, wide, room=50, size=SUB)
    first = baseline + 3 - LOW * (len(lines) - 1)
    return svg.join(
        svg.text(0, first + LOW * i, words, "sub b") for i, words in enumerate(lines)
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


def above(sheet: Sheet, heading: Heading, y: float) -> Svg:
    """In a row of its own: the name, and the answer at its right end."""
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
