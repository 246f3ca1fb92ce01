"""A high mood on an antidepressant: what the record and the own check say of it.

Read only where it matters, that is where a high mood was reported; the nine clusters
themselves are pure (`clusters`). Only over-alerts (clinical.md 1 rule 8, 10).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from careplan.common.catalogue import medicines as catalogue
from careplan.common.clock import dose_day
from careplan.team import alerts
from careplan.team.models import Alert
from journal import instruments, medicines, scoring
from journal.models import MeasureResponse
from patients.models import Diagnosis, MoodScale, Patient

CHECK = "high_mood_check"
EFFECT = "high_mood"
# A check counts for four weeks, the same as a recent dose change.
CHECK_COUNTS_FOR = dt.timedelta(days=28)
# ICD-10 and ICD-11: manic episode, bipolar disorders, cyclothymia.
BIPOLAR = ("F30", "F31", "F34.0", "6A60", "6A61", "6A62")


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is known of high moods before."""

    bipolar: bool = False
    check_positive: bool = False


def on_record(patient: Patient, codes: Iterable[str], *, now: dt.datetime) -> OnRecord:
    """Look up what makes a high mood a possible switch; `codes`: the effects reported.

    Without a high mood among them nothing is read.
    """
    elevated = patient.mood_scale == MoodScale.ELEVATED
    if EFFECT not in codes:
        return OnRecord(bipolar=elevated)
    return OnRecord(
        bipolar=elevated or _is_recorded(patient.pk),
        check_positive=_is_check_positive(patient.pk, now),
    )


def _is_recorded(patient_id: UUID) -> bool:
    codes = reduce(or_, (Q(code__istartswith=code) for code in BIPOLAR))
    rows = Diagnosis.objects.filter(patient_id=patient_id, withdrawn_at__isnull=True)
    return rows.filter(codes).exists()


def _is_check_positive(patient_id: UUID, now: dt.datetime) -> bool:
    """Whether the last check sent says so; a private one counts nowhere."""
    rows = MeasureResponse.objects.filter(
        patient_id=patient_id,
        instrument=CHECK,
        state=MeasureResponse.State.SENT,
        is_private=False,
        deleted_at__isnull=True,
        sent_at__gte=now - CHECK_COUNTS_FOR,
    )
    last = rows.order_by("-sent_at").first()
    return last is not None and is_positive(last)


def is_positive(row: MeasureResponse) -> bool:
    """Whether a high-mood check is positive: less sleep and two others, or a sum of 6."""
    form = instruments.instrument(row.instrument)
    if form is None or row.instrument != CHECK:
        return False
    return scoring.high_mood(form, row.answers).is_positive is True


def tell_of_check(
    patient: Patient, row: MeasureResponse, *, now: dt.datetime
) -> Alert | None:
    """Tell the team of a positive check while an antidepressant is taken (rule 8)."""
    if (
        row.is_private
        or not is_positive(row)
        or not _takes_antidepressant(patient, now)
    ):
        return None
    return alerts.raise_alert(
        patient=patient,
        level="same_day",
        ground=f"measure:{row.pk}:high",
        label=gettext("High mood while on an antidepressant"),
        exact=gettext("The high-mood check is positive: %(n)d of 12.")
        % {"n": row.score},
        now=now,
    )


def _takes_antidepressant(patient: Patient, now: dt.datetime) -> bool:
    day = dose_day(now, patient.time_zone)
    rows = medicines.of_patient(patient.pk, day=day)
    known = (catalogue.medicine(row.catalogue_id) for row in rows if not row.stopped_on)
    return any(row is not None and "antidepressant" in row.tags for row in known)
