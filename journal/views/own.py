"""Trackers, insights, key moments, search over one's own words."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from careplan.common import clock, offline
from careplan.common.errors import DomainError
from journal import access, own, queries, searching
from journal.models import Insight, Tracker
from journal.own_forms import ScalesForm, TrackerForm
from patients import access as door
from patients.models import MoodScale, Patient
from patients.topics import Topic


@require_http_methods(["GET", "POST"])
def trackers(request: HttpRequest) -> HttpResponse:
    """Show one's own trackers and add one."""
    patient = access.own(request)
    typed = request.POST if request.method == "POST" else None
    form = TrackerForm(typed)
    if request.method == "POST" and form.is_valid():
        try:
            own.add_tracker(patient.pk, **form.cleaned_data)
            messages.success(request, gettext("Added. It stands in your check-in now."))
            return redirect("journal:trackers")
        except DomainError as refusal:
            form.add_error("name", str(refusal))
    rows = Tracker.objects.filter(patient=patient).order_by("order", "created_at")
    return render(request, "journal/trackers.html", {"form": form, "rows": rows})


@require_http_methods(["GET", "POST"])
def scales(request: HttpRequest) -> HttpResponse:
    """Choose the mood tiles and which feelings a check-in asks about."""
    patient = access.own(request)
    kept = [name for name in queries.FEELINGS if name not in patient.feelings_off]
    form = ScalesForm(
        request.POST if request.method == "POST" else None,
        initial={"mood_scale": patient.mood_scale, "feelings": kept},
    )
    if request.method == "POST" and form.is_valid():
        own.choose_scales(patient, **form.cleaned_data)
        messages.success(request, gettext("Saved. Your next check-in asks this."))
        return _on_this_device(request, redirect("journal:check_in"), patient)
    return render(request, "journal/scales.html", {"form": form})


def _on_this_device(
    request: HttpRequest, answer: HttpResponse, patient: Patient
) -> HttpResponse:
    """Let the phone's own form show the same tiles, where it keeps check-ins."""
    device = offline.of(request)
    if device.keeps_checkins:
        keeps = device.with_two_sides(yes=patient.mood_scale == MoodScale.ELEVATED)
        offline.choose(answer, request.user, keeps=keeps, country=device.country)
    return answer


@require_POST
def tracker(request: HttpRequest, tracker_id: UUID) -> HttpResponse:
    """Rename, hide or show one tracker."""
    patient = access.own(request)
    row = Tracker.objects.filter(patient=patient, pk=tracker_id).first()
    if row is None:
        raise Http404
    act = request.POST.get("act", "")
    if act in {"hide", "show"}:
        own.hide_tracker(row, is_hidden=act == "hide", now=clock.now())
    else:
        try:
            name = request.POST.get("name", "").replace("\0", "")[:80]
            own.rename_tracker(row, name=name)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    return redirect("journal:trackers")


def insights(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Show what therapy left behind, by where it stands."""
    patient = access.record(request, record, Topic.THERAPY)
    is_own = access.is_own(request, patient)
    rows = Insight.objects.filter(patient=patient, deleted_at__isnull=True)
    if not is_own:
        rows = rows.filter(is_private=False)
    groups = [
        (state.label, state.value, [row for row in rows if row.state == state])
        for state in Insight.State
    ]
    door.seen(door.actor_of(request), patient, "therapy insights")
    role = door.role_in(door.actor_of(request), patient)
    context = {
        "groups": groups,
        "has_any": any(rows for _label, _state, rows in groups),
        "is_own": is_own,
        "may_mark": is_own or role == "therapist",
        "patient": patient,
        "links": access.links(request, patient),
    }
    return render(request, "journal/insights.html", context)


@require_POST
def insight(
    request: HttpRequest, insight_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Move one insight on: talked about, kept, or back to the session."""
    patient = access.record(request, record, Topic.THERAPY)
    if not access.is_own(request, patient):
        door.require(door.actor_of(request), patient, door.LEAD_THERAPY)
    row = Insight.objects.filter(
        patient=patient, pk=insight_id, deleted_at__isnull=True
    ).first()
    if row is None:
        raise Http404
    state = request.POST.get("state", "")
    if state in Insight.State.values:
        own.move_insight(row, state=state, now=clock.now())
    if access.is_own(request, patient):
        return redirect("journal:insights")
    return redirect("journal:record_insights", patient.pk)


@require_POST
def moment(request: HttpRequest, record: UUID, on: dt.date) -> HttpResponse:
    """Add a key moment to a record, as one of its clinicians."""
    actor = door.actor_of(request)
    patient = door.patient_for(actor, record, door.view(Topic.MOOD), door.WRITE_TEAM)
    now = clock.now()
    words = request.POST.get("words", "").replace("\0", "")
    try:
        if on > clock.local_date(now, patient.time_zone):
            raise Http404
        own.add_moment(
            patient,
            by=request.user,
            role=door.role_in(actor, patient) or "",
            words=words,
            on=on,
            now=now,
        )
        messages.success(request, gettext("Added to this day."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("journal:record_day", patient.pk, on)


def search(request: HttpRequest) -> HttpResponse:
    """Search one's own words. They are opened here and nowhere else."""
    patient = access.own(request)
    query = request.GET.get("q", "").replace("\0", "")[:100]
    found = searching.own_words(patient.pk, query)
    return render(request, "journal/search.html", {"query": query, "found": found})
