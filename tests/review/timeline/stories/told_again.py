"""Maya's story on other sheets, for other eyes, and gone another way."""

from dataclasses import replace

from careplan.review.timeline.data import (
    Change,
    LifeEvent,
    Pivot,
    PivotKind,
    Range,
    TimelineData,
    Voice,
)
from tests.review.timeline.stories.maya import mock_up
from tests.review.timeline.stories.parts import TODAY, day, days_from, phq, standard


def phone() -> TimelineData:
    """The same story in seventeen weeks."""
    return replace(
        mock_up(), range=Range(start=day(8, 10), end=day(12, 6), today=TODAY)
    )


def brief() -> TimelineData:
    """The same story as the prescriber's brief shows it."""
    return replace(
        mock_up(),
        range=Range(start=day(8, 24), end=day(12, 13), today=TODAY),
        voice=Voice.CLINICIAN,
        last_visit=day(10, 16),
    )


def clock_change() -> TimelineData:
    """Six weeks over the night the clocks go back: every day is as wide."""
    return replace(
        mock_up(), range=Range(start=day(10, 12), end=day(11, 21), today=TODAY)
    )


def limited_consent() -> TimelineData:
    """A therapist without medicines, side effects, scores and sleep."""
    return replace(
        mock_up(),
        voice=Voice.CLINICIAN,
        medicines=None,
        effects=None,
        scores=None,
        sleep=None,
        pivot=Pivot(
            on=day(8, 4),
            label="CBT started",
            title="CBT with Sam started",
            ref="",
            kind=PivotKind.THERAPY,
        ),
    )


def worse() -> TimelineData:
    """Mood and PHQ-9 went the other way; nothing is said of why."""
    mood = dict.fromkeys(days_from(day(8, 17), 28), 5)
    mood |= dict.fromkeys(days_from(day(9, 14), 69), 3)
    return replace(
        mock_up(),
        mood=standard(mood),
        scores=(phq((day(9, 10), 9), (day(11, 18), 15)),),
        effects=(),
        events=(),
    )


def not_enough() -> TimelineData:
    """Seven days in the window: one too few."""
    mood = dict.fromkeys(days_from(day(9, 1), 7), 3)
    mood |= dict.fromkeys(days_from(day(11, 1), 14), 4)
    return replace(mock_up(), mood=standard(mood), scores=(), effects=())


def confounded() -> TimelineData:
    """Six other things changed in the same weeks."""
    return replace(
        mock_up(),
        changes=(
            Change(on=day(9, 21), label="goal changed: three full work days"),
            Change(on=day(11, 2), label="new practice: worry time"),
        ),
        events=(
            LifeEvent(on=day(9, 8), name="Started a new job"),
            LifeEvent(on=day(9, 28), name="Back to work"),
            LifeEvent(on=day(10, 26), name="Mum in hospital"),
        ),
    )


def so_far() -> TimelineData:
    """The change is five weeks old."""
    return replace(
        mock_up(),
        pivot=Pivot(
            on=day(10, 12),
            label="mirtazapine 30 → 15",
            title="mirtazapine went down to 15 mg",
            ref="mirtazapine",
            kind=PivotKind.DOSE,
        ),
    )
