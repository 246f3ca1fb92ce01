"""Mood, sleep and practices, averaged in SQL and fetched at once: one topic, one query.

Each row is (what, day or week, three figures, a count). Low and high are averaged
apart and never with each other (J2).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    CharField,
    Count,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    Value,
)
from django.db.models.functions import Cast, Extract, TruncWeek

from careplan.review.gather.window import Window
from careplan.review.timeline.data import (
    Mood,
    MoodPoint,
    MoodScale,
    Practice,
    PracticeWeek,
    Sleep,
    SleepWeek,
    Span,
)
from careplan.review.timeline.words import capital
from journal.models import Entry, PracticeLog, SleepLog
from patients.topics import Topic

MOOD, SLEEP = "mood", "sleep"
COLUMNS = ("t_what", "t_on", "t_first", "t_second", "t_third", "t_count")
TENTH = Decimal("0.1")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What the days were like. None is not shared; `silent` are weeks without a word."""

    mood: Mood | None = None
    sleep: Sleep | None = None
    practices: tuple[Practice, ...] | None = None
    silent: tuple[Span, ...] = ()


def days(window: Window) -> Days:
    """Give the mood, sleep and practice lanes, or none of them without consent."""
    if not window.opens(Topic.MOOD):
        return Days()
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for what, *row in _rows(window):
        found[what].append(tuple(row))
    entries = sorted(found.pop(MOOD, []))
    nights = sorted(found.pop(SLEEP, []))
    return Days(
        mood=_mood(entries, window),
        sleep=Sleep(weeks=tuple(_night_week(*row) for row in nights)),
        practices=tuple(_practices(found)),
        silent=tuple(_silent([row[0] for row in entries], window)),
    )


def _rows(window: Window) -> Iterable[tuple[Any, ...]]:
    return _entries(window).union(_nights(window), _done(window), all=True)


def _entries(window: Window) -> Any:
    scale = Q(scale=window.patient.mood_scale)
    on_scale = scale & (
        Q(mood__isnull=False) | Q(low__isnull=False) | Q(high__isnull=False)
    )
    return (
        Entry.objects.filter(**window.shown())
        .order_by()
        .values(t_what=Value(MOOD, CharField()), t_on=F("local_date"))
        .annotate(
            t_first=Cast(Avg("mood", filter=scale), FloatField()),
            t_second=Cast(Avg("low", filter=scale), FloatField()),
            t_third=Cast(Avg("high", filter=scale), FloatField()),
            t_count=Count("id", filter=on_scale),
        )
        .values_list(*COLUMNS)
    )


def _nights(window: Window) -> Any:
    in_bed = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    return (
        SleepLog.objects.filter(**window.shown(), bed_at__isnull=False)
        .order_by()
        .values(t_what=Value(SLEEP, CharField()), t_on=_week())
        .annotate(
            t_first=Cast(Avg(Extract(in_bed, "epoch")), FloatField()),
            t_second=Cast(Avg("minutes_awake"), FloatField()),
            t_third=Cast(Value(None), FloatField()),
            t_count=Count("id"),
        )
        .values_list(*COLUMNS)
    )


def _done(window: Window) -> Any:
    empty = Cast(Value(None), FloatField())
    return (
        PracticeLog.objects.filter(**window.shown())
        .order_by()
        .values(t_what=F("kind"), t_on=_week())
        .annotate(
            t_first=empty,
            t_second=empty,
            t_third=empty,
            t_count=Count("local_date", distinct=True),
        )
        .values_list(*COLUMNS)
    )


def _week() -> Any:
    # date_trunc gives a moment: without the cast the union would turn days into them.
    return Cast(TruncWeek("local_date"), DateField())


def _mood(rows: list[tuple[Any, ...]], window: Window) -> Mood:
    scale = MoodScale(window.patient.mood_scale)
    points = (_point(scale, *row) for row in rows if row[4])
    return Mood(scale=scale, points=tuple(points))


def _point(
    scale: MoodScale,
    on: dt.date,
    mood: float | None,
    low: float | None,
    high: float | None,
    entries: int,
) -> MoodPoint:
    if scale is MoodScale.ELEVATED:
        return MoodPoint(
            on=on, low=_figure(low or 0), high=_figure(high or 0), entries=entries
        )
    return MoodPoint(on=on, value=_figure(mood or 1), entries=entries)


def _figure(mean: float) -> Decimal:
    return Decimal(str(mean)).quantize(TENTH)


def _night_week(
    week: dt.date, seconds: float, awake: float, _none: None, nights: int
) -> SleepWeek:
    hours = Decimal(max(seconds - awake * 60, 0)) / 3600
    return SleepWeek(
        week=week, hours=min(hours, Decimal(24)).quantize(TENTH), nights=min(nights, 7)
    )


def _practices(found: dict[str, list[tuple[Any, ...]]]) -> Iterable[Practice]:
    kinds = dict(PracticeLog._meta.get_field("kind").flatchoices)
    for value, label in kinds.items():
        if weeks := found.get(value):
            yield Practice(
                name=capital(str(label)),
                weeks=tuple(
                    PracticeWeek(week=row[0], done=min(row[4], 7))
                    for row in sorted(weeks, key=lambda row: row[0])
                ),
            )


def _silent(logged: list[dt.date], window: Window) -> Iterable[Span]:
    """Give the spans of days, a week or longer, in which nothing at all was logged."""
    before = window.start - DAY
    for day in [*logged, window.last_logged + DAY]:
        if (day - before).days > 7:
            yield Span(start=before + DAY, end=day - DAY)
        before = day
