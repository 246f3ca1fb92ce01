"""Pages that a phone keeps, the worker that keeps them, and the door of its queue."""

import datetime as dt
import json
from functools import cache

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from careplan.common import clock, offline
from careplan.common.errors import DomainError
from careplan.common.forms import MOOD_CHOICES, POLE_CHOICES, Tide
from careplan.home.offline import queued
from careplan.home.offline.forms import (
    TAKEN,
    EnvelopeForm,
    QueuedForm,
    general_effects,
)
from journal import access as journal_door
from journal import clusters, entries, kept, queries
from journal.form_parts import STRENGTHS
from journal.support import own_plan
from patients import access
from patients.models import MoodScale, Patient

# Nothing of a person: the look, the scripts, and three pages as a stranger sees them.
KEPT_FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/journal.css",
    "css/print.css",
    "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "icons/favicon.svg",
    "icons/notes.svg",
    "icons/sprite.svg",
    "django_htmx/htmx-2.min.js",
    "js/trusted.js",
    "js/page.js",
    "js/drafts.js",
    "js/leave.js",
    "js/queue.js",
    "js/offline.js",
)
KEPT_PAGES = ("/support/", "/offline/", "/offline/check-in/")


@cache
def _source(name: str) -> str:
    return (settings.BASE_DIR / "static" / "js" / name).read_text(encoding="utf-8")


def _notice() -> dict[str, str]:
    """What a reminder shows on the screen, whoever looks at it (C1)."""
    return {
        "title": _("Reminder"),
        "body": _("A reminder you set."),
        "icon": static("icons/notes.svg"),
    }


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Served at the root, so that it may stand before every page."""
    lists = (
        f"const FILES = {[static(name) for name in KEPT_FILES]!r};\n"
        f"const PAGES = {list(KEPT_PAGES)!r};\n"
        f"const NOTICE = {json.dumps(_notice())};\n"
    )
    code = lists + _source("queue.js") + _source("worker.js")
    answer = HttpResponse(code, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    answer["Service-Worker-Allowed"] = "/"
    return answer


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone shows on its home screen; a neutral name for whoever asked."""
    discreet = request.COOKIES.get("discreet") == "1"
    name = _("Notes") if discreet else _("Careplan")
    icon = static("icons/notes.svg" if discreet else "icons/favicon.svg")
    told = {
        "id": "/",
        "name": name,
        "short_name": name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f2ee",
        "theme_color": "#ffffff" if discreet else "#14575c",
        "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml"}],
    }
    answer = JsonResponse(told, content_type="application/manifest+json")
    answer["Cache-Control"] = "no-store"
    return answer


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What works without signal; shown in place of any page that cannot load."""
    request.shell = "public"  # type: ignore[attr-defined]
    return render(request, "home/offline/page.html")


@login_not_required
@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """The check-in of the phone: the same for everybody, nothing of a record."""
    request.shell = "public"  # type: ignore[attr-defined]
    context = {
        "tiles": Tide(choices=MOOD_CHOICES).render("mood", None, {"id": "id_mood"}),
        "sides": Tide(choices=POLE_CHOICES, middle=True).render(
            "side", None, {"id": "id_side"}
        ),
        "taken": TAKEN,
        "strengths": STRENGTHS,
        "effects": [
            (row.id, _(row.patient_label), _is_grave(row.level, row.opens_safety_flow))
            for row in general_effects()
        ],
    }
    return render(request, "home/offline/form.html", context)


def _is_grave(level: str, opens_safety_flow: bool) -> bool:  # noqa: FBT001 - two facts
    return opens_safety_flow or level == "emergency"


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """The person's own safety plan, to be kept sealed on a phone she chose."""
    request.shell = "public"  # type: ignore[attr-defined]
    if not offline.of(request).keeps_safety:
        raise Http404
    patient = access.own_patient(access.actor_of(request))
    today = clock.local_date(clock.now(), patient.time_zone)
    context = {"own": own_plan(patient), "day": today}
    return render(request, "home/offline/safety.html", context)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Let this device keep check-ins and the safety plan, or no longer."""
    patient = access.own_patient(access.actor_of(request))
    keeps = "".join(
        kind
        for kind in (offline.CHECKINS, offline.SAFETY)
        if request.POST.get("checkins" if kind == offline.CHECKINS else "safety")
    )
    answer = redirect(f"{reverse('patients:settings')}#device")
    two_sides = patient.mood_scale == MoodScale.ELEVATED
    keeps = offline.Offline(keeps=keeps).with_two_sides(yes=two_sides)
    offline.choose(
        answer, request.user, keeps=keeps, country=str(patient.country or "")
    )
    messages.success(request, _("Saved for this device."))
    return answer


# --- The door of the queue ---------------------------------------------------------


@login_not_required  # it answers in one line, never with a page to sign in on
@never_cache
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """Take one check-in that waited on a phone; the same one again changes nothing.

    GET tells a phone whose session this is, and gives the token that a POST needs.
    """
    if not request.user.is_authenticated:
        return _say(_("Sign in to send what waits on this phone."), 403)
    patient = journal_door.own(request)
    own = offline.mark(request.user)
    if request.method == "GET":
        return _say(f"{own}\n{get_token(request)}")
    envelope = EnvelopeForm(request.POST)
    if not envelope.is_valid():
        return _say(str(next(iter(envelope.errors.values()))[0]), 422)
    try:
        return _take(request, patient, envelope.cleaned_data, own, clock.now())
    except queued.SomebodyElses as refusal:
        return _say(str(refusal), 409)
    except queued.TooOld as refusal:
        return _say(str(refusal), 410)
    except DomainError as refusal:
        return _say(str(refusal), 422)


def _take(
    request: HttpRequest, patient: Patient, told: dict, own: str, now: dt.datetime
) -> HttpResponse:
    if told["person"] != own:
        raise queued.SomebodyElses
    written_at = told["about"]
    queued.check_age(written_at, now=now)
    shown = _page(request, patient, written_at, is_general=told["general"])
    form = QueuedForm(request.POST, page=shown, now=written_at)
    if not form.is_valid():
        return _keep(request, patient, now)
    checkin = queued.as_queued(
        form.checkin(),
        patient,
        taken=form.cleaned_data["taken"],
        side=form.cleaned_data["side"],
        is_general=told["general"],
        written_at=written_at,
    )
    if not checkin.says_something:  # "None" alone: nothing was felt, nothing is kept
        return _say("nothing")
    saved = entries.save_checkin(patient, checkin, by=request.user, now=now)
    return _say(_outcome(saved))


def _keep(request: HttpRequest, patient: Patient, now: dt.datetime) -> HttpResponse:
    """It cannot be saved as it is and must not be lost: the check-in page shows it."""
    typed = dict(request.POST.lists())
    for name in ("csrfmiddlewaretoken", "person", "about", "general"):
        typed.pop(name, None)
    if not kept.keep(patient.pk, page="check-in", fields=typed, now=now):
        return _say(_("This check-in is too long. Shorten your note."), 422)
    return _say(f"kept\n{reverse('journal:check_in')}")


def _page(
    request: HttpRequest, patient: Patient, written_at: dt.datetime, *, is_general: bool
) -> queries.CheckinPage:
    """Read what is needed to understand the form, for the day it was about."""
    if is_general:
        return _general_page(patient, written_at)
    at = written_at
    day = _day(request.POST.get("day", ""))
    if day is not None and day != clock.dose_day(written_at, patient.time_zone):
        at = dt.datetime.combine(day, dt.time(23), dt.UTC)
    return queries.posted_page(patient, at=at, told=request.POST.keys())


def _general_page(patient: Patient, written_at: dt.datetime) -> queries.CheckinPage:
    """The phone's own form: no medicine, no tracker, the same tiles for everybody."""
    zone = patient.time_zone
    day = clock.dose_day(written_at, zone)
    scale = MoodScale.STANDARD
    return queries.CheckinPage(patient.pk, zone, scale, day, (), (), (), (), (), ())


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _outcome(saved: entries.Saved) -> str:
    """Say what became of it, and where help stands when the answer calls for it."""
    word = "repeat" if saved.is_repeat else "saved"
    if saved.moment is not None:
        return f"{word}\n{reverse('journal:support_after', args=[saved.moment.pk])}"
    if saved.found is not None and saved.found.level >= clusters.Level.URGENT:
        return f"{word}\n{reverse('home:support')}"
    return word


def _say(text: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer
