"""Worries about medicine: told, and what became of each (T11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from careplan.common import clock
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import access, parties, therapies
from careplan.plan.access import Room
from careplan.plan.change import PATIENT
from careplan.plan.forms import WorryEndForm, WorryForm
from careplan.plan.models import MedicineWorry
from patients.models import Role
from patients.topics import Topic

TELLERS = (PATIENT, Role.THERAPIST)


@login_required
def worry_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Every worry, open ones first, and a form to tell one."""
    room = _room(request, record)
    may_tell = room.role in TELLERS
    form = WorryForm(request.POST or None) if may_tell else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            therapies.tell_worry(
                patient_id=room.patient.pk,
                by=room.by,
                now=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Saved. You can say what became of it later."))
            return redirect("plan:worries", record=room.patient.pk)
    rows = list(
        MedicineWorry.objects.filter(patient=room.patient)
        .select_related("told_by")
        .order_by("-told_at")
    )
    context = access.context(
        room,
        open=[row for row in rows if row.outcome == MedicineWorry.Outcome.OPEN],
        ended=[row for row in rows if row.outcome != MedicineWorry.Outcome.OPEN],
        form=form,
        may_tell=may_tell,
    )
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "plan/worries.html", context, status=status)


def _room(request: HttpRequest, record: UUID | None) -> Room:
    return access.room(request, record, topic=Topic.THERAPY, part="worries")


@login_required
def worry_end(
    request: HttpRequest, worry_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """What became of one worry: therapy, the prescriber, or settled."""
    room = _room(request, record)
    if room.role not in TELLERS:
        raise PermissionDenied
    row = access.row_in(room, MedicineWorry.objects.filter(outcome="open"), worry_id)
    form = WorryEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _ended(form, row, room):
        messages.success(request, _("Saved."))
        return redirect("plan:worries", record=room.patient.pk)
    context = access.context(
        room,
        form=form,
        heading=_("What became of this worry?"),
        lead=row.words,
        send=_("Save"),
        here=f"{room.prefix}/plan/worries/",
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/small_form.html", context, status=status)


def _ended(form: Any, row: MedicineWorry, room: Room) -> bool:
    given, now = form.cleaned_data, clock.now()
    words, outcome = given["words"], given["outcome"]
    try:
        if outcome == "therapy":
            therapies.take_to_therapy(row, by=room.by, words=words, now=now)
        elif outcome == "concern":
            found = parties.team_of(room.patient).in_role(Role.PRESCRIBER.value)
            owner = found[0].user if found else None
            therapies.ask_prescriber(
                row, patient=room.patient, by=room.by, owner=owner, words=words, now=now
            )
        else:
            therapies.settle_worry(
                row, by=room.by, outcome=outcome, words=words, now=now
            )
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
