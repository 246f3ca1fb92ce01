"""Visits: the list, what to talk about, a calendar file, planning one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import access, queries, visits, wording
from careplan.plan.forms import VisitForm, WordsForm
from careplan.plan.models import AgendaPoint, Visit
from patients import access as doors
from patients.access import WRITE_OWN
from patients.topics import Topic


@dataclass(frozen=True)
class VisitLine:
    """One visit in a list, in the patient's local time."""

    id: UUID
    record: UUID
    when: str
    who: str
    how: str
    state: str
    is_coming: bool
    points: int
    has_brief: bool  # its clinician is on the team now, and reads a page before it


def _lines(rows: Any, *, zone: str, for_clinician: bool) -> list[VisitLine]:
    return [_line(row, zone=zone, for_clinician=for_clinician) for row in rows]


def _line(row: Visit, *, zone: str, for_clinician: bool) -> VisitLine:
    local = row.starts_at.astimezone(ZoneInfo(zone))
    return VisitLine(
        row.pk,
        row.patient_id,
        f"{wording.day(local.date())}, {local:%H:%M}",
        row.patient.called if for_clinician else row.clinician.name,
        str(row.get_how_display()),
        str(row.get_state_display()),
        row.state == Visit.State.PLANNED,
        len(row.points.all()),
        getattr(row, "is_on_team", False),
    )


@login_required
def visit_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Visits with both clinicians in one list, in local time (T8)."""
    room = access.room(request, record, topic=Topic.VISITS, part="visits")
    rows = (
        queries.with_team(Visit.objects.filter(patient=room.patient))
        .select_related("clinician", "patient__user")
        .prefetch_related("points")
        .order_by("-starts_at")[:50]
    )
    lines = _lines(rows, zone=room.patient.time_zone, for_clinician=False)
    context = access.context(
        room,
        coming=[line for line in reversed(lines) if line.is_coming],
        past=[line for line in lines if not line.is_coming],
    )
    return render(request, "plan/visits.html", context)


@login_required
def own_diary(request: HttpRequest) -> HttpResponse:
    """A clinician's own visits, of every patient who shares visits with them."""
    actor = doors.actor_of(request)
    user = doors.clinician(actor)
    request.shell = "clinician"  # type: ignore[attr-defined]
    places = {p.patient_id: p for p in doors.places_of(actor, Topic.VISITS)}
    rows = (
        Visit.objects.filter(clinician=user, patient__in=list(places))
        .filter(state=Visit.State.PLANNED)
        .select_related("patient__user")
        .prefetch_related("points")
        .order_by("starts_at")[:100]
    )
    rows = list(rows)
    shown = {row.patient_id: places[row.patient_id] for row in rows}
    doors.seen_in_list(actor, shown.values(), "visits", now=clock.now())
    lines = _lines(rows, zone=user.time_zone, for_clinician=True)
    return render(request, "plan/diary.html", {"visits": lines})


@login_required
def prepare(
    request: HttpRequest, visit_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """What do you want to talk about? The brief opens with it (T5)."""
    room = access.room(request, record, topic=Topic.VISITS, part="visits")
    rows = queries.with_team(Visit.objects.select_related("clinician", "patient__user"))
    visit = access.row_in(room, rows.prefetch_related("points"), visit_id)
    form = WordsForm(request.POST or None, label=_("What do you want to talk about?"))
    if request.method == "POST":
        room.require(WRITE_OWN)
        if form.is_valid() and _added(form, visit, room):
            messages.success(
                request,
                _("Saved. {name} sees it before the visit.").format(
                    name=visit.clinician.called
                ),
            )
            return redirect("plan:prepare", record=room.patient.pk, visit_id=visit.pk)
    context = access.context(
        room,
        visit=visit,
        line=_line(visit, zone=room.patient.time_zone, for_clinician=False),
        points=sorted(visit.points.all(), key=lambda point: point.order),
        form=form,
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/prepare.html", context, status=status)


def _added(form: WordsForm, visit: Visit, room: access.Room) -> bool:
    try:
        visits.add_point(
            visit, by=room.by, words=form.cleaned_data["text"], now=clock.now()
        )
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
@require_POST
def remove_point(request: HttpRequest, record: UUID, point_id: UUID) -> HttpResponse:
    """Take a point off the list again."""
    room = access.room(request, record, WRITE_OWN, topic=Topic.VISITS, part="visits")
    point = access.row_in(room, AgendaPoint.objects.all(), point_id)
    try:
        visits.remove_point(point, by=room.by)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect("plan:prepare", record=room.patient.pk, visit_id=point.visit_id)


@login_required
def calendar(request: HttpRequest, record: UUID, visit_id: UUID) -> HttpResponse:
    """One event for a calendar, without a clinical word."""
    room = access.room(request, record, topic=Topic.VISITS, part="visits")
    visit = access.row_in(room, Visit.objects.all(), visit_id)
    answer = HttpResponse(visits.calendar_file(visit), content_type="text/calendar")
    answer["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


@login_required
def add(request: HttpRequest, record: UUID) -> HttpResponse:
    """A clinician plans a visit of their own."""
    room = access.room(request, record, topic=Topic.VISITS, part="visits")
    if room.role not in visits.CLINICIANS:
        raise PermissionDenied
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        zone = ZoneInfo(room.patient.time_zone)
        visits.plan_visit(
            room.patient,
            by=room.by,
            starts_at=datetime.combine(given["day"], given["time"], zone),
            minutes=given["minutes"],
            how=given["how"],
            place=given["place"],
            now=clock.now(),
        )
        messages.success(request, _("The visit is planned."))
        return redirect("plan:visits", record=room.patient.pk)
    context = access.context(
        room,
        form=form,
        heading=_("Plan a visit"),
        send=_("Plan it"),
        here=f"{room.prefix}/visits/",
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/small_form.html", context, status=status)


@login_required
@require_POST
def mark(request: HttpRequest, record: UUID, visit_id: UUID) -> HttpResponse:
    """How a visit ended, in one click."""
    room = access.room(request, record, topic=Topic.VISITS, part="visits")
    visit = access.row_in(room, Visit.objects.all(), visit_id)
    try:
        state = str(request.POST.get("state", ""))
        visits.mark(visit, by=room.by, state=state, now=clock.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect("plan:visits", record=room.patient.pk)
