"""Check-ins without signal: the worker's file, its pages, and the door it knocks at."""

import dataclasses
import datetime as dt
import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods

from careplan.common import clock
from careplan.common.catalogue import side_effects
from careplan.common.errors import DomainError
from careplan.common.forms import MOOD_CHOICES, Tide
from journal import access, entries, kept, queries
from journal.forms import CheckinForm
from journal.inputs import CheckinInput
from journal.models import Entry
from journal.templatetags.offline import owner_tag
from patients.models import Patient

# A queued entry waits at most seven days; one more for clocks that go wrong.
OLDEST = dt.timedelta(days=8)
FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/journal.css",
    "css/print.css",
    "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "icons/sprite.svg",
    "icons/favicon.svg",
)


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker. Its name changes with its files."""
    version = hashlib.sha256("".join(map(static, FILES)).encode()).hexdigest()[:10]
    text = render_to_string("journal/sw.js", {"files": FILES, "version": version})
    answer = HttpResponse(text, content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Give the web app's manifest. Its names say nothing about health."""
    said = {
        "name": "Careplan",
        "short_name": "Careplan",
        "id": "/",
        "start_url": "/today/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#F6F4EF",
        "theme_color": "#14575C",
        "icons": [
            {
                "src": static("icons/favicon.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "any",
            }
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@login_not_required
@require_GET
def write(request: HttpRequest) -> HttpResponse:
    """Show the check-in a device keeps: the same for everybody, nothing of a record."""
    tide = Tide(choices=MOOD_CHOICES)
    rows = [
        (row.id, row.patient_label)
        for row in side_effects.general_list()
        if row.level != "emergency"
    ]
    context = {"tiles": tide.render("mood", None, {"id": "id_mood"}), "effects": rows}
    return _shell(request, "journal/offline_write.html", context)


@login_not_required
@require_GET
def said(request: HttpRequest, word: str) -> HttpResponse:
    """Show what the device says after writing without signal."""
    if word not in {"saved", "not-saved"}:
        raise Http404
    return _shell(request, "journal/offline_said.html", {"is_saved": word == "saved"})


def _shell(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    request.shell = "public"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """Let the person switch it on for this device, and say what that means."""
    access.own(request)
    return render(request, "journal/offline_settings.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """Take one queued check-in. A second sending of the same changes nothing (E1)."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    patient = access.own(request)
    owner = owner_tag(request.user.pk)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), "owner": owner})
    sent = _read(request.body)
    if sent is None:
        return JsonResponse({"saved": False}, status=400)
    if sent.get("owner") != owner:
        return JsonResponse({"saved": False}, status=409)
    return JsonResponse(_take(request, patient, sent))


def _read(body: bytes) -> dict | None:
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    fields = sent.get("fields") if isinstance(sent, dict) else None
    if not isinstance(fields, dict) or len(body) > 200_000:
        return None
    return sent


def _take(request: HttpRequest, patient: Patient, sent: dict) -> dict[str, object]:
    now = clock.now()
    at = _moment(sent.get("at"), now)
    data = _fields(sent["fields"])
    has_trackers = any(name.startswith("tracker-") for name in data)
    page = queries.posted_page(patient, at=at, has_trackers=has_trackers)
    form = CheckinForm(data, page=page, now=at)
    if not form.is_valid() or not form.checkin().says_something:
        return _keep(patient, data, now)
    try:
        found = entries.save_checkin(
            patient,
            _offline(form.checkin()),
            by=request.user,
            now=now,
            known=page.medicines,
        )
    except DomainError:
        return _keep(patient, data, now)
    return {"saved": True, "repeat": found.is_repeat}


def _moment(text: object, now: dt.datetime) -> dt.datetime:
    """When it was written, by the device's clock, as far as that can be."""
    try:
        at = parse_datetime(str(text))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not now - OLDEST <= at <= now:
        return now
    return at


def _fields(said: dict) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in said.items():
        rows = values if isinstance(values, list) else [values]
        data.setlist(str(name), [str(value) for value in rows])
    return data


def _offline(checkin: CheckinInput) -> CheckinInput:
    return dataclasses.replace(checkin, source=Entry.Source.OFFLINE, seconds=None)


def _keep(patient: Patient, data: QueryDict, now: dt.datetime) -> dict[str, object]:
    # It cannot be saved as it is, and must not be lost: the check-in page shows it.
    kept.keep(patient.pk, page="check-in", fields=dict(data.lists()), now=now)
    return {"saved": False, "kept": True}
