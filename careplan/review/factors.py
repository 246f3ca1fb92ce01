"""What goes with mood (V5): sleep, practices, missed doses and side effects, by day.

Gathers one figure a day for each factor that is shared and leaves the rest to
`associations`: silent below 14 days, never a cause. Clinicians only.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import (
    Avg,
    Case,
    CharField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract
from django.utils.translation import gettext as _

from careplan.review.association_words import association_words
from careplan.review.associations import association
from careplan.review.gather import Window
from careplan.review.timeline.data import MoodScale, TimelineData
from careplan.review.timeline.words import capital
from journal.models import DoseAnswer, PracticeLog, SleepLog
from patients.topics import Topic

MOST = 8
COLUMNS = ("t_what", "t_on", "t_value")
SLEEP, MISSED = "sleep", "missed"
NOT_TAKEN = (DoseAnswer.Answer.MISSED, DoseAnswer.Answer.CHOSE_NOT)
Days = Mapping[dt.date, float]


def reports(window: Window, data: TimelineData) -> tuple[str, ...]:
    """Say of each factor how it went with mood, the strongest first: one query."""
    mood = _mood(data)
    outcome = _("Mood")
    if data.mood is not None and data.mood.scale is MoodScale.ELEVATED:
        outcome = _("Distance from steady")
    found = [
        one
        for name, days in _factors(window, data, mood)
        if (one := association(name, outcome, factor_by_day=days, outcome_by_day=mood))
    ]
    found.sort(key=lambda one: -abs(one.coefficient))
    return tuple(association_words(one) for one in found[:MOST])


def _mood(data: TimelineData) -> Days:
    """Mood of each day; on the elevated-aware scale how far from steady (J2)."""
    points = data.mood.points if data.mood else ()
    return {
        p.on: float(p.value if p.value is not None else max(p.low or 0, p.high or 0))
        for p in points
    }


def _factors(
    window: Window, data: TimelineData, mood: Days
) -> Iterable[tuple[str, Days]]:
    told: dict[str, dict[dt.date, float]] = defaultdict(dict)
    for what, on, value in _rows(window):
        told[what][on] = float(value)
    if SLEEP in told:
        yield _("Hours of sleep"), told.pop(SLEEP)
    if MISSED in told:
        yield _("A missed dose"), told.pop(MISSED)
    kinds = dict(PracticeLog._meta.get_field("kind").flatchoices)
    for kind, days in told.items():
        done = {day: days.get(day, 0.0) for day in mood}
        yield capital(str(kinds.get(kind, kind))), done
    for effect in data.effects or ():
        levels = {
            run.start + dt.timedelta(days=turn): float(run.level)
            for run in effect.runs
            for turn in range((run.end - run.start).days + 1)
        }
        yield effect.name, {day: levels.get(day, 0.0) for day in mood}


def _rows(window: Window) -> Iterable[tuple[str, dt.date, float]]:
    parts: list[Any] = []
    if window.opens(Topic.MOOD):
        parts += [_nights(window), _practices(window)]
    if window.opens(Topic.DOSES):
        parts.append(_doses(window))
    return parts[0].union(*parts[1:], all=True) if parts else ()


def _nights(window: Window) -> Any:
    in_bed = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    rows = SleepLog.objects.filter(**window.shown(), bed_at__isnull=False).order_by()
    hours = Avg(Extract(in_bed, "epoch") / 3600.0 - F("minutes_awake") / 60.0)
    return (
        rows.values(t_what=Value(SLEEP, CharField()), t_on=F("local_date"))
        .annotate(t_value=Cast(hours, FloatField()))
        .values_list(*COLUMNS)
    )


def _practices(window: Window) -> Any:
    rows = PracticeLog.objects.filter(**window.shown()).order_by()
    return (
        rows.values(t_what=F("kind"), t_on=F("local_date"))
        .annotate(t_value=Max(Value(1.0, FloatField())))
        .values_list(*COLUMNS)
    )


def _doses(window: Window) -> Any:
    rows = DoseAnswer.objects.filter(**window.shown()).exclude(slot="").order_by()
    missed = Case(
        When(answer__in=NOT_TAKEN, then=1.0), default=0.0, output_field=FloatField()
    )
    return (
        rows.values(t_what=Value(MISSED, CharField()), t_on=F("local_date"))
        .annotate(t_value=Max(missed))
        .values_list(*COLUMNS)
    )
