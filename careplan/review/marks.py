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


def receipts(patient: Patient) -> list[ReviewMark]:
    """Give what the patient reads: the last ones, and only when she asked for them."""
    if not patient.review_receipts:
        return []
    rows = ReviewMark.objects.filter(patient=patient).select_related("user")
    return list(rows.order_by("-marked_at")[:5])


def read_until(patient: Patient, user: User, *, today: dt.date) -> dt.date:
    """Give the day up to which this clinician has read before, or 90 days ago."""
    last = (
        ReviewMark.objects.filter(patient=patient, user=user)
        .order_by("-marked_at")
        .values_list("end", flat=True)
        .first()
    )
    return last or today - dt.timedelta(days=90)
