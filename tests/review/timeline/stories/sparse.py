"""Almost nothing written down."""

from careplan.review.timeline.data import (
    LifeEvent,
    Medicine,
    Range,
    Sleep,
    Therapy,
    TimelineData,
)
from tests.review.timeline.stories.parts import TODAY, day, standard, step


def empty() -> TimelineData:
    """A new record, everything shared, nothing written down."""
    return TimelineData(
        range=Range(start=day(8, 22), end=day(12, 19), today=TODAY),
        therapy=Therapy(label="Not started"),
        mood=standard({}),
        sleep=Sleep(),
    )


def one_day() -> TimelineData:
    """The page of a single day."""
    return TimelineData(
        range=Range(start=TODAY, end=TODAY, today=TODAY),
        mood=standard({TODAY: 4}),
        medicines=(
            Medicine(ref="a", name="Sertraline", steps=(step(day(11, 1), "50"),)),
        ),
        events=(LifeEvent(on=TODAY, name="First day here"),),
    )
