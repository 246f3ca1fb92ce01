"""Suggesting any change that is not about a dose: form, check, send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from careplan.common import clock
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import access, canonical, evidence, proposals, queries
from careplan.plan.access import Room
from careplan.plan.change import ChangeKind, kind_of
from careplan.plan.forms import SuggestionForm
from careplan.plan.models import Proposal
from careplan.plan.proposals import Change, Wording
from careplan.plan.views.own import answer_status, initial_of
from patients.access import PROPOSE
from patients.models import Diagnosis
from patients.topics import Topic


@login_required
def suggest(
    request: HttpRequest, record: UUID, kind: str, item: UUID | None = None
) -> HttpResponse:
    """Suggest any change that is not about a dose: form, check, send."""
    try:
        found = kind_of(kind)
    except LookupError as error:
        raise Http404 from error
    if found.topic == Topic.MEDICINES:
        return redirect("plan:propose-medicine", record=record)
    room = access.room(request, record, PROPOSE, part="plan")
    if room.role not in found.proposers:
        raise PermissionDenied
    draft = access.draft_asked(request, room)
    instead = access.instead_asked(request, room)
    initial = initial_of(found, room, item) | _of_draft(draft or instead, kind)
    form = found.form(request.POST or None, initial=initial)
    words = SuggestionForm(
        request.POST or None, prefix="words", initial=_around_draft(draft or instead)
    )
    is_treatment = found.topic == Topic.THERAPY
    if is_treatment and queries.plan_row(room.patient).review_on is None:
        words.ask_for_the_day()
    if request.method == "POST" and form.is_valid() and words.is_valid():
        concern = access.concern_asked(request, room)
        place = instead or (draft.supersedes if draft else None)
        drafted = _draft(room, found, form, words.cleaned_data, item, concern, place)
        if drafted is not None:
            if draft is not None:
                proposals.discard(draft, by=room.by, now=clock.now())
            return redirect("plan:propose-check", record=record, draft_id=drafted.pk)
    known = evidence.beside_choosing() if found.name == "therapy_start" else ()
    told = _diagnoses(room) if known else []
    context = access.context(
        room, form=form, words=words, kind=found, known=known, diagnoses=told
    )
    return render(request, "plan/suggest.html", context, status=answer_status(form))


def _diagnoses(room: Room) -> list[Diagnosis]:
    """What is recorded, for those who may see it; nothing is worked out from it."""
    if not room.reads(Topic.DIAGNOSES):
        return []
    rows = Diagnosis.objects.filter(patient=room.patient, withdrawn_at=None)
    return list(rows.order_by("recorded_at"))


def _of_draft(draft: Proposal | None, kind: str) -> dict[str, Any]:
    """What a draft said in its own form, to write it on."""
    rows = draft.changes.all() if draft is not None else ()
    return next((dict(row.values) for row in rows if row.kind == kind), {})


def _around_draft(draft: Proposal | None) -> dict[str, Any]:
    names = ("why", "look_again_on", "reply_by")
    return {name: getattr(draft, name) for name in names} if draft is not None else {}


def _draft(
    room: Room,
    kind: ChangeKind,
    form: Any,
    words: dict[str, Any],
    item: UUID | None,
    concern: UUID | None,
    instead: Proposal | None,
) -> Any:
    plan = room.plan()
    values = dict(kind.values_from(plan, form.cleaned_data))
    if item is not None:
        values["item"] = str(item)
    values = {key: canonical.plain(value) for key, value in values.items()}
    try:
        return proposals.draft(
            plan,
            by=room.by,
            changes=[Change(kind.name, values)],
            wording=Wording(
                why=words["why"],
                look_again_on=words["look_again_on"],
                reply_by=words["reply_by"],
                concern_ref=concern,
            ),
            base_number=plan.number,
            now=clock.now(),
            supersedes=instead,
        )
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return None
