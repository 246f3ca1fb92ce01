"""The figures that early signs are tied to, for many people in one question a source.

Private and deleted rows count for nothing, whoever reads: the figure a clinician sees
is the one a task was made from. Mood, sleep and trackers are means of seven days with
three of them logged; a side effect is its strongest of seven days; a form is its newest
total of eight weeks (L7, N13).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
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

Figures = dict[tuple[UUID, str], Decimal]  # by person and source of the tie
People = Iterable[UUID]


def figures(asked: Mapping[UUID, Iterable[Tie]], today: dt.date) -> Figures:
    """Give the figure of each person's ties; what is not known is left out."""
    found: Figures = {}
    for what, read in _READERS.items():
        ties = {
            (person, tie) for person, all_of in asked.items() for tie in all_of
            if tie.what == what
        }  # fmt: skip
        if ties:
            people = {person for person, _tie in ties}
            found |= read(people, {tie.key for _person, tie in ties}, today)
    return found


def _rows(
    model: type[Model], people: People, today: dt.date, days: int
) -> QuerySet[Any, Any]:
    return model._default_manager.filter(
        patient__in=list(people),
        local_date__range=(today - dt.timedelta(days=days - 1), today),
        is_private=False,
        deleted_at=None,
    )


def _mean_mood(what: str, column: str) -> Callable[..., Figures]:
    def read(people: People, _keys: Iterable[str], today: dt.date) -> Figures:
        rows = (
            _rows(Entry, people, today, DAYS)
            .filter(**{f"{column}__isnull": False})
            .values_list("patient_id")
            .annotate(mean=Avg(column), days=Count("local_date", distinct=True))
        )
        return {(pk, what): _figure(mean) for pk, mean, days in rows if days >= FEWEST}

    return read


def _nights(people: People, _keys: Iterable[str], today: dt.date) -> Figures:
    asleep = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    rows = (
        _rows(SleepLog, people, today, DAYS)
        .filter(bed_at__isnull=False)
        .values_list("patient_id")
        .annotate(mean=Avg(asleep), awake=Avg("minutes_awake"), nights=Count("id"))
    )
    return {
        (pk, "sleep"): _figure((mean.total_seconds() - 60 * float(awake or 0)) / 3600)
        for pk, mean, awake, nights in rows
        if nights >= FEWEST and mean is not None
    }


def _trackers(people: People, keys: Iterable[str], today: dt.date) -> Figures:
    rows = (
        _rows(TrackerValue, people, today, DAYS)
        .filter(tracker__in=_ids(keys))
        .values_list("patient_id", "tracker_id")
        .annotate(mean=Avg("value"), days=Count("local_date", distinct=True))
    )
    return {
        (pk, f"tracker:{tracker}"): _figure(mean)
        for pk, tracker, mean, days in rows
        if days >= FEWEST
    }


def _effects(people: People, keys: Iterable[str], today: dt.date) -> Figures:
    rows = (
        _rows(SideEffectReport, people, today, DAYS)
        .filter(code__in=list(keys), strength__isnull=False)
        .values_list("patient_id", "code")
        .annotate(strongest=Max("strength"))
    )
    return {(pk, f"effect:{code}"): Decimal(most) for pk, code, most in rows}


def _forms(people: People, keys: Iterable[str], today: dt.date) -> Figures:
    rows = (
        _rows(MeasureResponse, people, today, FORM_DAYS)
        .filter(instrument__in=list(keys), score__isnull=False)
        .order_by("sent_at")
        .values_list("patient_id", "instrument", "score")
    )
    # In order of time, so the newest of each is the one that stays.
    return {(pk, f"measure:{code}"): Decimal(total) for pk, code, total in rows}


_READERS: dict[str, Callable[[People, Iterable[str], dt.date], Figures]] = {
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
