"""Today: the one useful thing to do now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from careplan.common import clock
from careplan.home.today.greeting import greeting
from patients import access


def page(request: HttpRequest) -> HttpResponse:
    """Show the day of the person whose record it is."""
    now = clock.now()
    patient = access.own_patient(access.actor_of(request))
    hello = greeting(patient.called, now, patient.time_zone)
    return render(request, "home/today.html", {"hello": hello})
