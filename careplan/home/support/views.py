"""The support page: no sign-in, and no query when signed out."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from careplan.common.catalogue import helplines
from careplan.home.support import lines
from patients import access


def page(request: HttpRequest) -> HttpResponse:
    """Show where help is in the person's country; the person may choose another."""
    code = _country(request)
    return render(
        request,
        "home/support.html",
        {
            "panel": lines.panel(code),
            "countries": lines.countries(),
            "code": helplines.country(code).country_code,
        },
    )


def _country(request: HttpRequest) -> str:
    chosen = request.GET.get("country", "")
    if len(chosen) == 2 and chosen.isascii() and chosen.isalpha():
        return chosen.upper()
    spoken = lines.country_of_languages(request.headers.get("Accept-Language", ""))
    return _of_record(request) or spoken or helplines.ANYWHERE


def _of_record(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return ""
    try:
        return str(access.own_patient(access.actor_of(request)).country or "")
    except Http404:
        return ""
