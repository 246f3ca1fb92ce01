"""The clinician's list of people."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from careplan.common import clock
from careplan.review import caseload_page
from patients import access


@require_safe
@login_required
def caseload(request: HttpRequest) -> HttpResponse:
    """Who needs me, in what order, and why."""
    actor = access.actor_of(request)
    access.clinician(actor)
    asked = caseload_page.Asked.read(request.GET.dict())
    page = caseload_page.build(actor, asked, now=clock.now())
    return render(request, "review/caseload.html", {"page": page})
