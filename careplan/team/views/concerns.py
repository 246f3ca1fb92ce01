"""Concerns: a question about one treatment, from ask to end. Mock-up 14."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from careplan.common.forms import CareForm
from careplan.team import access, concerns, pages, queries
from careplan.team.access import Room
from careplan.team.forms import AnswerForm, BecauseForm, ConcernForm, ReopenForm
from careplan.team.models import Concern
from patients.models import CareTeamMember, Role

# What a question stands on, and the longest of each.
GROUND = {"ground_label": 200, "ground_ref": 120, "also_label": 200, "also_ref": 120}
More = Callable[[Room, Concern], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to a question with one text."""

    form_name: str
    rule: Callable[..., Any]
    field: str
    said: str


@login_required
@require_safe
def concern_list(request: HttpRequest, record: UUID) -> HttpResponse:
    """Every question of one record, the unfinished first."""
    room = access.room(request, record, part="concern")
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "concern": one,
            "heading": queries.heading(one.question),
            "asked": pages.day(one.raised_at, room.user.time_zone),
            "age": pages.days((now - one.raised_at).days),
            "is_overdue": concerns.is_overdue(one, now),
        }
        for one in queries.concerns_of(room.patient)
    ]
    unfinished = [row for row in rows if row["concern"].is_open]
    ended = [row for row in rows if not row["concern"].is_open]
    context = access.context(
        room,
        crumb=_("Questions"),
        back=room.messages,
        unfinished=unfinished,
        ended=ended,
    )
    return render(request, "team/concerns.html", context)


@login_required
def new(request: HttpRequest, record: UUID) -> HttpResponse:
    """Ask. Its grounds may come with the address, by their names in the form."""
    room = access.room(request, record, part="concern")
    people = [
        m for m in queries.clinicians_of(room.patient) if m.user_id != room.user.pk
    ]
    form = ConcernForm(
        request.POST if request.method == "POST" else None,
        people=pages.choices_of(people),
        initial={**_ground(request), "owner": _usual_owner(room, people)},
    )
    if request.method == "POST" and form.is_valid():
        owner = next(m for m in people if str(m.user_id) == form.cleaned_data["owner"])
        try:
            concern = concerns.raise_concern(
                patient=room.patient,
                by=room.user,
                role=room.role,
                owner=owner.user,
                question=form.cleaned_data["question"],
                **{field: form.cleaned_data[field] for field in GROUND},
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Sent. It is with %(name)s now.") % {"name": owner.called}
            )
            return redirect("team:concern", record, concern.pk)
    return render(
        request,
        "team/concern_new.html",
        access.context(
            room,
            crumb=_("New question"),
            back=room.questions,
            form=form,
            people=people,
            reads=_who_reads(room),
            hours=pages.reply_hours(people, room.user.time_zone),
        ),
    )


def _ground(request: HttpRequest) -> dict[str, str]:
    """Take the ground from the address; what the form could not hold is left out."""
    return {
        field: request.GET.get(field, "").replace("\x00", "")[:longest]
        for field, longest in GROUND.items()
    }


def _usual_owner(room: Room, people: list[CareTeamMember]) -> str:
    """Preselect the other treatment's clinician: a therapist asks the prescriber."""
    if len(people) == 1:
        return str(people[0].user_id)
    wanted = Role.THERAPIST if room.role == Role.PRESCRIBER else Role.PRESCRIBER
    found = [str(m.user_id) for m in people if m.role == wanted]
    return found[0] if len(found) == 1 and not room.is_patient else ""


def _who_reads(room: Room) -> str:
    if not room.is_patient:
        return _("%(name)s will read this.") % {"name": room.patient.called}
    if room.patient.clinicians_may_talk:
        return _("Your clinicians read this.")
    return _("Only you and the person you ask read this.")


@login_required
@require_safe
def concern(
    request: HttpRequest,
    record: UUID,
    concern_id: UUID,
    template: str = "team/concern.html",
    more: More | None = None,
) -> HttpResponse:
    """One question with its thread. A room above may show more in block `since`."""
    room = access.room(request, record, part="concern")
    found = access.concern_in(room, concern_id)
    extra = more(room, found) if more else {}
    return _show(request, room, found, extra, template)


def _show(
    request: HttpRequest,
    room: Room,
    found: Concern,
    more: dict[str, Any],
    template: str = "team/concern.html",
) -> HttpResponse:
    forms = {
        "answer_form": AnswerForm(prefix="answer"),
        "because_form": BecauseForm(prefix="because"),
        "reopen_form": ReopenForm(prefix="reopen"),
    }
    page = pages.concern_page(room, found, now=clock.now())
    context = access.context(
        room,
        crumb=_("Concern"),
        back=room.questions,
        page=page,
        hours=_hours(room, found),
        **{**forms, **more},
    )
    return render(request, template, context)


def _hours(room: Room, found: Concern) -> list[str]:
    asked = {found.owner_id, found.raised_by_id} - {room.user.pk}
    members = queries.clinicians_of(room.patient)
    asked_here = [m for m in members if m.user_id in asked]
    return pages.reply_hours(asked_here, room.user.time_zone)


@login_required
@require_POST
def answer(request: HttpRequest, record: UUID, concern_id: UUID) -> HttpResponse:
    """Add words to the thread."""
    form = AnswerForm(request.POST, prefix="answer")
    act = Act("answer_form", concerns.answer, "text", _("Sent."))
    return _carry_out(request, record, concern_id, form, act)


@login_required
@require_POST
def close(request: HttpRequest, record: UUID, concern_id: UUID) -> HttpResponse:
    """End it with "no change because ...". For clinicians."""
    form = BecauseForm(request.POST, prefix="because")
    act = Act(
        "because_form",
        concerns.close_without_change,
        "because",
        _("Closed. It can be opened again."),
    )
    return _carry_out(request, record, concern_id, form, act)


@login_required
@require_POST
def reopen(request: HttpRequest, record: UUID, concern_id: UUID) -> HttpResponse:
    """Open a closed one again, with a word why."""
    form = ReopenForm(request.POST, prefix="reopen")
    act = Act("reopen_form", concerns.reopen, "why", _("Open again."))
    return _carry_out(request, record, concern_id, form, act)


def _carry_out(
    request: HttpRequest, record: UUID, concern_id: UUID, form: CareForm, act: Act
) -> HttpResponse:
    """Carry out one act with one text; a refusal shows the page with what was typed."""
    room = access.room(request, record, part="concern")
    found = access.concern_in(room, concern_id)
    if act.rule is concerns.close_without_change:
        access.clinicians_own(room)
    if form.is_valid():
        words = {act.field: form.cleaned_data[act.field]}
        try:
            act.rule(found, by=room.user, role=room.role, now=clock.now(), **words)
        except DomainError as refusal:
            form.add_error(act.field, str(refusal))
        else:
            messages.success(request, act.said)
            return redirect("team:concern", record, concern_id)
    return _show(request, room, found, {act.form_name: form})
