"""The clinician's list of people."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
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
    if not actor.needs_second_factor or not actor.second_factor:
        raise PermissionDenied
    asked = caseload_page.Asked.read(request.GET.dict())
    page = caseload_page.build(actor, asked, now=clock.now())
    return render(request, "review/caseload.html", {"page": page})
