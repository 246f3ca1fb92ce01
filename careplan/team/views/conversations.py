"""Conversations: the patient with the team, the clinicians about one patient."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.team import access, conversations, pages, queries
from careplan.team.access import Room
from careplan.team.forms import PostForm, ThreadForm
from careplan.team.models import Conversation
from patients import access as door
from patients.models import CareTeamMember
from patients.topics import Topic

Kind = Conversation.Kind


@login_required
@require_safe
def thread_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """The threads and questions of one record."""
    room = access.room(request, record)
    rows = queries.threads_of([room.patient.pk], room.user)
    members = queries.clinicians_of(room.patient)
    context = access.context(
        room,
        crumb=_("Messages"),
        threads=[_row(room, thread) for thread in rows],
        concerns=[
            {"concern": one, "heading": queries.heading(one.question)}
            for one in queries.concerns_of(room.patient)
            if one.is_open
        ],
        hours=pages.reply_hours(members, room.user.time_zone),
        reads=pages.who_reads(room, Kind.TEAM, members),
        has_team=bool(members),
        reads_medicines=room.reads(Topic.MEDICINES),
    )
    return render(request, "team/messages.html", context)


def _row(room: Room, thread: Conversation) -> dict[str, object]:
    zone = room.user.time_zone
    return {
        "thread": thread,
        "subject": thread.subject or _("Message"),
        "when": pages.moment(thread.last_post_at, zone),
    }


@login_required
def new(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Begin a thread."""
    room = access.room(request, record)
    members = queries.clinicians_of(room.patient)
    form = ThreadForm(
        request.POST if request.method == "POST" else None,
        kinds=_kinds(room),
        initial={"kind": request.GET.get("kind", Kind.TEAM)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            thread = conversations.start(
                patient=room.patient,
                by=room.user,
                role=room.role,
                kind=form.cleaned_data.get("kind", Kind.TEAM),
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sent."))
            return redirect("team:thread", room.patient.pk, thread.pk)
    context = access.context(
        room,
        crumb=_("New message"),
        back=room.messages,
        form=form,
        **_above(room, Kind.TEAM, members),
    )
    return render(request, "team/message_new.html", context)


def _kinds(room: Room) -> list[tuple[str, str]]:
    """Offer the clinicians' own thread only inside the patient's yes to it."""
    team = _("You and your team") if room.is_patient else _("%(name)s and the team")
    offered = [(Kind.TEAM.value, team % {"name": room.patient.called})]
    if not room.is_patient and room.may_talk:
        said = _("Clinicians only. %(name)s can read it.")
        offered.append((Kind.CLINICIANS.value, said % {"name": room.patient.called}))
    return offered


def _above(room: Room, kind: str, members: list[CareTeamMember]) -> dict[str, object]:
    """Give what stands above every box: who reads it, and when they do."""
    return {
        "reads": pages.who_reads(room, kind, members),
        "hours": pages.reply_hours(members, room.user.time_zone),
    }


@login_required
def thread(
    request: HttpRequest, thread_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """One thread; reading it moves one's own mark, and nobody else's."""
    room = access.room(request, record)
    found = access.thread_in(room, thread_id)
    may_write = found.kind == Kind.TEAM or not room.is_patient
    form = PostForm(request.POST if request.method == "POST" else None)
    now = clock.now()
    if request.method == "POST" and form.is_valid():
        try:
            conversations.write(
                found,
                by=room.user,
                role=room.role,
                text=form.cleaned_data["text"],
                now=now,
            )
        except DomainError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Sent."))
            return redirect("team:thread", room.patient.pk, found.pk)
    conversations.mark_read(found, by=room.user, now=now)
    members = queries.clinicians_of(room.patient)
    context = access.context(
        room,
        crumb=found.subject or _("Message"),
        back=room.messages,
        thread=found,
        kind=dict(_kinds(room)).get(found.kind) or found.get_kind_display(),
        subject=found.subject or _("Message"),
        lines=pages.post_lines(room, queries.posts_of(found)),
        form=form if may_write else None,
        **_above(room, found.kind, members),
    )
    return render(request, "team/thread.html", context)


@login_required
@require_safe
def all_threads(request: HttpRequest) -> HttpResponse:
    """A clinician's threads over everyone they work with."""
    places = access.caseload(request)
    actor = door.actor_of(request)
    rows = queries.threads_of(
        [place.patient_id for place in places], access.me(request)
    )
    shown = {thread.patient_id for thread in rows}
    seen = [place for place in places if place.patient_id in shown]
    door.seen_in_list(actor, seen, "messages", now=clock.now())
    zone = access.me(request).time_zone
    context = {
        "threads": [
            {
                "thread": thread,
                "subject": thread.subject or _("Message"),
                "when": pages.moment(thread.last_post_at, zone),
            }
            for thread in rows
        ],
        "people": [place.patient for place in places],
    }
    return render(request, "team/all_messages.html", context)
