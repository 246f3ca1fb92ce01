"""The story of the design's pictures."""

import itertools
import random
from datetime import date
from decimal import Decimal

from careplan.review.timeline.data import (
    AnswerState,
    DoseMark,
    LifeEvent,
    Medicine,
    Mood,
    Pivot,
    PivotKind,
    Range,
    Run,
    Session,
    SessionState,
    SideEffect,
    Sleep,
    SleepWeek,
    Span,
    StepState,
    Taken,
    Therapy,
    TimelineData,
    Version,
    VersionState,
)
from tests.review.timeline.stories.parts import (
    TODAY,
    day,
    days_from,
    gad,
    phq,
    standard,
    step,
)

CURVE = (
    (day(6, 1), 2.3),
    (day(7, 5), 2.1),
    (day(7, 20), 2.4),
    (day(8, 2), 2.7),
    (day(8, 20), 2.8),
    (day(9, 13), 2.7),
    (day(9, 24), 2.7),
    (day(10, 6), 3.7),
    (day(10, 18), 4.7),
    (day(10, 25), 4.6),
    (day(10, 29), 3.5),
    (day(11, 4), 4.1),
    (day(11, 12), 4.8),
    (day(11, 21), 5.0),
)


def _on_curve(at: date) -> float:
    for (a, va), (b, vb) in itertools.pairwise(CURVE):
        if a <= at <= b:
            return va + (vb - va) * (at - a).days / max(1, (b - a).days)
    return CURVE[-1][1]


def _mood() -> Mood:
    chance, points = random.Random(11), {}
    for at in days_from(day(6, 1), 174):
        gap = day(8, 3) <= at <= day(8, 13)
        skipped = chance.random() < (0.30 if at < day(8, 15) else 0.14)
        value = max(1, min(7, round(_on_curve(at) + chance.gauss(0, 0.75))))
        if not (gap or skipped):
            points[at] = value
    points[TODAY] = 5
    return standard(points)


def _medicines() -> tuple[Medicine, ...]:
    sertraline = Medicine(
        ref="sertraline",
        name="Sertraline",
        purpose="For low mood and worry",
        steps=(
            step(day(7, 6), "25"),
            step(day(7, 13), "50"),
            step(day(9, 14), "100"),
        ),
        answers=tuple(
            DoseMark(on=d, state=AnswerState.MISSED, url=f"/d/{d}/")
            for d in (day(8, 8), day(8, 29), day(10, 3), day(11, 7))
        ),
        recent=Taken(week=day(10, 25), taken=27, planned=28),
        url="/medicines/sertraline/",
    )
    mirtazapine = Medicine(
        ref="mirtazapine",
        name="Mirtazapine",
        purpose="For sleep",
        steps=(
            step(day(6, 1), "30"),
            step(day(10, 12), "15"),
            step(day(11, 30), "7.5", StepState.PROPOSED),
            step(day(12, 14), "0", StepState.PROPOSED),
        ),
        answers=(
            DoseMark(on=day(8, 9), state=AnswerState.MISSED),
            DoseMark(on=day(10, 3), state=AnswerState.PARTLY),
        ),
        recent=Taken(week=day(10, 25), taken=28, planned=28),
        url="/medicines/mirtazapine/",
    )
    return sertraline, mirtazapine


def weekly_therapy() -> Therapy:
    def state(at: date) -> SessionState:
        if at > TODAY:
            return SessionState.BOOKED
        missed = at in {day(9, 1), day(10, 27)}
        return SessionState.MISSED if missed else SessionState.HELD

    return Therapy(
        label="CBT with Sam",
        started=day(8, 4),
        sessions=tuple(
            Session(on=d, kind="CBT session", state=state(d), url=f"/t/{d}/")
            for d in days_from(day(8, 4), 21, 7)
        ),
    )


def _effects() -> tuple[SideEffect, ...]:
    gap = (Span(start=day(8, 3), end=day(8, 13)),)
    url = "/side-effects/"
    return (
        SideEffect(
            name="Feeling sick",
            term="nausea",
            runs=(
                Run(start=day(7, 8), end=day(7, 20), level=2),
                Run(start=day(7, 21), end=day(7, 29), level=1),
                Run(start=day(9, 15), end=day(9, 25), level=2),
                Run(start=day(9, 26), end=day(10, 3), level=1),
            ),
            nothing_logged=gap,
            linked="sertraline 50 → 100, 14 Sep",
            url=url,
        ),
        SideEffect(
            name="Daytime sleepiness",
            term="somnolence",
            runs=(
                Run(start=day(6, 1), end=day(8, 2), level=3),
                Run(start=day(8, 14), end=day(11, 1), level=2),
                Run(start=day(11, 2), end=TODAY, level=1),
            ),
            nothing_logged=gap,
            url=url,
        ),
        SideEffect(
            name="Shaky hands",
            term="tremor",
            runs=(
                Run(start=day(9, 18), end=day(10, 20), level=1),
                Run(start=day(10, 30), end=day(11, 5), level=1),
            ),
            nothing_logged=gap,
            url=url,
        ),
    )


def _sleep() -> Sleep:
    hours = [
        "9.4",
        "9.6",
        "9.5",
        "9.2",
        "9.7",
        "9.3",
        "9.1",
        "9.0",
        "9.2",
        "-",
        "9.0",
        "8.8",
        "9.1",
        "8.9",
        "9.0",
        "8.6",
        "8.7",
        "8.5",
        "8.2",
        "7.9",
        "7.8",
        "7.2",
        "7.6",
        "7.7",
        "7.7",
    ]
    weeks = zip(days_from(day(6, 1), len(hours), 7), hours, strict=True)
    return Sleep(
        weeks=tuple(
            SleepWeek(week=w, hours=Decimal(h), nights=6) for w, h in weeks if h != "-"
        ),
        goal=(Decimal(7), Decimal(8)),
    )


def mock_up() -> TimelineData:
    """The story of the design's pictures."""
    versions = (day(6, 3), day(7, 6), day(8, 4), day(9, 14), day(10, 12), day(11, 2))
    return TimelineData(
        range=Range(start=day(6, 1), end=day(12, 27), today=TODAY),
        pivot=Pivot(
            on=day(9, 14),
            label="sertraline 50 → 100",
            title="sertraline went up to 100 mg",
            ref="sertraline",
            kind=PivotKind.DOSE,
        ),
        versions=(
            *(
                Version(on=d, number=i, state=VersionState.AGREED, url=f"/v/{i}/")
                for i, d in enumerate(versions, 1)
            ),
            Version(on=day(11, 30), number=7, state=VersionState.PROPOSED, url="/v/7/"),
        ),
        medicines=_medicines(),
        therapy=weekly_therapy(),
        mood=_mood(),
        scores=(
            phq(
                (day(6, 8), 21),
                (day(6, 22), 20),
                (day(7, 6), 20),
                (day(7, 20), 18),
                (day(8, 17), 17),
                (day(8, 31), 17),
                (day(9, 12), 16),
                (day(9, 28), 15),
                (day(10, 12), 11),
                (day(10, 26), 9),
                (day(11, 9), 9),
                (day(11, 20), 7),
            ),
            gad(
                (day(6, 8), 16),
                (day(6, 22), 16),
                (day(7, 6), 15),
                (day(7, 20), 15),
                (day(8, 17), 13),
                (day(8, 31), 14),
                (day(9, 12), 13),
                (day(9, 28), 13),
                (day(10, 12), 10),
                (day(10, 26), 9),
                (day(11, 9), 8),
                (day(11, 20), 6),
            ),
        ),
        effects=_effects(),
        sleep=_sleep(),
        events=(
            LifeEvent(on=day(7, 18), name="Moved flat", url="/e/1/"),
            LifeEvent(on=day(9, 28), name="Back to work", url="/e/2/"),
            LifeEvent(on=day(10, 26), name="Mum in hospital", url="/e/3/"),
        ),
        day_url="/journal/?day={day}",
    )
