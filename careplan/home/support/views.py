"""The support page: no sign-in, and no query when signed out."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from careplan.common import support as lines
from careplan.common.catalogue import helplines
from journal.support import OwnPlan, own_plan
from patients import access
from patients.models import Patient


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Show where help is in the person's country; the person may choose another."""
    patient = _own_patient(request)
    code = _country(request, patient)
    return render(
        request,
        "home/support.html",
        {
            "panel": lines.panel(code),
            "countries": lines.countries(),
            "code": helplines.country(code).country_code,
            "own": own_plan(patient) if patient else OwnPlan(),
            "keeps_record": patient is not None,
        },
    )


def _country(request: HttpRequest, patient: Patient | None) -> str:
    chosen = request.GET.get("country", "")
    if len(chosen) == 2 and chosen.isascii() and chosen.isalpha():
        return chosen.upper()
    spoken = lines.country_of_languages(request.headers.get("Accept-Language", ""))
    of_record = str(patient.country or "") if patient else ""
    return of_record or spoken or helplines.ANYWHERE


def _own_patient(request: HttpRequest) -> Patient | None:
    if not request.user.is_authenticated:
        return None
    try:
        return access.own_patient(access.actor_of(request))
    except Http404:
        return None
