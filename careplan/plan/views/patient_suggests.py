"""What the patient suggests to the others: it needs their answer, as theirs needs hers.

Her own part applies at once (`own`); doses are for the prescriber to suggest.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from careplan.common import clock
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import access, canonical, proposals, queries
from careplan.plan.access import Room
from careplan.plan.change import PATIENT, ChangeKind, kind_of
from careplan.plan.forms import PatientSuggestionForm
from careplan.plan.models import Proposal
from careplan.plan.proposals import Change, Wording
from patients.access import WRITE_OWN
from patients.topics import Topic


@login_required
def suggest(request: HttpRequest, record: UUID, kind: str) -> HttpResponse:
    """One form, sent at once: the page behind it shows what was asked, and of whom."""
    found = _kind(kind)
    room = access.room(request, record, WRITE_OWN, part="plan")
    plan = queries.plan_row(room.patient)
    form = found.form(request.POST or None, initial=dict(found.initial(plan)))
    words = PatientSuggestionForm(request.POST or None, prefix="words")
    if request.method == "POST" and form.is_valid() and words.is_valid():
        sent = _sent(room, found, form, words.cleaned_data["why"])
        if sent is not None:
            messages.success(request, _("Sent. Your plan changes once you all agree."))
            return redirect("plan:proposal", record=record, proposal_id=sent.pk)
    context = access.context(room, form=form, words=words, kind=found)
    status = 422 if form.is_bound and (form.errors or words.errors) else 200
    return render(request, "plan/patient_suggests.html", context, status=status)


def _kind(name: str) -> ChangeKind:
    try:
        found = kind_of(name)
    except LookupError as error:
        raise Http404 from error
    is_shared = found.topic == Topic.PLAN and not found.is_own_part
    if PATIENT not in found.proposers or not is_shared:
        raise Http404
    return found


def _sent(room: Room, kind: ChangeKind, form: Any, why: str) -> Proposal | None:
    plan, now = room.plan(), clock.now()
    values = canonical.plain(dict(kind.values_from(plan, form.cleaned_data)))
    try:
        with transaction.atomic():
            drafted = proposals.draft(
                plan,
                by=room.by,
                changes=[Change(kind.name, values)],
                wording=Wording(why=why),
                base_number=plan.number,
                now=now,
            )
            return proposals.send(drafted, by=room.by, now=now)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return None
