"""The figures that early signs are tied to, for many people in one question a source.

Private rows count for nothing unless the person alone is told (`own_signs`): the figure
a clinician sees is the one a task was made from. Deleted ones never count. Mood, sleep
and trackers are means of seven days with three of them logged; a side effect is its
strongest of seven days; a form is its newest total of eight weeks (L7, N13).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Model,
    QuerySet,
)

from careplan.plan.ties import Tie
from journal.models import (
    Entry,
    MeasureResponse,
    SideEffectReport,
    SleepLog,
    TrackerValue,
)

DAYS = 7
FEWEST = 3
FORM_DAYS = 56  # a total older than eight weeks says nothing about today


@dataclass(frozen=True, slots=True)
class Days:
    """Up to which day is read, and whether what she keeps private is read too."""

    today: dt.date
    with_private: bool = False

    def last(self, count: int) -> dict[str, Any]:
        """What a row of these days must be to count."""
        first = self.today - dt.timedelta(days=count - 1)
        asked = {"local_date__range": (first, self.today), "deleted_at": None}
        return asked if self.with_private else {**asked, "is_private": False}


Figures = dict[tuple[UUID, str], Decimal]  # by person and source of the tie
People = Iterable[UUID]


def figures(asked: Mapping[UUID, Iterable[Tie]], days: Days) -> Figures:
    """Give the figure of each person's ties; what is not known is left out."""
    found: Figures = {}
    for what, read in _READERS.items():
        ties = {
            (person, tie) for person, all_of in asked.items() for tie in all_of
            if tie.what == what
        }  # fmt: skip
        if ties:
            people = {person for person, _tie in ties}
            found |= read(people, {tie.key for _person, tie in ties}, days)
    return found


def _rows(
    model: type[Model], people: People, days: Days, count: int
) -> QuerySet[Any, Any]:
    return model._default_manager.filter(patient__in=list(people), **days.last(count))


def _mean_mood(what: str, column: str) -> Callable[..., Figures]:
    def read(people: People, _keys: Iterable[str], days: Days) -> Figures:
        rows = (
            _rows(Entry, people, days, DAYS)
            .filter(**{f"{column}__isnull": False})
            .values_list("patient_id")
            .annotate(mean=Avg(column), logged=Count("local_date", distinct=True))
        )
        return {
            (pk, what): _figure(mean) for pk, mean, count in rows if count >= FEWEST
        }

    return read


def _nights(people: People, _keys: Iterable[str], days: Days) -> Figures:
    asleep = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    rows = (
        _rows(SleepLog, people, days, DAYS)
        .filter(bed_at__isnull=False)
        .values_list("patient_id")
        .annotate(mean=Avg(asleep), awake=Avg("minutes_awake"), nights=Count("id"))
    )
    return {
        (pk, "sleep"): _figure((mean.total_seconds() - 60 * float(awake or 0)) / 3600)
        for pk, mean, awake, nights in rows
        if nights >= FEWEST and mean is not None
    }


def _trackers(people: People, keys: Iterable[str], days: Days) -> Figures:
    rows = (
        _rows(TrackerValue, people, days, DAYS)
        .filter(tracker__in=_ids(keys))
        .values_list("patient_id", "tracker_id")
        .annotate(mean=Avg("value"), logged=Count("local_date", distinct=True))
    )
    return {
        (pk, f"tracker:{tracker}"): _figure(mean)
        for pk, tracker, mean, count in rows
        if count >= FEWEST
    }


def _effects(people: People, keys: Iterable[str], days: Days) -> Figures:
    rows = (
        _rows(SideEffectReport, people, days, DAYS)
        .filter(code__in=list(keys), strength__isnull=False)
        .values_list("patient_id", "code")
        .annotate(strongest=Max("strength"))
    )
    return {(pk, f"effect:{code}"): Decimal(most) for pk, code, most in rows}


def _forms(people: People, keys: Iterable[str], days: Days) -> Figures:
    rows = (
        _rows(MeasureResponse, people, days, FORM_DAYS)
        .filter(instrument__in=list(keys), score__isnull=False)
        .order_by("sent_at")
        .values_list("patient_id", "instrument", "score")
    )
    # In order of time, so the newest of each is the one that stays.
    return {(pk, f"measure:{code}"): Decimal(total) for pk, code, total in rows}


_READERS: dict[str, Callable[[People, Iterable[str], Days], Figures]] = {
    "mood": _mean_mood("mood", "mood"),
    "low": _mean_mood("low", "low"),
    "high": _mean_mood("high", "high"),
    "sleep": _nights,
    "tracker": _trackers,
    "effect": _effects,
    "measure": _forms,
}


def _ids(keys: Iterable[str]) -> list[UUID]:
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found


def _figure(mean: Any) -> Decimal:
    return Decimal(str(mean)).quantize(Decimal("0.1"))
