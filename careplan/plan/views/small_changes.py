"""Smaller changes of one medicine: stay here, go back a step, take when needed.

A prescriber's alone. Staying and going back may start at once for safety.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.common.errors import DomainError, NotAllowed, StaleVersion
from careplan.plan import access, contents, proposals, queries, weighing
from careplan.plan.access import Room
from careplan.plan.change import kind_of
from careplan.plan.forms import AroundForm, AsNeededForm, HoldForm, StepBackForm
from careplan.plan.models import DoseStep, Medication, Proposal
from careplan.plan.proposals import Change, Wording
from patients.access import PRESCRIBE
from patients.topics import Topic

KINDS = {"hold": HoldForm, "step_back": StepBackForm, "as_needed": AsNeededForm}


@login_required
def change(
    request: HttpRequest, record: UUID, medicine_id: UUID, kind: str
) -> HttpResponse:
    """One small form, then the same check page as every other suggestion."""
    room = access.room(request, record, PRESCRIBE, topic=Topic.MEDICINES, part="plan")
    row = queries.medicine(room.patient, medicine_id)
    if row is None or row.state != Medication.State.ACTIVE:
        raise Http404
    data = request.POST if request.method == "POST" else None
    draft = access.draft_asked(request, room)
    instead = access.instead_asked(request, room)
    written = draft or instead
    form = KINDS[kind](data, initial=_of_draft(written), **_extra(kind, row))
    number = queries.plan_row(room.patient).number
    around = AroundForm(
        data,
        prefix="words",
        may_start_now=kind != "as_needed",
        initial={"base_number": number, **_around_draft(written)},
    )
    weighed: list[weighing.Weighed] = []
    if data is not None and all([form.is_valid(), around.is_valid()]):
        weighed = _weighed(kind, form, room, row)
        place = instead or (draft.supersedes if draft else None)
        sent = _sent(request, room, row, kind, form, around, weighed, draft, place)
        if sent is not None:
            return sent
    context = access.context(
        room,
        form=form,
        around=around,
        kind=kind_of(kind),
        medicine=row,
        now_words=contents.dose_now(row),
        weighed=weighed,
    )
    return render(
        request, "plan/small_change.html", context, status=_status(form, around)
    )


def _of_draft(draft: Proposal | None) -> dict[str, Any]:
    """What a draft's own form said, to write it on."""
    return dict(draft.changes.get().values) if draft is not None else {}


def _around_draft(draft: Proposal | None) -> dict[str, Any]:
    names = ("why", "notice", "look_again_on", "reply_by")
    return {name: getattr(draft, name) for name in names} if draft is not None else {}


def _status(*forms: Any) -> int:
    if any(getattr(form, "is_stale", False) for form in forms):
        return 409
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


def _extra(kind: str, row: Medication) -> dict[str, Any]:
    if kind != "step_back":
        return {}
    past = [
        step
        for step in row.steps.all()
        if step.state == DoseStep.State.PAST and step.amount > 0
    ]
    return {"choices": list(_past_doses(past))}


def _past_doses(steps: Iterable[DoseStep]) -> Iterable[tuple[str, str]]:
    seen = set()
    for step in sorted(steps, key=lambda s: s.order, reverse=True):
        if step.amount not in seen:
            seen.add(step.amount)
            yield str(step.pk), contents.step_words(step)


def _values(kind: str, form: Any, row: Medication) -> dict[str, Any]:
    given = form.cleaned_data
    if kind != "step_back":
        return {"medication": str(row.pk), "unit": row.unit, **given}
    step = next(s for s in row.steps.all() if str(s.pk) == given["dose"])
    return {
        "medication": str(row.pk),
        "unit": row.unit,
        "steps": [
            {
                "amount": str(step.amount.normalize()),
                "not_before": given["on"].isoformat(),
                "slots": {t.slot: str(t.amount) for t in step.times.all()},
                "every_days": step.every_days,
                "how": step.how,
            }
        ],
    }


def _weighed(
    kind: str, form: Any, room: Room, row: Medication
) -> list[weighing.Weighed]:
    if kind != "as_needed":
        return []
    most = {"amount": form.cleaned_data["at_most"], "not_before": None}
    return weighing.to_weigh(
        name=row.name,
        catalogue_id=row.catalogue_id,
        unit=row.unit,
        now=None,
        steps=[most],
        strengths=(),
        taken=(),
        stopped=(),
        aside=weighing.beside(room.patient),
        today=local_date(clock.now(), room.patient.time_zone),
        is_start=False,
    )


def _sent(
    request: HttpRequest,
    room: Room,
    row: Medication,
    kind: str,
    form: Any,
    around: AroundForm,
    weighed: list[weighing.Weighed],
    draft: Proposal | None,
    instead: Proposal | None,
) -> HttpResponse | None:
    given, now = around.cleaned_data, clock.now()
    if any(w.needs_reason for w in weighed) and not given["override_because"]:
        around.add_error(
            "override_because",
            _("Write why you go on although something speaks against it"),
        )
        return None
    plan = room.plan()
    values = {k: _plain(v) for k, v in _values(kind, form, row).items()}
    told = {
        "by": room.by,
        "changes": [Change(kind, values)],
        "wording": _wording(given, weighed, access.concern_asked(request, room)),
        "base_number": plan.number
        if given["base_number"] is None
        else given["base_number"],
        "now": now,
    }
    try:
        if given.get("start_now"):
            made = proposals.start_now(plan, reason=given["safety_reason"], **told)
            _put_away(draft, room)
            messages.success(
                request, _("Started now for safety. The others are asked.")
            )
            return redirect(f"{room.prefix}/plan/proposals/{made.pk}/")
        made = proposals.draft(plan, supersedes=instead, **told)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        around.add_error(None, str(refusal))
        around.is_stale = isinstance(refusal, StaleVersion)
        if around.is_stale:
            around.read_on(queries.plan_row(room.patient).number)
        return None
    _put_away(draft, room)
    return redirect(f"{room.people_prefix}/propose/{made.pk}/check/")


def _put_away(draft: Proposal | None, room: Room) -> None:
    if draft is not None:
        proposals.discard(draft, by=room.by, now=clock.now())


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value


def _wording(
    given: dict[str, Any], weighed: list[weighing.Weighed], concern: UUID | None
) -> Wording:
    return Wording(
        why=given["why"],
        notice=given["notice"],
        look_again_on=given["look_again_on"],
        reply_by=given["reply_by"],
        overrides=weighing.overridden(weighed, given["override_because"]),
        concern_ref=concern,
    )
