"""What happened since the change of plan that ended a question (N6, mock-up 14).

The timeline's own figure and sentence, narrow, about that one change: what the concern's
page shows beside the question. Its reader sees the topics that are open to them, no more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import translation

from careplan.review import timeline_page
from careplan.review.access import Room
from careplan.review.timeline import draw_phone, sentence
from careplan.review.timeline.choice import LaneKind, Show
from careplan.review.timeline.data import Range, SideEffect, TimelineData
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import spoken_by
from careplan.review.timeline_page import Asked

LANES = frozenset({LaneKind.MEDICINES, LaneKind.EFFECTS})
BEFORE, AFTER = dt.timedelta(weeks=5), dt.timedelta(weeks=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A figure some weeks wide, and what it says."""

    figure: Svg
    answer: sentence.Answer
    query: str


def after(opened: Room, change: str, *, now: dt.datetime) -> Since | None:
    """Give what happened after a change, or nothing where the reader may not see it."""
    asked = Asked(change=change, lanes=LANES)
    with spoken_by(translation):
        data, choice, _found = timeline_page.gathered(opened, asked, now=now)
        if choice is None or choice.key != change:
            return None
        around = _narrowed(data, choice.pivot.on)
        figure = draw_phone.draw(around, uid="since", show=Show(lanes=LANES))
        return Since(
            figure=figure.svg,
            answer=sentence.answer(data),
            query=Asked(change=change).address(),
        )


def _narrowed(data: TimelineData, on: dt.date) -> TimelineData:
    """Give some weeks around the change, first what was felt when it came."""

    def is_new(effect: SideEffect) -> bool:
        return not any(run.start < on and run.end >= on - BEFORE for run in effect.runs)

    days = Range(start=on - BEFORE, end=on + AFTER, today=data.range.today)
    if data.effects is None:
        return replace(data, range=days)
    return replace(data, range=days, effects=tuple(sorted(data.effects, key=is_new)))
