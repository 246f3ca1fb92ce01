"""Invented people whose timelines are drawn and kept as golden files."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from careplan.review.timeline.data import (
    AnswerState,
    Band,
    Change,
    DoseMark,
    Homework,
    Intake,
    LifeEvent,
    Medicine,
    Mood,
    MoodPoint,
    MoodScale,
    Phase,
    PhaseKind,
    Pivot,
    PivotKind,
    Practice,
    PracticeWeek,
    Range,
    Run,
    Score,
    ScorePoint,
    Session,
    SessionState,
    SideEffect,
    Sleep,
    SleepWeek,
    Span,
    Step,
    StepState,
    Taken,
    Therapy,
    TimelineData,
    Version,
    VersionState,
    Voice,
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


def _maya_mood() -> Mood:
    chance, points = random.Random(11), {}
    for at in days_from(day(6, 1), 174):
        gap = day(8, 3) <= at <= day(8, 13)
        skipped = chance.random() < (0.30 if at < day(8, 15) else 0.14)
        value = max(1, min(7, round(_on_curve(at) + chance.gauss(0, 0.75))))
        if not (gap or skipped):
            points[at] = value
    points[TODAY] = 5
    return standard(points)


def _maya_medicines() -> tuple[Medicine, ...]:
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


def _maya_therapy() -> Therapy:
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


def _maya_effects() -> tuple[SideEffect, ...]:
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


def _maya_sleep() -> Sleep:
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
        medicines=_maya_medicines(),
        therapy=_maya_therapy(),
        mood=_maya_mood(),
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
        effects=_maya_effects(),
        sleep=_maya_sleep(),
        events=(
            LifeEvent(on=day(7, 18), name="Moved flat", url="/e/1/"),
            LifeEvent(on=day(9, 28), name="Back to work", url="/e/2/"),
            LifeEvent(on=day(10, 26), name="Mum in hospital", url="/e/3/"),
        ),
        day_url="/journal/?day={day}",
    )


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
        therapy=_maya_therapy(),
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
