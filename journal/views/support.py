"""What follows an answer about self-harm: help first, three equal choices."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from careplan.common import clock, support
from careplan.team import alerts
from journal import access, readers, safety
from journal.models import MeasureResponse, SafetyMoment
from journal.support import own_plan
from patients.models import CareTeamMember, Patient

WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class WhoSees:
    """Who sees a safety answer and when, from their practice's own promise."""

    names: str
    promise: str
    by: str


@require_http_methods(["GET", "POST"])
def after(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """Show the page that follows an answer about self-harm: three equal choices."""
    patient = access.own(request)
    moment = safety.moment_of(patient.pk, moment_id)
    if moment is None:
        raise Http404
    if request.method == "POST":
        return _chosen(request, patient, moment)
    return render_after(request, patient, moment)


def render_after(
    request: HttpRequest, patient: Patient, moment: SafetyMoment
) -> HttpResponse:
    """Render that page; also the answer to the very request that opened it."""
    now = clock.now()
    members = alerts.told(patient)
    context = {
        "moment": moment,
        "panel": support.panel(patient.country),
        "own": own_plan(patient),
        "who": who_sees(members, now),
        "is_private": moment.is_private and moment.told_at is None,
        "go_on": _go_on(patient, moment),
        "again": _again(moment, patient, now),
    }
    return render(request, "journal/support_after.html", context)


def _again(moment: SafetyMoment, patient: Patient, now: dt.datetime) -> str:
    """Say when it was, where "How are you now?" is asked; else nothing."""
    if not safety.is_to_ask_again(moment, now=now):
        return ""
    days = (clock.local_date(now, patient.time_zone) - moment.local_date).days
    if days <= 0:
        return gettext("earlier today")
    return gettext("yesterday") if days == 1 else gettext("a few days ago")


def who_sees(members: list[CareTeamMember], now: dt.datetime) -> WhoSees | None:
    """Say who sees it and by when, in the practice's own words; None when nobody.

    Without a promise set by the practice none is made.
    """
    if not members:
        return None
    names = readers.listed([member.called for member in members])
    place = members[0].clinician.organisation if members[0].clinician else None
    promise = place.reading_promise if place else ""
    if promise.startswith("weekday"):
        promise = gettext("on %(promise)s") % {"promise": promise}
    return WhoSees(names, promise, _by(promise, place, now) if promise else "")


def _by(promise: str, place: object, now: dt.datetime) -> str:
    """Say which day the promise means, counted in working days."""
    zone = place.time_zone  # type: ignore[attr-defined]
    today = clock.local_date(now, zone)
    if "weekday" not in promise or today.weekday() not in WEEKEND:
        return ""
    monday = today + dt.timedelta(days=7 - today.weekday())
    return gettext("Today is %(today)s, so that is %(day)s.") % {
        "today": date_format(today, "l"),
        "day": date_format(monday, "l j F"),
    }


def _go_on(patient: Patient, moment: SafetyMoment) -> str:
    """Where "Go on with the form" leads: the draft that was kept."""
    kind, _sep, ref = moment.ground.partition(":")
    if kind != "measure":
        return ""
    row = MeasureResponse.objects.filter(patient=patient, pk=ref).first()
    return f"/measures/{row.instrument}/next/" if row and row.state == "draft" else ""


def _chosen(
    request: HttpRequest, patient: Patient, moment: SafetyMoment
) -> HttpResponse:
    now = clock.now()
    choice = request.POST.get("choice", "")
    if choice == "tell":
        safety.tell_my_team(moment, patient, now=now)
        return _told(request, moment)
    if choice == "visit":
        safety.talk_at_next_visit(moment)
        messages.success(request, gettext("Noted for your next visit."))
        return redirect("journal:support_after", moment.pk)
    if choice not in SafetyMoment.Choice.values:
        return redirect("journal:support_after", moment.pk)
    if safety.is_to_ask_again(moment, now=now):
        safety.answer_again(moment, patient, choice=choice, now=now)
    else:
        safety.choose(moment, patient, choice=choice, now=now)
    return _answers(request, patient, moment, choice)


def _answers(
    request: HttpRequest, patient: Patient, moment: SafetyMoment, choice: str
) -> HttpResponse:
    match choice:
        case SafetyMoment.Choice.CONTACT_ME:
            return _told(request, moment)
        case SafetyMoment.Choice.SAFE:
            context = {"moment": moment, "own": own_plan(patient)}
            return render(request, "journal/support_safe.html", context)
        case _:
            return redirect("home:support")


def _told(request: HttpRequest, moment: SafetyMoment) -> HttpResponse:
    if moment.told_at is None:
        text = gettext(
            "Nobody on your team can be told right now. Use the numbers on this page."
        )
        messages.warning(request, text)
    else:
        messages.success(request, gettext("Your team has your answer now."))
    return redirect("journal:support_after", moment.pk)
