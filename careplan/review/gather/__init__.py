"""Builds the timeline's data from the record, with consent applied first.

A lane the reader may not see is never queried: it is `None`, not empty. The number
of queries does not depend on how much was logged.
"""

from dataclasses import replace

from careplan.review.gather import effects, life, medicines, mood, plan, scores, therapy
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Pivot, Range, TimelineData

__all__ = ["Window", "timeline", "with_pivot"]


def timeline(window: Window) -> TimelineData:
    """Give everything the page draws, for one reader and some days."""
    return TimelineData(
        range=Range(start=window.start, end=window.end, today=window.today),
        voice=window.voice,
        versions=plan.versions(window),
        phases=plan.phases(window),
        medicines=medicines.medicines(window),
        therapy=therapy.therapy(window),
        practices=life.practices(window),
        mood=mood.mood(window),
        scores=scores.scores(window),
        effects=effects.effects(window),
        sleep=mood.sleep(window),
        events=life.events(window),
        day_url=window.day_url(),
    )


def with_pivot(data: TimelineData, pivot: Pivot | None) -> TimelineData:
    """Ask about one change."""
    return replace(data, pivot=pivot)
