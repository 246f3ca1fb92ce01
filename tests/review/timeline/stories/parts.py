"""Short words for the pieces every story is made of."""

from datetime import date, timedelta
from decimal import Decimal

from careplan.review.timeline.data import (
    Band,
    Mood,
    MoodPoint,
    MoodScale,
    Score,
    ScorePoint,
    Step,
    StepState,
)

TODAY = date(2026, 11, 21)
PHQ_BANDS = (
    Band(start=0, name="none or minimal"),
    Band(start=5, name="mild"),
    Band(start=10, name="moderate"),
    Band(start=15, name="moderately severe"),
    Band(start=20, name="severe"),
)
GAD_BANDS = (
    Band(start=0, name="minimal"),
    Band(start=5, name="mild"),
    Band(start=10, name="moderate"),
    Band(start=15, name="severe"),
)


def day(month: int, of_month: int, year: int = 2026) -> date:
    return date(year, month, of_month)


def days_from(start: date, count: int, every: int = 1) -> list[date]:
    return [start + timedelta(days=every * i) for i in range(count)]


def phq(*points: tuple[date, int]) -> Score:
    return Score(
        code="PHQ-9",
        label="low mood",
        highest=27,
        points=tuple(ScorePoint(on=d, total=t, url=f"/m/{d}/") for d, t in points),
        bands=PHQ_BANDS,
        clear=5,
        slight=2,
    )


def gad(*points: tuple[date, int]) -> Score:
    return Score(
        code="GAD-7",
        label="worry",
        highest=21,
        points=tuple(ScorePoint(on=d, total=t, url=f"/m/{d}/g/") for d, t in points),
        bands=GAD_BANDS,
        clear=4,
        slight=2,
    )


def step(on: date, dose: str, state: StepState = StepState.TAKEN) -> Step:
    return Step(on=on, dose=Decimal(dose), unit="mg", state=state, url=f"/s/{on}/")


def standard(points: dict[date, int]) -> Mood:
    return Mood(
        scale=MoodScale.STANDARD,
        points=tuple(
            MoodPoint(on=d, value=Decimal(v), url=f"/j/{d}/")
            for d, v in sorted(points.items())
        ),
    )


def elevated(points: dict[date, tuple[int, int]]) -> Mood:
    return Mood(
        scale=MoodScale.ELEVATED,
        points=tuple(
            MoodPoint(on=d, low=Decimal(low), high=Decimal(high), url=f"/j/{d}/")
            for d, (low, high) in sorted(points.items())
        ),
    )
