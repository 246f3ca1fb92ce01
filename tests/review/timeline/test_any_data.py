"""N1: whatever the data, the drawing is well formed, small and inside its frame."""

import gzip
import re
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careplan.review.timeline import csv, draw_compact, draw_desktop, draw_phone, table
from careplan.review.timeline.choice import Show
from careplan.review.timeline.data import (
    AnswerState,
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
    Step,
    StepState,
    Therapy,
    TimelineData,
    Version,
    VersionState,
    Voice,
)
from careplan.review.timeline.sentence import answer
from careplan.review.timeline.svg import width_of

TODAY = date(2026, 11, 21)
past = st.integers(0, 760).map(lambda n: TODAY - timedelta(days=n))
any_day = st.integers(-60, 760).map(lambda n: TODAY - timedelta(days=n))
words = st.text(min_size=1, max_size=60)
urls = st.none() | st.text(min_size=1, max_size=90)


def days(source, most: int):
    return st.lists(source, max_size=most, unique=True).map(sorted)


@st.composite
def medicine(draw, ref: int) -> Medicine:
    name = draw(words)
    if draw(st.booleans()):
        return Medicine(
            ref=str(ref),
            name=name,
            as_needed=True,
            intakes=tuple(
                Intake(on=d, dose=Decimal("0.5"), unit="mg", url=draw(urls))
                for d in draw(days(past, 40))
            ),
        )
    taken = draw(days(past, 12))
    ahead = [d for d in draw(days(any_day, 4)) if d > TODAY]
    states = st.sampled_from([StepState.PLANNED, StepState.PROPOSED, StepState.HELD])
    dose = st.decimals(0, 900, places=2)
    steps = [(d, StepState.TAKEN) for d in taken] + [(d, draw(states)) for d in ahead]
    return Medicine(
        ref=str(ref),
        name=name,
        purpose=draw(words),
        steps=tuple(Step(on=d, dose=draw(dose), unit="mg", state=s) for d, s in steps),
        answers=tuple(
            DoseMark(on=d, state=draw(st.sampled_from(AnswerState)), url=draw(urls))
            for d in draw(days(past, 60))
        ),
    )


@st.composite
def mood(draw) -> Mood:
    scale = draw(st.sampled_from(MoodScale))
    found = draw(days(past, 150))
    if scale is MoodScale.STANDARD:
        level = st.integers(1, 7).map(Decimal)
        points = [MoodPoint(on=d, value=draw(level), url=draw(urls)) for d in found]
    else:
        side = st.integers(0, 3).map(Decimal)
        points = [MoodPoint(on=d, low=draw(side), high=draw(side)) for d in found]
    return Mood(scale=scale, points=tuple(points))


@st.composite
def effect(draw) -> SideEffect:
    starts = draw(days(past, 30))
    ends = [*(d - timedelta(days=1) for d in starts[1:]), TODAY]
    return SideEffect(
        name=draw(words),
        runs=tuple(
            Run(start=a, end=max(a, min(b, a + timedelta(days=9))), level=1 + i % 3)
            for i, (a, b) in enumerate(zip(starts, ends, strict=False))
        ),
        url=draw(urls),
    )


@st.composite
def timeline(draw) -> TimelineData:
    start, end = sorted([draw(any_day), draw(any_day)])
    pivot = Pivot(
        on=draw(any_day), label=draw(words), title="", ref="0", kind=PivotKind.EVENT
    )
    total = st.integers(0, 27)
    return TimelineData(
        range=Range(start=start, end=end, today=TODAY),
        voice=draw(st.sampled_from(Voice)),
        pivot=draw(st.none() | st.just(pivot)),
        last_visit=draw(st.none() | past),
        versions=tuple(
            Version(on=d, number=i, state=draw(st.sampled_from(VersionState)))
            for i, d in enumerate(draw(days(any_day, 30)), 1)
        ),
        phases=tuple(
            Phase(kind=draw(st.sampled_from(PhaseKind)), start=d)
            for d in draw(days(any_day, 5))
        ),
        medicines=tuple(draw(medicine(n)) for n in range(draw(st.integers(0, 14)))),
        therapy=Therapy(
            label=draw(words),
            sessions=tuple(
                Session(on=d, kind="x", state=draw(st.sampled_from(SessionState)))
                for d in draw(days(any_day, 80))
            ),
            homework=tuple(
                Homework(on=d, name=draw(words)) for d in draw(days(past, 40))
            ),
        ),
        practices=tuple(
            Practice(
                name=draw(words),
                weeks=tuple(PracticeWeek(week=d, done=3) for d in draw(days(past, 40))),
            )
            for _ in range(draw(st.integers(0, 3)))
        ),
        mood=draw(mood()),
        scores=tuple(
            Score(
                code=code,
                label=draw(words),
                highest=27,
                points=tuple(
                    ScorePoint(on=d, total=draw(total)) for d in draw(days(past, 30))
                ),
            )
            for code in ("PHQ-9", "GAD-7", "WSAS")
        ),
        effects=tuple(draw(effect()) for _ in range(draw(st.integers(0, 14)))),
        sleep=Sleep(
            weeks=tuple(
                SleepWeek(week=d, hours=Decimal(8), nights=5)
                for d in draw(days(past, 60))
            )
        ),
        events=tuple(
            LifeEvent(on=d, name=draw(words), url=draw(urls))
            for d in draw(days(any_day, 40))
        ),
        day_url=draw(st.none() | st.just("/p/0198c0de/journal/?day={day}")),
    )


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SIDES = ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2")


def assert_inside(root: ElementTree.Element) -> None:
    _, _, width, height = (float(n) for n in root.get("viewBox").split())
    for shape in root.iter():
        if shape.tag.endswith(("pattern", "}svg")):
            continue
        for side in SIDES:
            if shape.get(side) is not None:
                most = width if "x" in side else height
                assert -0.1 <= float(shape.get(side)) <= most + 0.1, shape.attrib
        if shape.tag.endswith("}rect"):
            assert float(shape.get("x")) + float(shape.get("width")) <= width + 1
            assert float(shape.get("y")) + float(shape.get("height")) <= height + 1
        if shape.tag.endswith("}text") and len(text_of(shape)) > 0:
            left, right = reach(shape)
            assert left >= -8, (text_of(shape), shape.attrib)
            assert right <= width + 8, (text_of(shape), shape.attrib)
        starts = re.findall(r"M(-?[\d.]+)[ ,](-?[\d.]+)", shape.get("d") or "")
        for x, y in starts:
            assert -8 <= float(x) <= width + 8, shape.attrib
            assert -8 <= float(y) <= height + 8, shape.attrib


def text_of(shape: ElementTree.Element) -> str:
    return "".join(shape.itertext())


def reach(shape: ElementTree.Element) -> tuple[float, float]:
    """About where a text starts and ends, by its anchor."""
    x, wide = float(shape.get("x")), 0.9 * width_of(text_of(shape), 12.5)
    names = (shape.get("class") or "").split()
    if "end" in names:
        return x - wide, x
    return (x - wide / 2, x + wide / 2) if "mid" in names else (x, x + wide)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=timeline(), every_one=st.booleans())
def test_any_data_draws(data: TimelineData, every_one: bool) -> None:
    for module in (draw_desktop, draw_phone, draw_compact):
        figure = module.draw(data, show=Show(every_one=every_one))
        assert_inside(ElementTree.fromstring(figure.svg))
        assert figure.marks <= 500
        assert "style=" not in figure.svg.replace("style=&quot;", "")
        assert len(figure.svg.encode()) <= 60_000
        assert len(gzip.compress(figure.svg.encode())) <= 16_000


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=timeline())
def test_any_data_can_be_said(data: TimelineData) -> None:
    told = answer(data)
    assert told.sentence.endswith(".")
    for found in (table.summary(data), table.events(data), table.weekly(data)):
        for row in found.rows if found else ():
            assert len(row.cells) == len(found.columns) - 1
            assert all(cell for cell in row.cells)
    assert csv.written(data).startswith("\ufeff")
