"""Visits with either clinician, and the points the patient brings (T5, T8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from careplan.plan.change import PATIENT
from careplan.plan.errors import NotAllowed, NotOpen, WordsMissing
from careplan.plan.medications import By
from careplan.plan.models import AgendaPoint, Visit
from patients.models import Patient, Role

CLINICIANS = (Role.THERAPIST.value, Role.PRESCRIBER.value, Role.CARE_MANAGER.value)


@transaction.atomic
def plan_visit(
    patient: Patient,
    *,
    by: By,
    starts_at: datetime,
    minutes: int = 30,
    how: str = Visit.How.IN_PERSON,
    place: str = "",
    now: datetime,
) -> Visit:
    """Put a visit into both diaries. A clinician does, for themselves."""
    if by.role not in CLINICIANS:
        raise NotAllowed
    visit = Visit(
        patient=patient,
        clinician=by.user,
        role=by.role,
        starts_at=starts_at,
        minutes=minutes,
        how=how,
        place=place.strip()[:200],
        created_at=now,
    )
    visit.save(force_insert=True)
    return visit


@transaction.atomic
def mark(visit: Visit, *, by: By, state: str, now: datetime) -> Visit:
    """Say how a visit ended. Marking it again corrects it."""
    if by.role not in CLINICIANS:
        raise NotAllowed
    if state not in Visit.State.values or state == Visit.State.PLANNED:
        raise NotOpen
    visit.state, visit.marked_by, visit.marked_at = state, by.user, now
    visit.save(update_fields=["state", "marked_by", "marked_at"])
    return visit


@transaction.atomic
def add_point(
    visit: Visit, *, by: By, words: str, from_what: str = "", now: datetime
) -> AgendaPoint:
    """Add something to talk about; the brief of either clinician opens with it (T5)."""
    if by.role != PATIENT:
        raise NotAllowed
    if visit.state != Visit.State.PLANNED:
        raise NotOpen
    if not words.strip():
        raise WordsMissing
    last = AgendaPoint.objects.filter(visit=visit).aggregate(n=Max("order"))["n"]
    point = AgendaPoint(
        patient_id=visit.patient_id,
        visit=visit,
        order=(last or 0) + 1,
        from_what=from_what,
        created_at=now,
    )
    point.words = words.strip()
    point.save(force_insert=True)
    return point


@transaction.atomic
def remove_point(point: AgendaPoint, *, by: By) -> None:
    """Take a point off again, before it was talked about."""
    if by.role != PATIENT:
        raise NotAllowed
    if point.talked_about_at is not None:
        raise NotOpen
    point.delete()


@transaction.atomic
def talked_about(point: AgendaPoint, *, by: By, now: datetime) -> AgendaPoint:
    """Note that a point was talked about."""
    point.talked_about_at = now
    point.save(update_fields=["talked_about_at"])
    return point


def calendar_file(visit: Visit) -> str:
    """Return one event for a calendar, without a clinical word (decisions, end).

    Lines end as RFC 5545 asks; the place is left out, since a clinic's name tells.
    """
    start, length = visit.starts_at, timedelta(minutes=visit.minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Careplan//EN",
        "BEGIN:VEVENT",
        f"UID:{visit.pk}",
        f"DTSTAMP:{visit.created_at:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start + length:%Y%m%dT%H%M%SZ}",
        "SUMMARY:Appointment",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)
