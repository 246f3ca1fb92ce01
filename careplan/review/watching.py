"""Watches the signs tied to live data and makes one task of each that is met (V4, N13).

Runs as `system("tick")`, which may read these rows; private and deleted ones count
for nothing. The task names no sign and no figure: it leads to the page, where consent
decides what is read.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from careplan.common.identity import acting_as, system
from careplan.plan import ties
from careplan.plan.models import EarlySign
from careplan.review import signs
from careplan.review.sign_figures import Days, figures
from careplan.team import alerts
from careplan.team.models import Alert
from patients.models import Patient

QUIET = dt.timedelta(days=28)  # one task a spell, not one a day


def watch(*, now: dt.datetime) -> int:
    """Make a task of each met sign that made none in four weeks; say how many."""
    with transaction.atomic(), acting_as(system("tick")):
        found = list(_met(now.date()))
    return sum(_told(row, now) for row in found)


def _met(today: dt.date) -> Iterable[EarlySign]:
    rows = list(
        EarlySign.objects.filter(ended_at=None, patient__closed_at=None)
        .exclude(tied_to="")
        .select_related("patient__user")
    )
    found = figures(signs.asked(rows), Days(today))
    for row in rows:
        tie = ties.read(row.tied_to)
        if tie and signs.met(tie, found.get((row.patient_id, tie.source))):
            yield row


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
