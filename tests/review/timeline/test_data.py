"""N1: data that contradicts itself is refused before anything is drawn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from careplan.review.timeline.data import (
    ImpossibleTimeline,
    Medicine,
    Mood,
    MoodPoint,
    MoodScale,
    Phase,
    PhaseKind,
    PracticeWeek,
    Range,
    Run,
    SideEffect,
    SleepWeek,
    Span,
    Step,
    StepState,
)
from tests.review.timeline import stories

A, B = date(2026, 5, 1), date(2026, 6, 1)


def step(on: date, dose: str = "50", unit: str = "mg") -> Step:
    return Step(on=on, dose=Decimal(dose), unit=unit, state=StepState.TAKEN)


IMPOSSIBLE: dict[str, Callable[[], object]] = {
    "range backwards": lambda: Range(start=B, end=A, today=A),
    "range of ten years": lambda: Range(start=A, end=date(2036, 5, 1), today=A),
    "span backwards": lambda: Span(start=B, end=A),
    "phase backwards": lambda: Phase(kind=PhaseKind.HEAL, start=B, end=A),
    "dose below nothing": lambda: step(A, "-1"),
    "dose without end": lambda: step(A, "Infinity"),
    "steps out of order": lambda: Medicine(ref="a", name="A", steps=(step(B), step(A))),
    "two steps one day": lambda: Medicine(ref="a", name="A", steps=(step(A), step(A))),
    "two units": lambda: Medicine(
        ref="a", name="A", steps=(step(A), step(B, unit="ml"))
    ),
    "as needed with steps": lambda: Medicine(
        ref="a", name="A", as_needed=True, steps=(step(A),)
    ),
    "mood of eight": lambda: MoodPoint(on=A, value=Decimal(8)),
    "low of four": lambda: MoodPoint(on=A, low=Decimal(4), high=Decimal(0)),
    "low without high": lambda: MoodPoint(on=A, low=Decimal(1)),
    "both scales": lambda: MoodPoint(
        on=A, value=Decimal(3), low=Decimal(1), high=Decimal(0)
    ),
    "point of the other scale": lambda: Mood(
        scale=MoodScale.ELEVATED, points=(MoodPoint(on=A, value=Decimal(3)),)
    ),
    "score above the highest": lambda: stories.phq((A, 28)),
    "run backwards": lambda: Run(start=B, end=A, level=1),
    "level of four": lambda: Run(start=A, end=B, level=4),
    "overlapping runs": lambda: SideEffect(
        name="x",
        runs=(Run(start=A, end=B, level=1), Run(start=B, end=B, level=2)),
    ),
    "night of thirty hours": lambda: SleepWeek(week=A, hours=Decimal(30), nights=3),
    "week of eight days": lambda: PracticeWeek(week=A, done=8),
    "logged after today": lambda: replace(
        stories.mock_up(), mood=stories.standard({date(2026, 11, 22): 3})
    ),
    "a change of a medicine that is not shared": lambda: replace(
        stories.mock_up(), medicines=None
    ),
    "a side effect that names a medicine not shared": lambda: replace(
        stories.mock_up(), medicines=None, pivot=None
    ),
    "an address without a day": lambda: replace(stories.mock_up(), day_url="/x/"),
}


@pytest.mark.parametrize("build", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_impossible_data_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(ImpossibleTimeline):
        build()
