"""The plan, its versions, and one medicine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.plan import (
    access,
    medicine_page,
    plan_page,
    proposals,
    queries,
    version_page,
    versions,
    wording,
)
from careplan.plan.access import Room
from careplan.plan.models import Medication, Proposal
from patients.topics import Topic


@login_required
def plan(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """What we agreed, and what is suggested."""
    room = access.room(request, record)
    page = plan_page.build(room, now=clock.now())
    return render(request, "plan/plan.html", access.context(room, page=page))


@login_required
def print_plan(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """The agreed version on paper."""
    room = access.room(request, record, part="plan on paper")
    head = queries.head(room.patient)
    contents = versions.section_contents(head) if head else {}
    context = access.context(
        room,
        version=head,
        when=_day(head.agreed_at, room) if head else "",
        sections=version_page.sections(contents),
        signatures=version_page.signature_lines(head, zone=room.patient.time_zone),
    )
    return render(request, "plan/print.html", context)


@login_required
def version_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Every version, who agreed, and what changed."""
    room = access.room(request, record, part="plan versions")
    rows = [
        version_page.version_line(row, room.user, zone=room.patient.time_zone)
        for row in queries.versions(room.patient)
    ]
    pair = _pair_asked(request, {row.number for row in rows})
    if pair is not None:
        return redirect(reverse("plan:compare", args=[room.patient.pk, *pair]))
    return render(request, "plan/versions.html", access.context(room, versions=rows))


def _pair_asked(request: HttpRequest, known: set[int]) -> tuple[int, int] | None:
    """The two versions chosen to be compared (L10), when both are there."""
    given = [request.GET.get(name, "") for name in ("first", "second")]
    numbers = [int(one) for one in given if one.isdecimal() and len(one) < 9]
    if len(numbers) != 2 or not set(numbers) <= known:
        return None
    return min(numbers), max(numbers)


def _day(instant: datetime, room: Room) -> str:
    return wording.day(local_date(instant, room.patient.time_zone))


@login_required
def version(
    request: HttpRequest, number: int, record: UUID | None = None
) -> HttpResponse:
    """One version as it was signed."""
    room = access.room(request, record, part="plan versions")
    row = queries.version(room.patient, number)
    if row is None:
        raise Http404
    context = access.context(
        room,
        version=row,
        line=version_page.version_line(row, room.user, zone=room.patient.time_zone),
        sections=version_page.sections(versions.section_contents(row)),
        signatures=version_page.signature_lines(row, zone=room.patient.time_zone),
    )
    return render(request, "plan/version.html", context)


@login_required
def compare(
    request: HttpRequest, first: int, second: int, record: UUID | None = None
) -> HttpResponse:
    """What changed between two versions, in words, with author and reason."""
    room = access.room(request, record, part="plan versions")
    older, newer = sorted((first, second))
    after = queries.version(room.patient, newer)
    before = queries.version(room.patient, older)
    if after is None or (before is None and older != 0):
        raise Http404
    context = access.context(
        room,
        before=before,
        after=after,
        changes=versions.what_changed(before, after),
        why=version_page.reasons(after, before),
        when=_day(after.agreed_at, room),
        between=_between(room, older, newer),
    )
    return render(request, "plan/compare.html", context)


def _between(room: Room, older: int, newer: int) -> list[version_page.VersionLine]:
    """Every version on the way, when the two do not follow each other."""
    if newer - older < 2:
        return []
    rows = queries.versions(room.patient).filter(number__gt=older, number__lte=newer)
    zone = room.patient.time_zone
    return [version_page.version_line(row, room.user, zone=zone) for row in rows]


@login_required
def medicine(
    request: HttpRequest, medicine_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """One medicine: dose now, steps past and next, why, how to take it."""
    room = access.room(request, record, topic=Topic.MEDICINES, part="medicines")
    row = queries.medicine(room.patient, medicine_id)
    if row is None:
        raise Http404(_("No such medicine"))
    page = medicine_page.page(row, room, now=clock.now())
    context = access.context(room, page=page, open_one=_suggested(room, row))
    return render(request, "plan/medicine.html", context)


def _suggested(room: Room, row: Medication) -> Proposal | None:
    """The open suggestion about this medicine, for a reader of all it is about."""
    rows = Proposal.objects.filter(patient=room.patient, medicine_key=str(row.pk))
    found = rows.filter(state__in=proposals.OPEN).first()
    if found is None or not all(room.reads(Topic(topic)) for topic in found.topics):
        return None
    return found
