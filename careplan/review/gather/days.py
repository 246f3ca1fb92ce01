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

from careplan.common.postgresql.prepared import Prepared
from careplan.review.gather.window import Window, shown
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
    scale = window.patient.mood_scale
    for row in _rows(window.is_own, scale=scale, **window.days()):
        found[row[0]].append(row[1:])
    entries = sorted(found.pop(MOOD, []))
    nights = sorted(found.pop(SLEEP, []))
    return Days(
        mood=_mood(entries, window),
        sleep=Sleep(weeks=tuple(_night_week(*row) for row in nights)),
        practices=tuple(_practices(found)),
        silent=tuple(_silent([row[0] for row in entries], window)),
    )


@Prepared
def _rows(is_own: bool, *, scale: str, **days: Any) -> Any:  # noqa: FBT001 - its shape
    mine = shown(is_own, **days)
    return _entries(mine, scale).union(_nights(mine), _done(mine), all=True)


def _entries(mine: dict[str, Any], used: str) -> Any:
    scale = Q(scale=used)
    on_scale = scale & (
        Q(mood__isnull=False) | Q(low__isnull=False) | Q(high__isnull=False)
    )
    return (
        Entry.objects.filter(**mine)
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


def _nights(mine: dict[str, Any]) -> Any:
    in_bed = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    return (
        SleepLog.objects.filter(**mine, bed_at__isnull=False)
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


def _done(mine: dict[str, Any]) -> Any:
    empty = Cast(Value(None), FloatField())
    return (
        PracticeLog.objects.filter(**mine)
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
    if scale is MoodScale.ELEVATED:
        points = [
            MoodPoint(on=on, low=_figure(low), high=_figure(high), entries=entries)
            for on, _mood, low, high, entries in rows
            if entries
        ]
    else:
        points = [
            MoodPoint(on=on, value=_figure(mood or 1), entries=entries)
            for on, mood, _low, _high, entries in rows
            if entries
        ]
    return Mood(scale=scale, points=tuple(points))


def _figure(mean: float | None) -> Decimal:
    return Decimal(str(mean or 0)).quantize(TENTH)


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
