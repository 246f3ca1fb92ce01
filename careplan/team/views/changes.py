"""Heads-ups after a change of dose, what was noticed, and thinking of stopping."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.team import access, headsups, pages, queries, stopping
from careplan.team.access import Room
from careplan.team.forms import NoticedForm, StoppingAnswerForm, StoppingForm
from careplan.team.models import HeadsUp, HeadsUpSeen, StoppingNotice
from patients.access import REVIEW, view
from patients.models import CareTeamMember, Role
from patients.topics import Topic


@login_required
@require_safe
def heads_ups(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """What to expect after each change, who has seen it, and what they noticed."""
    room = _room(request, record)
    return _show(request, room)


def _room(request: HttpRequest, record: UUID | None) -> Room:
    return access.room(request, record, view(Topic.MEDICINES), part="heads-ups")


def _show(
    request: HttpRequest,
    room: Room,
    *,
    noticed: tuple[UUID, NoticedForm] | None = None,
    answered: tuple[UUID, StoppingAnswerForm] | None = None,
) -> HttpResponse:
    members = queries.clinicians_of(room.patient)
    readers = [m for m in members if Topic.MEDICINES in m.topics]
    told = [m for m in readers if m.role != Role.PRESCRIBER]
    context = access.context(
        room,
        crumb=_("After a change"),
        back=(_("Plan"), f"{room.prefix}/plan/"),
        heads_ups=[
            _heads_up(room, row, readings, told, noticed)
            for row, readings in queries.heads_ups_of(room.patient)
        ],
        stopping=[
            _stopping(room, row, answered) for row in queries.stopping_of(room.patient)
        ],
    )
    return render(request, "team/heads_ups.html", context)


def prefix_of(row_id: UUID) -> str:
    """Tell the forms of one page apart."""
    return f"r{str(row_id)[:8]}"


def _heads_up(
    room: Room,
    row: HeadsUp,
    readings: list[HeadsUpSeen],
    told: list[CareTeamMember],
    noticed: tuple[UUID, NoticedForm] | None,
) -> dict[str, Any]:
    seen = {one.user_id: one for one in readings}
    zone = room.user.time_zone
    form = NoticedForm(prefix=prefix_of(row.pk))
    if noticed and noticed[0] == row.pk:
        form = noticed[1]
    return {
        "row": row,
        "when": pages.day(row.posted_at, zone),
        "until": pages.date_words(row.until),
        "seen": [
            {
                "name": pages.name_for(room.user, one.user),
                "when": pages.day(one.seen_at, zone),
                "note": one.watch_note,
            }
            for one in readings
        ],
        "unseen": [m.called for m in told if m.user_id not in {*seen, room.user.pk}],
        "nobody": not told,
        "is_new": not room.is_patient
        and headsups.waits_for(room.user, room.role, readings),
        "form": None if room.is_patient else form,
    }


def _stopping(
    room: Room,
    row: StoppingNotice,
    answered: tuple[UUID, StoppingAnswerForm] | None,
) -> dict[str, Any]:
    form = StoppingAnswerForm(prefix=prefix_of(row.pk))
    if answered and answered[0] == row.pk:
        form = answered[1]
    may_answer = not room.is_patient and (row.answered_at is None or form.is_bound)
    reasons = dict(StoppingNotice.Reason.choices)
    return {
        "row": row,
        "when": pages.day(row.said_at, room.user.time_zone),
        "reasons": [reasons[code] for code in row.reasons if code in reasons],
        "point": stopping.talking_point(row, name=room.patient.called)
        if room.role == Role.THERAPIST
        else "",
        "answered": pages.day(row.answered_at, room.user.time_zone)
        if row.answered_at
        else "",
        "form": form if may_answer else None,
        "opens": form.is_bound or room.role == Role.PRESCRIBER,
    }


@login_required
@require_POST
def heads_up_seen(
    request: HttpRequest, record: UUID, heads_up_id: UUID
) -> HttpResponse:
    """A clinician has read it; the first reading counts."""
    room = _room(request, record)
    access.clinicians_own(room)
    room.require(REVIEW)
    found = access.heads_up_in(room, heads_up_id)
    headsups.mark_seen(found, by=room.user, now=clock.now())
    messages.success(request, _("Marked as read."))
    return redirect("team:heads_ups", record)


@login_required
@require_POST
def noticed(request: HttpRequest, record: UUID, heads_up_id: UUID) -> HttpResponse:
    """Keep what a clinician noticed after the change."""
    room = _room(request, record)
    access.clinicians_own(room)
    room.require(REVIEW)
    found = access.heads_up_in(room, heads_up_id)
    form = NoticedForm(request.POST, prefix=prefix_of(heads_up_id))
    if not form.is_valid():
        return _show(request, room, noticed=(heads_up_id, form))
    note = form.cleaned_data["note"]
    headsups.note_watched(found, by=room.user, note=note, now=clock.now())
    messages.success(
        request,
        _("Saved. The prescriber and %(name)s can read it.")
        % {"name": room.patient.called},
    )
    return redirect("team:heads_ups", record)


@login_required
def thinking(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """I am thinking of stopping: said by the patient, thanked, never judged."""
    room = access.room(request, record)
    access.patients_own(room)
    form = StoppingForm(
        request.POST if request.method == "POST" else None, initial=_medicine(request)
    )
    readers = stopping.readers(room.patient, StoppingNotice.Source.SAID)
    if request.method == "POST" and form.is_valid():
        try:
            notice = stopping.say(
                patient=room.patient,
                medicine_label=form.cleaned_data["medicine"],
                medicine_ref=form.cleaned_data["medicine_ref"],
                reasons=form.cleaned_data["reasons"],
                words=form.cleaned_data["words"],
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("team:thanks", room.patient.pk, notice.pk)
    context = access.context(room, form=form, **_told(room, readers))
    return render(request, "team/stopping.html", context)


def _medicine(request: HttpRequest) -> dict[str, str]:
    label = request.GET.get("medicine_label", "").replace("\x00", "")[:200]
    ref = request.GET.get("medicine_ref", "").replace("\x00", "")[:120]
    return {"medicine": label, "medicine_ref": ref}


def _told(room: Room, readers: list[stopping.Reader]) -> dict[str, Any]:
    members = queries.clinicians_of(room.patient)
    ids = {reader.user.pk for reader in readers}
    prescribers = [r.called for r in readers if r.role == Role.PRESCRIBER]
    return {
        "readers": pages.listed([r.called for r in readers]),
        "prescriber": prescribers[0] if prescribers else "",
        "hours": pages.reply_hours(
            [m for m in members if m.user_id in ids], room.user.time_zone
        ),
    }


@login_required
@require_safe
def thanks(request: HttpRequest, record: UUID, notice_id: UUID) -> HttpResponse:
    """Thank the patient, and say what is safe to do meanwhile."""
    room = access.room(request, record)
    access.patients_own(room)
    notice = access.stopping_in(room, notice_id)
    readers = stopping.readers(room.patient, notice.source)
    context = access.context(room, notice=notice, **_told(room, readers))
    return render(request, "team/stopping_thanks.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, record: UUID, notice_id: UUID) -> HttpResponse:
    """Close a notice with a word on what was talked about."""
    room = _room(request, record)  # what is refused is shown with the whole page
    access.clinicians_own(room)
    room.require(REVIEW)
    found = access.stopping_in(room, notice_id)
    form = StoppingAnswerForm(request.POST, prefix=prefix_of(notice_id))
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            stopping.answer(found, by=room.user, text=text, now=clock.now())
        except DomainError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("team:heads_ups", record)
    return _show(request, room, answered=(notice_id, form))
