"""Builds the timeline's data from the record, with consent applied first.

A lane the reader may not see is never queried: it is `None`, not empty. The number
of queries does not depend on how much was logged.
"""

from careplan.review.gather import (
    days,
    effects,
    life,
    medicines,
    plan,
    scores,
    therapy,
    told,
)
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Range, TimelineData

__all__ = ["Window", "timeline"]


def timeline(window: Window) -> TimelineData:
    """Give everything the page draws, for one reader and some days: 6 queries."""
    lived = days.days(window)
    agreed = plan.agreed(window)
    found = told.told(window)
    return TimelineData(
        range=Range(start=window.start, end=window.end, today=window.today),
        voice=window.voice,
        versions=agreed.versions,
        phases=agreed.phases,
        medicines=medicines.medicines(window, agreed.proposed),
        therapy=therapy.therapy(window),
        practices=lived.practices,
        mood=lived.mood,
        scores=scores.scores(window, found),
        effects=effects.effects(window, found.get(told.EFFECT, ()), lived.silent),
        sleep=lived.sleep,
        events=life.events(window, found.get(told.EVENT, ())),
        changes=agreed.changes,
        day_url=window.day_url(),
    )
