"""The mood and sleep lanes: one figure a day or week, averaged in SQL."""

import datetime as dt
from decimal import Decimal

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncWeek

from careplan.review.gather.window import Window
from careplan.review.timeline.data import Mood, MoodPoint, MoodScale, Sleep, SleepWeek
from journal.models import Entry, SleepLog
from patients.topics import Topic

TENTH = Decimal("0.1")


def mood(window: Window) -> Mood | None:
    """Give the mean of each day's check-ins, on the scale the person uses now.

    Low and high are averaged apart and never with each other (J2).
    """
    if not window.opens(Topic.MOOD):
        return None
    scale = MoodScale(window.patient.mood_scale)
    rows = Entry.objects.filter(**window.shown(), scale=scale.value)
    if scale is MoodScale.ELEVATED:
        return Mood(scale=scale, points=tuple(_apart(rows, window)))
    return Mood(scale=scale, points=tuple(_together(rows, window)))


def _together(rows, window: Window):
    days = (
        rows.filter(mood__isnull=False)
        .values("local_date")
        .annotate(mean=Avg("mood"), entries=Count("id"))
        .order_by("local_date")
    )
    for day in days:
        yield MoodPoint(
            on=day["local_date"],
            value=_figure(day["mean"]),
            entries=day["entries"],
            url=window.day_url().replace("{day}", day["local_date"].isoformat()),
        )


def _apart(rows, window: Window):
    days = (
        rows.filter(Q(low__isnull=False) | Q(high__isnull=False))
        .values("local_date")
        .annotate(low_mean=Avg("low"), high_mean=Avg("high"), entries=Count("id"))
        .order_by("local_date")
    )
    for day in days:
        yield MoodPoint(
            on=day["local_date"],
            low=_figure(day["low_mean"] or 0),
            high=_figure(day["high_mean"] or 0),
            entries=day["entries"],
            url=window.day_url().replace("{day}", day["local_date"].isoformat()),
        )


def sleep(window: Window) -> Sleep | None:
    """Give the mean hours asleep of each week that has a night with times."""
    if not window.opens(Topic.MOOD):
        return None
    in_bed = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    weeks = (
        SleepLog.objects.filter(**window.shown(), bed_at__isnull=False)
        .annotate(week=TruncWeek("local_date"))
        .values("week")
        .annotate(mean=Avg(in_bed), awake=Avg("minutes_awake"), nights=Count("id"))
        .order_by("week")
    )
    return Sleep(
        weeks=tuple(
            SleepWeek(
                week=week["week"],
                hours=_hours(week["mean"], week["awake"]),
                nights=min(week["nights"], 7),
            )
            for week in weeks
        )
    )


def _hours(in_bed: dt.timedelta, minutes_awake: float) -> Decimal:
    asleep = in_bed - dt.timedelta(minutes=float(minutes_awake))
    hours = Decimal(max(asleep.total_seconds(), 0)) / 3600
    return min(hours, Decimal(24)).quantize(TENTH)


def _figure(mean: float) -> Decimal:
    return Decimal(str(mean)).quantize(TENTH)
