"""Invented people whose timelines are drawn and kept as golden files."""

from tests.review.timeline.stories.courses import (
    bipolar,
    overlapping_tapers,
    six_medicines,
)
from tests.review.timeline.stories.dense import two_years
from tests.review.timeline.stories.maya import mock_up
from tests.review.timeline.stories.parts import TODAY, day, elevated, gad, phq, standard
from tests.review.timeline.stories.sparse import empty, one_day
from tests.review.timeline.stories.told_again import (
    brief,
    clock_change,
    confounded,
    limited_consent,
    not_enough,
    phone,
    so_far,
    worse,
)

STORIES = {
    story.__name__: story
    for story in (
        mock_up,
        phone,
        brief,
        empty,
        one_day,
        two_years,
        six_medicines,
        overlapping_tapers,
        bipolar,
        clock_change,
        limited_consent,
        worse,
        not_enough,
        confounded,
        so_far,
    )
}

__all__ = [
    "STORIES",
    "TODAY",
    "bipolar",
    "brief",
    "clock_change",
    "confounded",
    "day",
    "elevated",
    "empty",
    "gad",
    "limited_consent",
    "mock_up",
    "not_enough",
    "one_day",
    "overlapping_tapers",
    "phone",
    "phq",
    "six_medicines",
    "so_far",
    "standard",
    "two_years",
    "worse",
]
