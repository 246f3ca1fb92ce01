"""What shows an early sign: the patient ties it to a figure of her own journal (L7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from careplan.common import clock
from careplan.common.errors import DomainError, StaleVersion
from careplan.plan import own_part, plans, queries, ties
from careplan.plan.medications import By
from careplan.plan.models import EarlySign
from careplan.plan.proposals import Change
from careplan.review import access
from careplan.review.access import Room
from careplan.review.tie_form import TieForm, groups
from patients import access as doors
from patients.topics import Topic


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tie(request: HttpRequest, record: UUID, sign_id: UUID) -> HttpResponse:
    """Choose what shows the sign, and from which number on."""
    plan_topic = doors.view(Topic.PLAN)
    opened = access.room(
        request, record, doors.WRITE_OWN, plan_topic, part="staying well"
    )
    rows = EarlySign.objects.filter(patient=opened.patient, ended_at=None)
    sign = rows.filter(pk=sign_id).first()
    if sign is None:
        raise Http404
    now = ties.read(sign.tied_to)
    form = TieForm(
        request.POST or None,
        groups=groups(opened.patient, now.source if now else ""),
        initial=_initial(now, queries.plan_row(opened.patient).number),
    )
    if request.method == "POST" and form.is_valid() and _kept(opened, sign, form):
        messages.success(request, _("Saved. It is in your plan now."))
        return redirect("plan:staying-well", record=opened.patient.pk)
    context = {"room": opened, "patient": opened.patient, "form": form, "sign": sign}
    return render(request, "review/tie.html", context, status=_status(form))


def _initial(now: ties.Tie | None, number: int) -> dict[str, Any]:
    if now is None:
        return {"base_number": number}
    return {
        "base_number": number,
        "source": now.source,
        "way": "below" if now.is_below else "above",
        "limit": now.limit,
    }


def _kept(opened: Room, sign: EarlySign, form: TieForm) -> bool:
    text, name = form.tie()
    plan, base = plans.plan_of(opened.patient), form.cleaned_data["base_number"]
    values = {
        "item": str(sign.pk),
        "words": sign.words,
        "i_do": sign.i_do,
        "tied_to": text,
        "tied_name": name,
    }
    try:
        own_part.change(
            plan,
            by=By(opened.user, opened.role),
            changes=[Change("early_sign", values)],
            base_number=plan.number if base is None else base,
            now=clock.now(),
        )
    except DomainError as refusal:
        form.refuse(refusal)
        form.is_stale = isinstance(refusal, StaleVersion)
        return False
    return True


def _status(form: TieForm) -> int:
    if not (form.is_bound and form.errors):
        return 200
    return 409 if form.is_stale else 422
