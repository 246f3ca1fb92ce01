"""The legend: only what is on the page, each mark drawn as it is in the figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from careplan.review.timeline import svg
from careplan.review.timeline.data import (
    AnswerState,
    SessionState,
    StepState,
    TimelineData,
)
from careplan.review.timeline.detail import LONG_RANGE
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendItem:
    """A small picture, hidden from screen readers, and its words."""

    picture: Svg
    words: str


def legend(data: TimelineData) -> tuple[LegendItem, ...]:
    """In the order of the lanes."""
    return tuple(_items(data))


def _items(data: TimelineData) -> Iterator[LegendItem]:
    if data.mood and data.mood.points:
        line = svg.path("lgmood", "M1,9l5,-4 5,3 6,-6")
        if data.range.days > LONG_RANGE:
            yield _item(line, gettext("Weekly average mood"), 18)
        else:
            yield _item(line, gettext("7-day average mood"), 18)
            yield _item(svg.circle("lgdot", 4, 6, 2.5), gettext("One check-in"), 8)
        if data.pivot:
            bar = svg.line("lgmean", 1, 6, 17, 6)
            yield _item(bar, gettext("Average before and now"), 18)
        if any(p.low and p.high for p in data.mood.points):
            both = svg.path("mixed", svg.ring(5, 2.6, 2) + "M5,5v2" + svg.ring(5, 9, 2))
            yield _item(both, gettext("Low and high on one day"), 10)
    yield from _doses(data)
    yield from _sessions(data)
    yield from _effects(data)


def _doses(data: TimelineData) -> Iterator[LegendItem]:
    medicines = data.medicines or ()
    states = {mark.state for m in medicines for mark in m.answers or ()}
    steps = {step.state for m in medicines for step in m.steps}
    if states & {AnswerState.MISSED, AnswerState.CHOSE_NOT}:
        yield _item(svg.circle("lg1", 6, 6, 3.2), gettext("Missed dose"))
    if AnswerState.PARTLY in states:
        half = svg.path("partly", svg.ring(6, 6, 3.2) + "M2.8,6a3.2,3.2 0 0 0 6.4,0z")
        yield _item(half, gettext("Partly taken"))
    if AnswerState.LATE in states:
        yield _item(svg.path("late", "M6,2v8"), gettext("Taken late"))
    if steps & {StepState.PLANNED, StepState.PROPOSED}:
        frame = svg.rect("lgplan", 1, 1, 18, 10)
        yield _item(frame, gettext("Planned or suggested"), 20)


def _sessions(data: TimelineData) -> Iterator[LegendItem]:
    if not data.therapy:
        return
    states = {session.state for session in data.therapy.sessions}
    if SessionState.HELD in states:
        yield _item(svg.circle("lgses", 6, 6, 4.5), gettext("Session"))
    if states - {SessionState.HELD, SessionState.BOOKED}:
        yield _item(svg.circle("lgno", 6, 6, 4.5), gettext("Did not happen"))
    if data.therapy.homework:
        yield _item(svg.path("hw", "M2,7l3,3 5,-7"), gettext("Homework done"))


def _effects(data: TimelineData) -> Iterator[LegendItem]:
    effects = data.effects or ()
    if any(effect.runs for effect in effects):
        bars = (svg.rect(f"lg-{i}", 6 * i - 5, 12 - 4 * i, 5, 4 * i) for i in (1, 2, 3))
        yield _item(svg.join(bars), gettext("Mild, moderate, strong"), 18)
    if any(effect.nothing_logged for effect in effects):
        way = "".join(svg.ring(x, y, 0.8) for x in (2, 7, 12) for y in (2, 6, 10))
        yield _item(svg.path("lgnl", way), gettext("Nothing logged"), 14)


def _item(shape: Svg, words: str, width: float = 12) -> LegendItem:
    picture = svg.el(
        "svg",
        shape,
        class_="lg",
        view_box=f"0 0 {svg.num(width)} 12",
        width=width,
        height=12,
        aria_hidden="true",
        focusable="false",
    )
    return LegendItem(picture=picture, words=words)
