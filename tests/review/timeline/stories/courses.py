"""Other courses of treatment: many medicines, two tapers, low and high apart."""

import random
from decimal import Decimal

from careplan.review.timeline.data import (
    Intake,
    Medicine,
    Phase,
    PhaseKind,
    Pivot,
    PivotKind,
    Practice,
    PracticeWeek,
    Range,
    StepState,
    TimelineData,
)
from tests.review.timeline.stories.maya import weekly_therapy
from tests.review.timeline.stories.parts import TODAY, day, days_from, elevated, step


def six_medicines() -> TimelineData:
    """Four are drawn, two are folded; one is taken as needed, one is on hold."""
    names = ("Lithium", "Quetiapine", "Lamotrigine", "Sertraline", "Zopiclone")
    regular = tuple(
        Medicine(
            ref=name.lower(),
            name=name,
            steps=tuple(
                step(d, str(25 * (i + 1)))
                for i, d in enumerate(days_from(day(8, 1 + n), 4, 21))
            )
            + (
                (step(day(12, 5), "50", StepState.HELD),)
                if name == "Quetiapine"
                else ()
            ),
        )
        for n, name in enumerate(names)
    )
    as_needed = Medicine(
        ref="lorazepam",
        name="Lorazepam",
        purpose="For panic, at most twice a week",
        as_needed=True,
        intakes=tuple(
            Intake(on=d, dose=Decimal("0.5"), unit="mg", url=f"/i/{d}/")
            for d in days_from(day(9, 2), 12, 6)
        ),
    )
    return TimelineData(
        range=Range(start=day(8, 1), end=day(12, 27), today=TODAY),
        medicines=(*regular[:3], as_needed, *regular[3:]),
        pivot=Pivot(
            on=day(9, 16),
            label="lamotrigine 50 → 75",
            title="lamotrigine went up to 75 mg",
            ref="lamotrigine",
            kind=PivotKind.DOSE,
        ),
    )


def overlapping_tapers() -> TimelineData:
    """One medicine goes down in small steps while another goes up."""
    down = [
        step(d, str(dose))
        for d, dose in zip(
            days_from(day(8, 3), 8, 14),
            ("40", "35", "30", "25", "20", "17.5", "15", "12.5"),
            strict=True,
        )
    ]
    ahead = [
        step(d, dose, StepState.PLANNED)
        for d, dose in zip(
            days_from(day(11, 23), 5, 7), ("10", "7.5", "5", "2.5", "0"), strict=True
        )
    ]
    up = [
        step(d, dose)
        for d, dose in zip(
            days_from(day(9, 1), 4, 10), ("37.5", "75", "112.5", "150"), strict=True
        )
    ]
    return TimelineData(
        range=Range(start=day(8, 1), end=day(12, 31), today=TODAY),
        phases=(
            Phase(kind=PhaseKind.STABILISE, start=day(7, 1), end=day(8, 31)),
            Phase(kind=PhaseKind.HEAL, start=day(9, 1), end=day(11, 9)),
            Phase(kind=PhaseKind.TAPER, start=day(11, 10)),
        ),
        medicines=(
            Medicine(
                ref="p",
                name="Paroxetine",
                purpose="Stepping down",
                steps=(*down, *ahead),
            ),
            Medicine(
                ref="v", name="Venlafaxine", purpose="For low mood", steps=tuple(up)
            ),
        ),
        pivot=Pivot(
            on=day(9, 1),
            label="venlafaxine started",
            title="venlafaxine started",
            ref="v",
            kind=PivotKind.DOSE,
        ),
        therapy=weekly_therapy(),
        practices=(
            Practice(
                name="Morning walk",
                weeks=tuple(
                    PracticeWeek(week=w, done=i % 8)
                    for i, w in enumerate(days_from(day(8, 3), 15, 7))
                ),
            ),
        ),
    )


def bipolar() -> TimelineData:
    """Low and high apart, some days both, steadier since lithium."""
    chance, points = random.Random(3), {}
    for at in days_from(day(6, 1), 174):
        calm = at > day(9, 1)
        swing = chance.choice((0, 0, 0, 1)) if calm else chance.choice((0, 1, 2, 3))
        is_high = (at.toordinal() // 18) % 2 == 0
        points[at] = (0, swing) if is_high else (swing, 0)
        if chance.random() < (0.02 if calm else 0.12):
            points[at] = (max(1, swing), max(1, swing - 1))
    return TimelineData(
        range=Range(start=day(6, 1), end=day(12, 6), today=TODAY),
        pivot=Pivot(
            on=day(8, 10),
            label="lithium 400 → 800",
            title="lithium went up to 800 mg",
            ref="lithium",
            kind=PivotKind.DOSE,
        ),
        medicines=(
            Medicine(
                ref="lithium",
                name="Lithium",
                purpose="To keep mood steady",
                steps=(step(day(6, 8), "400"), step(day(8, 10), "800")),
            ),
        ),
        mood=elevated(points),
    )
