"""Today: the one useful thing to do now."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from careplan.common import clock
from careplan.home.today import beginning, waiting
from careplan.home.today.greeting import greeting
from careplan.review.own_signs import showing
from journal import queries
from patients import access


@login_required
@gzip_page  # as the check-in: it echoes nothing that a stranger could choose
def page(request: HttpRequest) -> HttpResponse:
    """Show mood, today's medicines, at most one waiting thing, the next visit."""
    now = clock.now()
    patient = access.own_patient(access.actor_of(request))
    asked = waiting.suggestion(patient, patient.user)
    request.nav_waiting = {"plan"} if asked else set()  # type: ignore[attr-defined]
    visit = waiting.next_visit(patient, now=now)
    journal = queries.today_for(patient, now)
    waits = (
        waiting.how_are_you(patient, now=now)
        or waiting.after_a_gap(patient, journal.medicines, now=now)
        or asked
        or waiting.cannot_be_reached(patient)
        or waiting.running_low(patient, now=now)
        or waiting.to_fill_in(patient, journal.medicines, now=now)
    )
    done = beginning.done_so_far(patient, now=now)
    today = clock.local_date(now, patient.time_zone)
    dose = waiting.new_dose(patient, journal.medicines, now=now)
    opened = waiting.opened_in_an_emergency(patient, now=now)
    return render(
        request,
        "home/today.html",
        {
            "hello": greeting(patient.called, now, patient.time_zone),
            "day": now.astimezone(ZoneInfo(patient.time_zone)).date(),
            "patient": patient,
            "own_signs": showing(patient, today)
            if beginning.has_tied_signs(done)
            else (),
            "journal": journal,
            "mood_tiles": journal.tiles,
            "beginning": beginning.lines(patient, done),
            "cards": [card for card in (opened, dose, waits, visit) if card],
        },
    )
