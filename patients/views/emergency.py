"""Emergency access: ask, end, and the second person's review (security.md B5)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from careplan.common import clock
from careplan.common.errors import DomainError
from patients import access, emergency, words
from patients.access import Actor
from patients.forms.emergency import ReasonForm, ReviewForm
from patients.models import CareTeamMember
from patients.proved import proved


def _place(actor: Actor, record: UUID) -> tuple[CareTeamMember, str]:
    place = emergency.place_of(actor, record)
    name = emergency.names_of_records().get(record)
    if place is None or name is None:
        raise Http404
    return place, name


@login_required
@proved
def ask(request: HttpRequest, record: UUID) -> HttpResponse:
    """Say what emergency access is; on POST, with a reason, open the record.

    404 to whoever was never a clinician of this record.
    """
    actor, now = access.actor_of(request), clock.now()
    place, name = _place(actor, record)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            emergency.open_record(actor, place, reason=reason, now=now)
        except DomainError as refusal:
            form.refuse(refusal, "reason")
        else:
            return redirect("patients:emergency", record)
    opened = emergency.open_now(actor, record, now=now)
    context = {"form": form, "name": name, "record": record, "opened": opened}
    return render(request, "patients/emergency.html", context)


@login_required
@require_POST
def end(request: HttpRequest, record: UUID) -> HttpResponse:
    """End it before the hour is over."""
    actor, now = access.actor_of(request), clock.now()
    opened = emergency.open_now(actor, record, now=now) if actor.user else None
    if opened is None:
        raise Http404
    emergency.close(opened, now=now)
    messages.success(request, _("Ended. The record is closed to you again."))
    return redirect("patients:emergency_reviews")


def _reviewer(request: HttpRequest) -> Actor:
    actor = access.actor_of(request)
    if not emergency.may_review(actor):
        raise PermissionDenied
    return actor


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """List the uses that wait for this person's review, and whom one may ask for."""
    uses = emergency.to_review(_reviewer(request), now=clock.now())
    records = sorted(emergency.names_of_records().items(), key=lambda one: one[1])
    context = {"uses": uses, "records": records}
    return render(request, "patients/emergency_reviews.html", context)


@login_required
def review(request: HttpRequest, opened_id: UUID) -> HttpResponse:
    """Show why and what was looked at; record what the second person found."""
    now = clock.now()
    use = emergency.use_for_review(_reviewer(request), opened_id, now=now)
    if use is None:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            emergency.review(
                use.opened,
                by=request.user,  # type: ignore[arg-type]
                was_right=data["was_right"] == "yes",
                words=data["words"],
                now=now,
            )
        except DomainError as refusal:
            form.refuse(refusal, "words")
        else:
            messages.success(request, _("Saved. The patient can read it."))
            return redirect("patients:emergency_reviews")
    looks = [(str(words.looked(part)), when) for part, when in use.looks]
    context = {"use": use, "form": form, "looks": looks}
    return render(request, "patients/emergency_review.html", context)
