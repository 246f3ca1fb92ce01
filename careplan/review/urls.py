"""Addresses of the review room: short ones for the patient, canonical ones for all."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from careplan.review.views import brief, caseload, decisions, mixed, sign_ties, timeline

app_name = "review"


def shared(route: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    """Give one page its short address and its canonical one."""
    return [
        path(route, view, name=name),
        path(f"p/<uuid:record>/{route}", view, name=f"record-{name}"),
    ]


urlpatterns: list[URLPattern] = [
    *shared("timeline/", timeline.timeline, "timeline"),
    *shared("timeline/table/", timeline.tables, "timeline-table"),
    *shared("timeline/print/", timeline.paper, "timeline-print"),
    *shared("timeline/csv/", timeline.spreadsheet, "timeline-csv"),
    path("c/caseload/", caseload.caseload, name="caseload"),
    path("c/people/<uuid:record>/review/", brief.review, name="brief"),
    path("c/people/<uuid:record>/review/pdf/", brief.review_pdf, name="brief-pdf"),
    path("c/people/<uuid:record>/review/mark/", brief.mark, name="mark"),
    path("c/people/<uuid:record>/decisions/", decisions.points, name="decision-points"),
    path(
        "p/<uuid:record>/concerns/<uuid:concern_id>/since/",
        mixed.after_concern,
        name="concern-since",
    ),
    path(
        "p/<uuid:record>/plan/signs/<uuid:sign_id>/shown-by/",
        sign_ties.tie,
        name="sign-tie",
    ),
    path("c/inbox/", mixed.own_inbox, name="inbox"),
    path("c/figures/", mixed.programme, name="figures"),
    path(
        "c/people/<uuid:record>/medicines/<uuid:medicine_id>/release/",
        mixed.release_step,
        name="release",
    ),
    *shared(
        "plan/medicines/<uuid:medicine_id>/reports/",
        mixed.medicine_reports,
        "medicine-reports",
    ),
    path("visits/<uuid:visit>/brief/", brief.own, name="own-brief"),
    path("visits/<uuid:visit>/brief/pdf/", brief.own_pdf, name="own-brief-pdf"),
]
