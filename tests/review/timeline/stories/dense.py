"""Two years, five entries a day, six medicines."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from careplan.review.timeline.data import (
    AnswerState,
    DoseMark,
    Homework,
    LifeEvent,
    Medicine,
    Mood,
    MoodPoint,
    MoodScale,
    Practice,
    PracticeWeek,
    Range,
    Run,
    Session,
    SessionState,
    SideEffect,
    Sleep,
    SleepWeek,
    Step,
    StepState,
    Taken,
    Therapy,
    TimelineData,
    Version,
    VersionState,
)
from tests.review.timeline.stories.maya import mock_up
from tests.review.timeline.stories.parts import TODAY, day, days_from, gad, phq


def two_years() -> TimelineData:
    """Two years of five entries a day, six medicines, a session each week."""
    chance, start = random.Random(5), date(2024, 11, 22)
    every = days_from(start, 730)
    uuid = "0198c0de-7a11-7000-8000-{:012x}"
    mood = Mood(
        scale=MoodScale.STANDARD,
        points=tuple(
            MoodPoint(
                on=d, value=Decimal(chance.randint(10, 70)) / 10, entries=5, url=None
            )
            for d in every
        ),
    )
    medicines = tuple(
        Medicine(
            ref=str(n),
            name=f"Medicine {n}",
            purpose="For something",
            steps=tuple(
                Step(
                    on=every[60 * i + 7 * n],
                    dose=Decimal(chance.randint(1, 8) * 25),
                    unit="mg",
                    state=StepState.TAKEN,
                    url=f"/p/{uuid.format(n)}/steps/{uuid.format(i)}/",
                )
                for i in range(11)
            ),
            answers=tuple(
                DoseMark(
                    on=d,
                    state=chance.choice(list(AnswerState)),
                    url=f"/p/{uuid.format(n)}/doses/{uuid.format(i)}/",
                )
                for i, d in enumerate(sorted(chance.sample(every, 120)))
            ),
            recent=Taken(week=day(10, 25), taken=26, planned=28),
        )
        for n in range(6)
    )
    return replace(
        mock_up(),
        range=Range(start=start, end=day(12, 27), today=TODAY),
        day_url=f"/p/{uuid.format(7)}/journal/?day={{day}}",
        mood=mood,
        medicines=medicines,
        therapy=Therapy(
            label="CBT with Sam",
            sessions=tuple(
                Session(
                    on=d,
                    kind="CBT session",
                    state=SessionState.HELD,
                    url=f"/p/{uuid.format(3)}/sessions/{uuid.format(i)}/",
                )
                for i, d in enumerate(every[::7])
            ),
            homework=tuple(Homework(on=d, name="Diary") for d in every[::3]),
        ),
        scores=(
            phq(*((d, chance.randint(3, 22)) for d in every[::14])),
            gad(*((d, chance.randint(2, 20)) for d in every[3::14])),
        ),
        effects=tuple(
            SideEffect(
                name=name,
                runs=tuple(
                    Run(
                        start=d,
                        end=d + timedelta(days=3),
                        level=chance.randint(1, 3),
                    )
                    for d in every[n:-14:9]
                ),
                url=f"/p/{uuid.format(9)}/side-effects/{n}/",
            )
            for n, name in enumerate(
                ("Feeling sick", "Sleepiness", "Dry mouth", "Headache", "Sweating")
            )
        ),
        sleep=Sleep(
            weeks=tuple(
                SleepWeek(week=d, hours=Decimal(chance.randint(60, 95)) / 10, nights=7)
                for d in every[3::7]
            )
        ),
        practices=(
            Practice(
                name="Morning walk",
                weeks=tuple(
                    PracticeWeek(week=d, done=chance.randint(0, 7)) for d in every[3::7]
                ),
            ),
        ),
        versions=tuple(
            Version(on=d, number=i, state=VersionState.AGREED, url=f"/v/{i}/")
            for i, d in enumerate(every[::40], 1)
        ),
        events=tuple(
            LifeEvent(on=d, name=f"Event {i}", url=f"/e/{i}/")
            for i, d in enumerate(every[20::60])
        ),
    )
