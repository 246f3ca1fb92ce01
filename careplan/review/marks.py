"""Marking a record as reviewed, with a word to the patient (V10, N16)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from careplan.review.models import ReviewMark
from patients.models import Patient, User


@transaction.atomic
def mark(
    patient: Patient,
    *,
    by: User,
    role: str,
    start: dt.date,
    end: dt.date,
    words: str,
    now: dt.datetime,
) -> ReviewMark:
    """Keep who read which days, and when. Refuses anybody but a clinician."""
    if role not in ("therapist", "prescriber", "care_manager"):
        raise PermissionDenied
    row = ReviewMark(
        patient=patient,
        user=by,
        role=role,
        start=min(start, end),
        end=end,
        words=words.strip(),
        marked_at=now,
    )
    row.save(force_insert=True)
    return row


BATCHED = dt.timedelta(days=3)  # receipts come together, this long before a visit
COVERS = dt.timedelta(days=90)


def receipts(
    patient: Patient, *, visit_at: dt.datetime, now: dt.datetime
) -> list[ReviewMark]:
    """Give what the patient reads before a visit, when she asked for receipts (N16).

    All at once and not before, the last one of each clinician, each with a word to her.
    The page says which days were read, never when somebody was last here.
    """
    if not patient.review_receipts or now < visit_at - BATCHED:
        return []
    rows = ReviewMark.objects.filter(
        patient=patient, marked_at__gte=visit_at - COVERS
    ).select_related("user")
    latest: dict[object, ReviewMark] = {}
    for row in rows.order_by("-marked_at"):
        if row.words:
            latest.setdefault(row.user_id, row)
    return list(latest.values())


def read_until(patient: Patient, user: User, *, today: dt.date) -> dt.date:
    """Give the day up to which this clinician has read before, or 90 days ago."""
    last = (
        ReviewMark.objects.filter(patient=patient, user=user)
        .order_by("-marked_at")
        .values_list("end", flat=True)
        .first()
    )
    return last or today - dt.timedelta(days=90)
