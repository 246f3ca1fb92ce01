"""Watches the signs tied to live data and makes one task of each that is met (V4, N13).

Runs as `system("tick")`, which may read these rows; private and deleted ones count
for nothing. The task names no sign and no figure: it leads to the page, where consent
decides what is read.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F
from django.utils.translation import gettext as _

from careplan.common.identity import acting_as, system
from careplan.plan.models import EarlySign
from careplan.review import signs
from careplan.review.signs import DAYS, FEWEST
from careplan.team import alerts
from careplan.team.models import Alert
from journal.models import Entry, SleepLog
from patients.models import Patient

QUIET = dt.timedelta(days=28)  # one task a spell, not one a day

Means = dict[UUID, Decimal]


def watch(*, now: dt.datetime) -> int:
    """Make a task of each met sign that made none in four weeks; say how many."""
    with transaction.atomic(), acting_as(system("tick")):
        found = list(_met(now.date()))
    return sum(_told(row, now) for row in found)


def _met(today: dt.date) -> Iterable[EarlySign]:
    rows = (
        EarlySign.objects.filter(ended_at=None, patient__closed_at=None)
        .exclude(tied_to="")
        .select_related("patient__user")
    )
    tied = [(row, rule) for row in rows if (rule := signs.rule(row.tied_to))]
    people = {row.patient_id for row, _rule in tied}
    figures = {"mood": _moods(people, today), "sleep": _nights(people, today)}
    for row, rule in tied:
        if signs.met(rule, figures[rule.what].get(row.patient_id)):
            yield row


def _moods(people: Iterable[UUID], today: dt.date) -> Means:
    rows = (
        Entry.objects.filter(
            patient__in=list(people),
            local_date__range=(today - dt.timedelta(days=DAYS - 1), today),
            scale="standard",
            mood__isnull=False,
            is_private=False,
            deleted_at=None,
        )
        .values_list("patient_id")
        .annotate(mean=Avg("mood"), days=Count("local_date", distinct=True))
    )
    return {pk: _figure(mean) for pk, mean, days in rows if days >= FEWEST}


def _nights(people: Iterable[UUID], today: dt.date) -> Means:
    asleep = ExpressionWrapper(F("up_at") - F("bed_at"), output_field=DurationField())
    rows = (
        SleepLog.objects.filter(
            patient__in=list(people),
            local_date__range=(today - dt.timedelta(days=DAYS - 1), today),
            bed_at__isnull=False,
            is_private=False,
            deleted_at=None,
        )
        .values_list("patient_id")
        .annotate(mean=Avg(asleep), awake=Avg("minutes_awake"), nights=Count("id"))
    )
    return {
        pk: _figure((mean.total_seconds() - 60 * awake) / 3600)
        for pk, mean, awake, nights in rows
        if nights >= FEWEST
    }


def _figure(mean: float) -> Decimal:
    return Decimal(str(mean)).quantize(Decimal("0.1"))


def _told(row: EarlySign, now: dt.datetime) -> bool:
    ground = f"sign:{row.pk}"
    if _told_of_late(row.patient, ground, now):
        return False
    with transaction.atomic():
        alert = alerts.raise_alert(
            patient=row.patient,
            level="routine",
            ground=ground,
            label=_("An early sign from the plan is met"),
            exact=_("The sign and its figure are on the decision points page."),
            now=now,
        )
    return alert is not None


def _told_of_late(patient: Patient, ground: str, now: dt.datetime) -> bool:
    with transaction.atomic(), acting_as(system("escalate")):
        rows = Alert.objects.filter(patient=patient, ground=ground)
        return rows.filter(raised_at__gt=now - QUIET).exists()
