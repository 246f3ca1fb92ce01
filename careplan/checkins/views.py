"""Pages behind links (no sign-in, nothing shown) and the settings of reminders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from careplan.checkins import link_answers, prompts, queries, schedules
from careplan.checkins.forms import (
    CodeForm,
    LinkForm,
    PhoneForm,
    ScheduleForm,
    initial_of,
    schedule_form,
)
from careplan.checkins.models import BY_OCCASION, Kind, Prompt, Schedule
from careplan.checkins.prompts import LinkOver, OpenLink
from careplan.common import clock
from careplan.common.catalogue import helplines
from careplan.common.errors import DomainError
from careplan.common.identity import acting_as
from careplan.common.navigation import address
from careplan.outbox import addresses, links
from patients import access
from patients.models import Patient

SETTABLE = tuple(Kind)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind a reminder: takes one answer, shows nothing of the record.
    Looking at it changes nothing, however often a scanner does."""
    request.shell = "public"  # type: ignore[attr-defined]
    now = clock.now()
    try:
        opened = prompts.resolve(secret, now=now)
        if request.user.is_authenticated and request.user.pk == opened.user_id:
            return redirect(address("journal:check_in", "/check-in/"))
        form = LinkForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                met = link_answers.save(opened, form.answer(), now=now)
            return _thanks(request, opened, met)
    except LinkOver as refusal:
        return _over(request, refusal)
    return render(request, "checkins/link.html", {"form": form, "secret": secret})


def _thanks(
    request: HttpRequest, opened: OpenLink, met: link_answers.Met
) -> HttpResponse:
    panel = None
    if met is not link_answers.Met.THANKS:
        panel = helplines.panel(opened.country, confirmed={})
    return render(request, "checkins/link_thanks.html", {"panel": panel, "met": met})


def _over(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Used, ended and never ours look the same, to the byte."""
    context = {"sentence": str(refusal)}
    answer = render(request, "checkins/link_over.html", context, status=404)
    # Django would write the address of a 404, and so the secret, into the log (B6).
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


@login_not_required
@never_cache
@require_POST
def later(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask again in half an hour, three times at most."""
    request.shell = "public"  # type: ignore[attr-defined]
    now = clock.now()
    try:
        opened = prompts.resolve(secret, now=now)
        with acting_as(opened.identity), transaction.atomic():
            prompt = Prompt.objects.get(pk=opened.prompt_id)
            prompts.snooze(prompt, now=now)
    except LinkOver as refusal:
        return _over(request, refusal)
    except DomainError as refusal:
        return render(request, "checkins/link_said.html", {"sentence": str(refusal)})
    said = _("We will ask again in half an hour.")
    return render(request, "checkins/link_said.html", {"sentence": said})


@login_not_required
@never_cache
@require_POST
def not_today(request: HttpRequest, secret: str) -> HttpResponse:
    """Leave it for today."""
    request.shell = "public"  # type: ignore[attr-defined]
    now = clock.now()
    try:
        opened = prompts.resolve(secret, now=now)
        with acting_as(opened.identity), transaction.atomic():
            prompts.not_today(prompts.use(opened, now=now), now=now)
    except LinkOver as refusal:
        return _over(request, refusal)
    said = _("That is fine. Nothing more today.")
    return render(request, "checkins/link_said.html", {"sentence": said})


@login_not_required
@csrf_exempt  # RFC 8058: a mail program posts here, with no page of ours before it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, message: UUID, secret: str) -> HttpResponse:
    """Stop this kind of message on this channel: one click, no sign-in, and no word
    about who it is."""
    request.shell = "public"  # type: ignore[attr-defined]
    if not links.stop_secret_fits(message, secret):
        return _over(request, LinkOver())
    if request.method != "POST":
        return render(request, "checkins/stop.html")
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.stop_messages(%s, %s)", [message, clock.now()])
    said = _("Stopped. No more of these. You can start them again after signing in.")
    return render(request, "checkins/link_said.html", {"sentence": said})


@require_http_methods(["GET", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """When and how to be reminded; the next three dates of each."""
    patient = access.own_patient(access.actor_of(request))
    now = clock.now()
    found = queries.schedules_of(patient)
    like, channels = queries.others_of(found), addresses.working_channels(patient.user)
    forms = {
        kind: schedule_form(kind)(
            request.POST if request.POST.get("kind") == kind else None,
            initial=initial_of(found.get(kind), kind, like),
            prefix=kind.value,
            channels=channels,
        )
        for kind in SETTABLE
    }
    preview: dict[Kind, list[object]] = {}
    if request.method == "POST" and request.POST.get("kind") in SETTABLE:
        kind = Kind(request.POST["kind"])
        form = forms[kind]
        if form.is_valid():
            if "look" in request.POST and kind not in BY_OCCASION:
                preview[kind] = _preview(form, patient, kind, now)
            elif "look" not in request.POST and _saved(form, patient, kind, now):
                messages.success(request, _("Saved. The next dates are below."))
                return redirect("checkins:reminders")
    armed = queries.occasions_of(patient)
    cards = [
        queries.occasion_card(
            kind,
            forms[kind],
            is_on=bool(forms[kind].initial["on"]),
            armed=armed.get(kind, []),
        )
        if kind in BY_OCCASION
        else queries.reminder_card(
            kind, forms[kind], found.get(kind), preview.get(kind), patient, now
        )
        for kind in SETTABLE
    ]
    if request.htmx and "look" in request.POST:  # type: ignore[attr-defined]
        card = next(card for card in cards if card.kind == request.POST.get("kind"))
        return render(request, "checkins/_next.html", {"card": card})
    context = {
        "cards": cards,
        "trouble": queries.trouble_reaching(patient),
        "patient": patient,
        "zone": patient.time_zone,
        "push_key": settings.PUSH_PUBLIC_KEY if settings.PUSH_PRIVATE_KEY else "",
    }
    return render(request, "checkins/reminders.html", context)


def _preview(
    form: ScheduleForm, patient: Patient, kind: Kind, now: datetime
) -> list[object]:
    data = form.cleaned_data
    if not data["on"]:
        return []
    away = (data["away_from"], data["away_until"])
    return list(
        schedules.preview(patient, kind=kind, wish=form.wish(), now=now, away=away)
    )


def _saved(form: ScheduleForm, patient: object, kind: Kind, now: object) -> bool:
    try:
        with transaction.atomic():
            schedule: Schedule = schedules.set_schedule(
                patient,  # type: ignore[arg-type]
                kind=kind,
                wish=form.wish(),
                now=now,  # type: ignore[arg-type]
            )
            data = form.cleaned_data
            schedules.go_away(
                schedule,
                first=data["away_from"],
                last=data["away_until"],
                now=now,  # type: ignore[arg-type]
            )
            if not data["on"]:
                schedules.pause(schedule, now=now)  # type: ignore[arg-type]
            queries.start_again(schedule)
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """A number for text messages, confirmed by the code that is sent to it."""
    patient = access.own_patient(access.actor_of(request))
    now = clock.now()
    step = request.POST.get("step", "")
    number = PhoneForm(request.POST if step == "number" else None)
    code = CodeForm(request.POST if step == "code" else None)
    try:
        if step == "number" and number.is_valid():
            given = number.cleaned_data["number"]
            addresses.set_phone(patient.user, number=given, now=now)
            messages.success(request, _("We have sent you a code."))
            return redirect("checkins:phone")
        if step == "code" and code.is_valid():
            given = code.cleaned_data["code"]
            addresses.confirm_phone(patient.user, code=given, now=now)
            messages.success(request, _("Saved. Text messages can reach you now."))
            return redirect("checkins:reminders")
    except DomainError as refusal:
        (code if step == "code" else number).refuse(refusal)
    known = queries.phone_of(patient)
    context = {"number": number, "code": code, "known": known}
    return render(request, "checkins/phone.html", context)


@require_POST
def device(request: HttpRequest) -> HttpResponse:
    """Remember a browser's push subscription, or forget it."""
    patient = access.own_patient(access.actor_of(request))
    forget, now = request.POST.get("forget", ""), clock.now()
    try:
        if forget:
            addresses.forget_device(patient.user, endpoint=forget, now=now)
        else:
            told = request.POST.get("subscription", "")
            addresses.add_device(patient.user, subscription=told, now=now)
    except DomainError as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain")
    return HttpResponse(status=204)
