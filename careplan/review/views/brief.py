"""The brief before a visit, on screen and on one page of paper; marking as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.plan.models import Visit
from careplan.review import access, brief, brief_pdf, marks
from careplan.review.access import Room
from careplan.review.brief import Reader
from careplan.review.forms import MarkForm
from patients import access as doors
from patients.models import CareTeamMember


def _reader(opened: Room) -> Reader:
    return Reader(
        actor=opened.actor, user=opened.user, role=opened.role, topics=opened.topics
    )


def _context(opened: Room, page: brief.Brief, **more: Any) -> dict[str, Any]:
    return {"room": opened, "patient": opened.patient, "page": page, **more}


@require_safe
@login_required
def review(request: HttpRequest, record: UUID) -> HttpResponse:
    """What matters today with this person, in sixty seconds."""
    opened = access.room(request, record, doors.REVIEW, part="brief")
    access.clinicians_only(opened)
    page = brief.build(opened.patient, _reader(opened), now=clock.now())
    return render(request, "review/brief.html", _context(opened, page))


@require_safe
@login_required
def review_pdf(request: HttpRequest, record: UUID) -> HttpResponse:
    """The same on one page of paper, for a clinician."""
    opened = access.room(
        request, record, doors.REVIEW, part="brief on paper", through="export"
    )
    access.clinicians_only(opened)
    page = brief.build(opened.patient, _reader(opened), now=clock.now())
    return _pdf(page)


@require_safe
@login_required
def own(request: HttpRequest, visit: UUID) -> HttpResponse:
    """What the clinician of a visit will read, for the patient to read first."""
    opened, page, row = _own(request, visit)
    told = marks.receipts(opened.patient, visit_at=row.starts_at, now=clock.now())
    context = _context(opened, page, visit=row, receipts=told)
    return render(request, "review/brief_own.html", context)


@require_safe
@login_required
def own_pdf(request: HttpRequest, visit: UUID) -> HttpResponse:
    """The patient's own copy of that page."""
    _opened, page, _row = _own(request, visit)
    return _pdf(page)


def _own(request: HttpRequest, visit_id: UUID) -> tuple[Room, brief.Brief, Visit]:
    opened = access.room(request, None, part="brief")
    rows = Visit.objects.filter(patient=opened.patient, pk=visit_id)
    visit = rows.select_related("clinician").first()
    place = (
        visit
        and CareTeamMember.objects.filter(
            patient=opened.patient, user=visit.clinician, state="active"
        ).first()
    )
    if visit is None or not place:
        raise Http404
    reader = Reader(
        actor=opened.actor,
        user=visit.clinician,
        role=place.role,
        topics=frozenset(place.topics),
        with_words=False,
    )
    return opened, brief.build(opened.patient, reader, now=clock.now()), visit


def _pdf(page: brief.Brief) -> HttpResponse:
    response = HttpResponse(brief_pdf.written(page), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="visit-summary.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mark(request: HttpRequest, record: UUID) -> HttpResponse:
    """Say "I have read this", with a word to the patient."""
    opened = access.room(request, record, doors.REVIEW, part="brief")
    access.clinicians_only(opened)
    form = MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _mark(opened, form.cleaned_data["words"])
        messages.success(request, _("Marked as reviewed."))
        return redirect("review:brief", opened.patient.pk)
    return render(
        request,
        "review/mark.html",
        {"room": opened, "patient": opened.patient, "form": form},
    )


def _mark(opened: Room, words: str) -> None:
    now = clock.now()
    today = local_date(now, opened.patient.time_zone)
    marks.mark(
        opened.patient,
        by=opened.user,
        role=opened.role,
        start=marks.read_until(opened.patient, opened.user, today=today),
        end=today,
        words=words,
        now=now,
    )
