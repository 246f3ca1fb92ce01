"""Decision points: clinicians only, nothing of it on a patient's page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.review import access, decision_page, decisions
from careplan.review.access import Room
from careplan.review.decision_page import Page
from careplan.review.forms import DecisionForm
from patients import access as doors
from patients.topics import Topic


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def points(request: HttpRequest, record: UUID) -> HttpResponse:
    """Every leg of the treatment side by side, then one recorded decision."""
    measures = doors.view(Topic.MEASURES)
    opened = access.room(
        request, record, doors.REVIEW, measures, part="decision points"
    )
    access.clinicians_only(opened)
    page = decision_page.build(opened, now=clock.now())
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _kept(opened, page, form):
        messages.success(request, _("Your decision is recorded."))
        return redirect("review:decision-points", opened.patient.pk)
    return render(
        request,
        "review/decisions.html",
        {"room": opened, "patient": opened.patient, "page": page, "form": form},
    )


def _kept(opened: Room, page: Page, form: DecisionForm) -> bool:
    try:
        if page.trial is None or page.finding is None:
            raise decisions.NoPointOpen
        if not page.may_decide and not page.is_decided:
            raise decisions.NoPointOpen
        decisions.record(
            opened.patient,
            trial=page.trial,
            finding=page.finding,
            by=opened.user,
            role=opened.role,
            now=clock.now(),
            **form.decided(),
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True
