"""The safety list, one alert, leave and cover, and whom the patient wants told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.common.errors import DomainError
from careplan.common.forms import CareForm
from careplan.team import access, alerts, covers, notices, pages, queries
from careplan.team.access import Room
from careplan.team.forms import (
    AlertChoiceForm,
    CoverForm,
    DigestForm,
    GiveForm,
    ResolveForm,
)
from careplan.team.models import Alert, CoverPeriod, DigestTime
from patients import access as door
from patients.models import CareTeamMember, User
from patients.topics import Topic


@login_required
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """What has to be looked at, by need: the answer, when, whose it is, what was done."""
    places = access.caseload(request, Topic.SAFETY)
    ids = [place.patient_id for place in places]
    waiting, done = queries.open_alerts(ids), queries.done_alerts(ids)
    medicine = access.caseload(request, Topic.MEDICINES)
    thinking = queries.open_stopping([place.patient_id for place in medicine])
    shown = {row.patient_id for row in [*waiting, *done]}
    actor = door.actor_of(request)
    seen = [place for place in places if place.patient_id in shown]
    door.seen_in_list(actor, seen, "alerts", now=clock.now())
    _see_stopping(actor, medicine, {row.patient_id for row in thinking})
    zone = access.me(request).time_zone
    context = {
        "waiting": [_row(alert, zone) for alert in waiting],
        "done": [_row(alert, zone) for alert in done],
        "thinking": [
            {"notice": one, "when": pages.moment(one.said_at, zone)} for one in thinking
        ],
        "me": access.me(request),
        **_absences(access.me(request)),
    }
    return render(request, "team/safety.html", context)


def _see_stopping(
    actor: door.Actor, places: list[CareTeamMember], shown: set[UUID]
) -> None:
    seen = [place for place in places if place.patient_id in shown]
    door.seen_in_list(actor, seen, "heads-ups", now=clock.now())


def _row(alert: Alert, zone: str) -> dict[str, Any]:
    return {
        "alert": alert,
        "when": pages.moment(alert.raised_at, zone),
        "taken": pages.moment(alert.taken_at, zone) if alert.taken_at else "",
        "done": pages.moment(alert.done_at, zone) if alert.done_at else "",
        "passes": pages.moment(alert.escalate_at, zone) if alert.escalate_at else "",
    }


def _absences(user: User) -> dict[str, Any]:
    today = local_date(clock.now(), user.time_zone)
    return {
        "periods": covers.periods_of(user, today=today),
        "covering": covers.covering_for(user, today=today),
    }


@login_required
@require_safe
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """One alert: the exact answer, who has it, what was done."""
    room, found = access.alert_for(request, alert_id)
    return _show(request, room, found)


def _show(request: HttpRequest, room: Room, found: Alert, **more: Any) -> HttpResponse:
    now = clock.now()
    told = alerts.told(room.patient, now=now)
    others = [m for m in told if m.user_id != room.user.pk]
    context = access.context(
        room,
        row=_row(found, room.user.time_zone),
        alert=found,
        told=told,
        is_mine=found.taken_by_id == room.user.pk,
        asks_for_plan=alerts.asks_for_the_safety_plan(found),
        hours=pages.reply_hours(told, room.user.time_zone),
        **{
            "resolve_form": ResolveForm(prefix="done"),
            "give_form": _give_form(others),
            **more,
        },
    )
    return render(request, "team/alert.html", context)


def _give_form(others: list[CareTeamMember], data: Any = None) -> GiveForm | None:
    people = pages.choices_of(others)
    return GiveForm(data, prefix="give", people=people) if people else None


@login_required
@require_POST
def take(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Take it. A second taker is told kindly who was first."""
    room, found = access.alert_for(request, alert_id)
    try:
        alerts.take(found, by=room.user, now=clock.now())
    except DomainError as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("It is yours. Nobody else is asked meanwhile."))
    return redirect("team:alert", alert_id)


@login_required
@require_POST
def resolve(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Close it with a word on what was done."""
    room, found = access.alert_for(request, alert_id)
    form = ResolveForm(request.POST, prefix="done")

    def act() -> None:
        note = form.cleaned_data["note"]
        alerts.resolve(found, by=room.user, note=note, now=clock.now())

    said = _("Closed. What you wrote is kept with it.")
    return _try(request, room, found, form, "resolve_form", act, said)


@login_required
@require_POST
def give(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Hand it to somebody else who may read it."""
    room, found = access.alert_for(request, alert_id)
    others = [m for m in alerts.told(room.patient) if m.user_id != room.user.pk]
    form = _give_form(others, request.POST)
    if form is None:
        raise Http404
    people = {str(m.user_id): m.user for m in others}

    def act() -> None:
        to = people[form.cleaned_data["to"]]
        alerts.give(found, to=to, by=room.user, now=clock.now())

    said = _("Handed over. They are told now.")
    return _try(request, room, found, form, "give_form", act, said)


def _try(
    request: HttpRequest,
    room: Room,
    found: Alert,
    form: CareForm,
    name: str,
    act: Callable[[], None],
    said: str,
) -> HttpResponse:
    """Carry out one act; a refusal shows the page again with what was typed."""
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("team:alert", found.pk)
    found.refresh_from_db()
    found.patient = room.patient
    return _show(request, room, found, **{name: form})


@login_required
def cover(request: HttpRequest) -> HttpResponse:
    """Name who covers while away, and choose when the daily notice comes."""
    access.caseload(request)
    people = covers.colleagues(access.me(request))
    choices = [(person.pk, person.name) for person in people]
    asked = request.method == "POST" and "cover" in request.POST
    form = CoverForm(request.POST if asked else None, people=choices)
    if asked and form.is_valid():
        named = {str(person.pk): person for person in people}
        try:
            covers.name_cover(
                access.me(request),
                cover=named[form.cleaned_data["cover"]],
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Alerts go to them while you are away."))
            return redirect("team:cover")
    elif request.method == "POST" and not asked:
        return _keep_digest(request, form, people)
    return _cover_page(request, form, people)


def _cover_page(
    request: HttpRequest,
    form: CareForm,
    people: list[User],
    digest: DigestForm | None = None,
) -> HttpResponse:
    chosen = DigestTime.objects.filter(user=access.me(request)).values_list(
        "at", flat=True
    )
    at = chosen.first() or notices.USUAL_DIGEST
    context = {
        "form": form,
        "people": people,
        "digest": digest or DigestForm(initial={"at": at}),
        **_absences(access.me(request)),
    }
    return render(request, "team/cover.html", context)


def _keep_digest(
    request: HttpRequest, form: CareForm, people: list[User]
) -> HttpResponse:
    digest = DigestForm(request.POST)
    if not digest.is_valid():
        return _cover_page(request, form, people, digest)
    DigestTime.objects.update_or_create(
        user=access.me(request), defaults={"at": digest.cleaned_data["at"]}
    )
    messages.success(request, _("Saved."))
    return redirect("team:cover")


@login_required
@require_POST
def end_cover(request: HttpRequest, period_id: UUID) -> HttpResponse:
    """End a cover of one's own before its last day."""
    mine = CoverPeriod.objects.filter(away=access.me(request), ended_at=None)
    period = mine.filter(pk=period_id).first()
    if period is None:
        raise Http404
    covers.end(period, now=clock.now())
    messages.success(request, _("Ended. Alerts come to you again."))
    return redirect("team:cover")


@login_required
def who_is_told(request: HttpRequest) -> HttpResponse:
    """The patient's choice, made before any answer: who hears first, and who next."""
    room = access.room(request, None)
    told = alerts.told(room.patient)
    form = AlertChoiceForm(
        request.POST if request.method == "POST" else None,
        people=pages.choices_of(told),
        initial={"owner": str(told[0].user_id) if told else ""},
    )
    if request.method == "POST" and form.is_valid():
        chosen = {str(m.user_id): m.user for m in told}[form.cleaned_data["owner"]]
        alerts.choose_owner(room.patient, owner=chosen, by=room.user, now=clock.now())
        messages.success(request, _("Saved. The change starts at once."))
        return redirect("team:who_is_told")
    raised = [
        *queries.open_alerts([room.patient.pk]),
        *queries.done_alerts([room.patient.pk]),
    ]
    context = access.context(
        room,
        form=form,
        told=told,
        hours=pages.reply_hours(told, room.user.time_zone),
        raised=[_row(one, room.user.time_zone) for one in raised],
    )
    return render(request, "team/who_is_told.html", context)
