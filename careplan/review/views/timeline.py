"""The timeline: one page for all three, its tables, its paper and its file."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from careplan.common import clock
from careplan.review import access, timeline_page
from careplan.review.timeline_page import Asked


def _asked(request: HttpRequest) -> Asked:
    return Asked.read(request.GET.dict(), request.GET.getlist("lane"))


@require_safe
@login_required
def timeline(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Did it get better after the change?"""
    opened = access.room(request, record, part="timeline")
    page = timeline_page.build(opened, _asked(request), now=clock.now())
    name = "review/_timeline.html" if request.htmx else "review/timeline.html"  # type: ignore[attr-defined]
    return render(
        request, name, {"room": opened, "patient": opened.patient, "page": page}
    )


@require_safe
@login_required
def tables(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """The same data as tables."""
    opened = access.room(request, record, part="timeline")
    page = timeline_page.tables(opened, _asked(request), now=clock.now())
    return render(
        request,
        "review/timeline_table.html",
        {"room": opened, "patient": opened.patient, "page": page},
    )


@require_safe
@login_required
def paper(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """One page for a visit, A4 landscape."""
    opened = access.room(request, record, part="timeline on paper", through="print")
    page = timeline_page.sheet(opened, _asked(request), now=clock.now())
    return render(
        request,
        "review/timeline_print.html",
        {
            "room": opened,
            "patient": opened.patient,
            "page": page,
            "theme": "light",  # paper is white, whatever the screen is set to
        },
    )


@require_safe
@login_required
def spreadsheet(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """The same data as a file."""
    opened = access.room(request, record, part="timeline as a file", through="export")
    text = timeline_page.written(opened, _asked(request), now=clock.now())
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="timeline.csv"'
    return response
