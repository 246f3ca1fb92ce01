"""The timeline page: what was asked for in the address, and what is shown for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.clock import local_date
from careplan.plan.live import ShownSign
from careplan.review import gather, own_signs, pivots, signs
from careplan.review.access import Room
from careplan.review.timeline import (
    csv,
    draw_desktop,
    draw_phone,
    draw_print,
    legend,
    sentence,
    table,
)
from careplan.review.timeline.choice import EVERY_LANE, Folded, LaneKind, Show
from careplan.review.timeline.data import Range, TimelineData
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import day_long, spoken_by
from patients.topics import Topic

# Months to (days back, days ahead that may hold what is planned).
RANGES = {3: (92, 14), 6: (183, 28), 12: (365, 42), 24: (730, 60)}
USUAL = 6
PHONE = dt.timedelta(weeks=draw_phone.WEEKS)
BEFORE = dt.timedelta(days=29)  # a change on the first day still has its "before"
YEAR = dt.timedelta(days=RANGES[12][0])
EARLIEST = 40  # half ranges back: ten years at 6 months
WITH_TABLES = 6  # months: beyond, the weekly table is a page of its own

LANES: Mapping[LaneKind, Any] = {
    LaneKind.PHASES: lazy("Phases"),
    LaneKind.VERSIONS: lazy("Plan versions"),
    LaneKind.MEDICINES: lazy("Medicines"),
    LaneKind.THERAPY: lazy("Therapy"),
    LaneKind.MOOD: lazy("Mood"),
    LaneKind.SCORES: lazy("Scores"),
    LaneKind.EFFECTS: lazy("Side effects"),
    LaneKind.SLEEP: lazy("Sleep"),
    LaneKind.PRACTICES: lazy("Daily habits"),
    LaneKind.EVENTS: lazy("Life events"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for. Nonsense in it means the usual, never an error."""

    months: int = USUAL
    back: int = 0
    change: str = ""
    lanes: frozenset[LaneKind] = EVERY_LANE
    every_one: bool = False

    @classmethod
    def read(cls, query: Mapping[str, Any], lanes: Sequence[str]) -> Asked:
        """Read the address; `lanes` are the boxes that were left on."""
        chosen = frozenset(kind for kind in LaneKind if kind.value in lanes)
        has_chosen = "chosen" in query or bool(chosen)
        months = _number(query.get("months"))
        return cls(
            months=months if months in RANGES else USUAL,
            back=min(max(_number(query.get("back")), 0), EARLIEST),
            change=str(query.get("change", ""))[:60],
            lanes=chosen if has_chosen else EVERY_LANE,
            every_one=query.get("all") == "1",
        )

    def address(self, **changed: Any) -> str:
        """Give the query string for the same page with something changed."""
        new = replace(self, **changed)
        parts: list[tuple[str, Any]] = [("months", new.months)]
        parts += [("back", new.back)] if new.back else []
        parts += [("change", new.change)] if new.change else []
        parts += [("all", "1")] if new.every_one else []
        if new.lanes != EVERY_LANE:
            parts += [("chosen", "1")]
            parts += [("lane", lane.value) for lane in LaneKind if lane in new.lanes]
        return f"?{urlencode(parts)}"

    def days(self, today: dt.date) -> Range:
        """Give the days on the page. Earlier moves by half a range."""
        length, ahead = RANGES[self.months]
        end = today + dt.timedelta(days=ahead)
        if self.back:
            end = today - dt.timedelta(days=self.back * (length // 2))
        start = min(end, today) - dt.timedelta(days=length)
        return Range(start=start, end=end, today=today)


def _number(text: Any) -> int:
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One way on from here, or the one that is open."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneBox:
    """One lane to switch on or off."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything the page prints."""

    asked: Asked
    data: TimelineData
    title: str
    choices: tuple[pivots.Choice, ...]
    chosen: str
    answer: sentence.Answer
    wide: Svg
    narrow: Svg
    folded: tuple[Folded, ...]
    legend: tuple[legend.LegendItem, ...]
    summary: table.Table | None
    ranges: tuple[Link, ...]
    lanes: tuple[LaneBox, ...]
    earlier: str
    later: str
    show_all: str
    query: str
    covers: str
    is_empty: bool
    met: tuple[Met, ...]
    own_signs: tuple[ShownSign, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A sign that is met today, and what this reader said to do then (N13)."""

    words: str
    act: str
    basis: str


def build(opened: Room, asked: Asked, *, now: dt.datetime) -> Page:
    """Give the page: seven content queries, however much was logged."""
    with spoken_by(translation):
        data, choice, found = gathered(opened, asked, now=now)
        show = Show(lanes=asked.lanes, every_one=asked.every_one)
        wide = draw_desktop.draw(data, uid="tl", show=show)
        narrow = draw_phone.draw(_on_phone(data), uid="tm", show=show)
        answer = sentence.answer(data)
        return Page(
            asked=asked,
            data=data,
            title=_title(choice),
            choices=found,
            chosen=choice.key if choice else "",
            answer=answer,
            wide=wide.svg,
            narrow=narrow.svg,
            folded=wide.folded,
            legend=legend.legend(data),
            summary=table.summary(data),
            ranges=_ranges(asked),
            lanes=_lanes(asked, data),
            earlier=asked.address(back=min(asked.back + 1, EARLIEST)),
            later=asked.address(back=asked.back - 1) if asked.back else "",
            show_all=asked.address(every_one=True) if wide.folded else "",
            query=asked.address(),
            covers=_covers(data),
            is_empty=_is_empty(data),
            met=_met(opened, data),
            own_signs=_own_signs(opened, data),
        )


def _met(opened: Room, data: TimelineData) -> tuple[Met, ...]:
    """Signs agreed in the plan that today's figures show: to each clinician their act."""
    if opened.is_patient or not opened.reads(Topic.PLAN):
        return ()
    tied = signs.tied(opened.patient.pk)
    return tuple(
        Met(words=sign.words, act=_act(opened, sign), basis=sign.basis)
        for sign in signs.signs(tied, today=data.range.today)
        if sign.is_met
    )


def _own_signs(opened: Room, data: TimelineData) -> tuple[ShownSign, ...]:
    if not opened.is_patient:
        return ()
    return own_signs.showing(opened.patient, data.range.today)


def _act(opened: Room, sign: signs.Sign) -> str:
    return sign.therapist_does if opened.role == "therapist" else sign.prescriber_does


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The same data as tables."""

    tables: tuple[table.Table, ...]
    answer: sentence.Answer
    query: str
    covers: str
    title: str


def tables(opened: Room, asked: Asked, *, now: dt.datetime) -> Tables:
    """Give before and now, events in order, and weeks."""
    with spoken_by(translation):
        data, choice, _found = gathered(opened, asked, now=now)
        found = (table.summary(data), table.events(data), table.weekly(data))
        return Tables(
            tables=tuple(one for one in found if one),
            answer=sentence.answer(data),
            query=asked.address(),
            covers=_covers(data),
            title=_title(choice),
        )


def written(opened: Room, asked: Asked, *, now: dt.datetime) -> str:
    """Give the same data as a file for a spreadsheet."""
    with spoken_by(translation):
        data, _choice, _found = gathered(opened, asked, now=now)
        return csv.written(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One A4 page, landscape."""

    title: str
    figure: Svg
    answer: sentence.Answer
    summary: table.Table | None
    legend: tuple[legend.LegendItem, ...]
    version: int
    printed: str
    covers: str
    query: str


def sheet(opened: Room, asked: Asked, *, now: dt.datetime) -> Sheet:
    """Give the page for paper: no links, light, the words of the screen."""
    with spoken_by(translation):
        data, choice, _found = gathered(opened, asked, now=now)
        show = Show(lanes=asked.lanes, every_one=asked.every_one)
        agreed = [row.number for row in data.versions or () if row.state == "agreed"]
        return Sheet(
            title=_title(choice),
            figure=draw_print.draw(data, show=show).svg,
            answer=sentence.answer(data),
            summary=table.summary(data),
            legend=legend.legend(data),
            version=max(agreed, default=0),
            printed=day_long(data.range.today),
            covers=_covers(data),
            query=asked.address(),
        )


def gathered(
    opened: Room, asked: Asked, *, now: dt.datetime
) -> tuple[TimelineData, pivots.Choice | None, tuple[pivots.Choice, ...]]:
    """Gather more days than are drawn: the change may lie before them."""
    today = local_date(now, opened.patient.time_zone)
    days = asked.days(today)
    window = gather.Window(
        patient=opened.patient,
        topics=opened.topics,
        voice=opened.voice,
        start=min(days.start, today - YEAR) - BEFORE,
        end=max(days.end, today),
        today=today,
    )
    data = replace(gather.timeline(window), range=days)
    found = pivots.choices(data)
    named = next((one for one in found if one.key == asked.change), None)
    choice = named or pivots.default(found, today=today)
    return pivots.asked(data, choice), choice, found


def _on_phone(data: TimelineData) -> TimelineData:
    end = min(data.range.end, data.range.today + dt.timedelta(days=14))
    return replace(
        data, range=Range(start=end - PHONE, end=end, today=data.range.today)
    )


def _title(choice: pivots.Choice | None) -> str:
    if choice is None:
        return _("Timeline")
    return _("What happened after {what}").format(what=pivots.inside(choice.pivot))


def _ranges(asked: Asked) -> tuple[Link, ...]:
    words = {
        3: _("3 months"),
        6: _("6 months"),
        12: _("1 year"),
        24: _("2 years"),
    }
    return tuple(
        Link(
            label=words[months],
            url=asked.address(months=months, back=0),
            current=months == asked.months,
        )
        for months in RANGES
    )


def _lanes(asked: Asked, data: TimelineData) -> tuple[LaneBox, ...]:
    """Name only lanes that are shared: an absent lane is not offered."""
    shared = {
        LaneKind.PHASES: data.phases,
        LaneKind.VERSIONS: data.versions,
        LaneKind.MEDICINES: data.medicines,
        LaneKind.THERAPY: data.therapy,
        LaneKind.MOOD: data.mood,
        LaneKind.SCORES: data.scores,
        LaneKind.EFFECTS: data.effects,
        LaneKind.SLEEP: data.sleep,
        LaneKind.PRACTICES: data.practices,
        LaneKind.EVENTS: data.events,
    }
    return tuple(
        LaneBox(value=kind.value, label=str(label), is_on=kind in asked.lanes)
        for kind, label in LANES.items()
        if shared[kind] is not None
    )


def _covers(data: TimelineData) -> str:
    return _("{start} to {end}").format(
        start=day_long(data.range.start), end=day_long(data.range.end)
    )


def _is_empty(data: TimelineData) -> bool:
    logged = (data.mood and data.mood.points) or data.scores or data.effects
    return not (logged or data.medicines or data.events or data.versions)
