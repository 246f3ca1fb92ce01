"""Administration: accounts, practices, invitations, the activity log. No records.

Somebody who administers nothing gets 404 here; each act that closes something or
removes a protection asks for the second factor again.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from careplan.common import clock
from careplan.common.errors import DomainError, NotAllowed
from patients import (
    access,
    accounts,
    activity,
    checked,
    invitations,
    queries,
    queues,
    succession,
)
from patients.accounts import Scope
from patients.export import harmless
from patients.forms.manage import (
    InviteForm,
    NewPracticeForm,
    PracticeForm,
    SuccessorForm,
    practices_of,
)
from patients.models import Administrator, Clinician, Invitation, Organisation
from patients.proved import proved

PER_PAGE = 100


def _scope(request: HttpRequest) -> Scope:
    actor = access.actor_of(request)
    if actor.user is None or not actor.user.admin_posts.exists():
        raise Http404
    if not actor.second_factor:
        raise PermissionDenied
    return accounts.scope_of(actor.user)


def _post(request: HttpRequest, post_id: UUID) -> Clinician:
    return get_object_or_404(accounts.clinicians_of(_scope(request)), pk=post_id)


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List clinicians and administrators of one's own practices."""
    scope = _scope(request)
    clinicians = accounts.clinicians_of(scope).prefetch_related(
        "user__authenticator_set"
    )
    page = Paginator(clinicians, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "administrators": accounts.administrators_of(scope),
        "scope": scope,
    }
    return render(request, "manage/accounts.html", context)


@login_required
@require_safe
def one(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Show one clinician's account and what can be done to it."""
    post = _post(request, post_id)
    factors = post.user.authenticator_set.exclude(type="recovery_codes")
    may_verify = not post.organisation.is_sole or _scope(request).operator
    context = {"post": post, "factors": factors.count(), "may_verify": may_verify}
    return render(request, "manage/account.html", context)


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to one account after a page that says what it means."""

    do: Callable[..., object]
    title: str | Promise
    means: str | Promise
    button: str | Promise
    done: str | Promise


_l = gettext_lazy
ACTS: Mapping[str, Act] = {
    "verify": Act(
        accounts.verify,
        _l("Verify the profession"),
        _l(
            "You have checked the person's registration with the register of the"
            " profession. They can then join the teams of patients who invited them."
        ),
        _l("I have checked it"),
        _l("Verified."),
    ),
    "suspend": Act(
        accounts.suspend,
        _l("Suspend this account"),
        _l(
            "They are signed out now and can open no record until you restore the"
            " account. Their patients keep everything."
        ),
        _l("Suspend"),
        _l("Suspended."),
    ),
    "restore": Act(
        accounts.restore,
        _l("Restore this account"),
        _l("They can sign in and open the records of their patients again."),
        _l("Restore"),
        _l("Restored."),
    ),
    "reset": Act(
        accounts.reset_second_factor,
        _l("Remove the second step"),
        _l(
            "Do this only when you have spoken with the person. They are signed out"
            " everywhere, sign in with their password and set up a new second step."
            " Nobody can set a password for them."
        ),
        _l("Remove the second step"),
        _l("The second step is removed."),
    ),
}


@login_required
@proved
def act(request: HttpRequest, post_id: UUID, name: str) -> HttpResponse:
    """Say what an act means; on POST do it."""
    post = _post(request, post_id)
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    if request.method == "POST":
        try:
            chosen.do(post, by=request.user, now=clock.now())
        except NotAllowed as refusal:
            raise PermissionDenied from refusal
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, chosen.done)
        return redirect("manage:account", post_id=post.pk)
    return render(request, "manage/act.html", {"post": post, "act": chosen})


@login_required
@proved
def successor(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Name who takes over when a clinician leaves."""
    post = _post(request, post_id)
    form = SuccessorForm(request.POST if request.method == "POST" else None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.name_successor(
                post, form.cleaned_data["successor"], by=request.user, now=clock.now()
            )
            succession.tell_patients(post, now=clock.now())
        except DomainError as refusal:
            form.refuse(refusal, "successor")
        else:
            messages.success(
                request, _("Saved. Patients are asked before anything changes.")
            )
            return redirect("manage:account", post_id=post.pk)
    return render(request, "manage/successor.html", {"post": post, "form": form})


@login_required
@proved
def remove_administrator(request: HttpRequest, admin_id: UUID) -> HttpResponse:
    """End an administrator's post; the last one stays."""
    held = accounts.administrators_of(_scope(request))
    post: Administrator = get_object_or_404(held, pk=admin_id)
    if request.method == "POST":
        try:
            accounts.remove_administrator(post, by=request.user, now=clock.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Removed."))
        return redirect("manage:accounts")
    context = {"admin": post, "is_last": accounts.is_last(post)}
    return render(request, "manage/remove_administrator.html", context)


@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a clinician or an administrator; see the invitations sent."""
    scope = _scope(request)
    form = InviteForm(request.POST if request.method == "POST" else None, scope=scope)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitations.invite_clinician(
                form.organisation(),
                email=data["email"],
                role=data["role"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal, "email")
        else:
            messages.success(request, _("Sent. The link works for 7 days."))
            return redirect("manage:invite")
    sent = queries.open_invitations(request.user, now=clock.now())
    return render(request, "manage/invite.html", {"form": form, "sent": sent})


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take back an invitation."""
    _scope(request)
    offer = get_object_or_404(Invitation, pk=invitation_id, invited_by=request.user)
    try:
        invitations.withdraw(offer, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is taken back."))
    return redirect("manage:invite")


@login_required
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """List practices with the people who work in them."""
    scope = _scope(request)
    by_practice: dict[UUID, list[Clinician]] = {}
    for post in accounts.clinicians_of(scope).filter(left_at=None):
        by_practice.setdefault(post.organisation_id, []).append(post)
    rows = [(one, by_practice.get(one.pk, [])) for one in practices_of(scope)]
    return render(request, "manage/teams.html", {"rows": rows, "scope": scope})


@login_required
def team(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Write what patients are told about a practice."""
    scope = _scope(request)
    practice = get_object_or_404(Organisation, pk=organisation_id)
    if not scope.covers(practice):
        raise Http404
    form = PracticeForm.of(practice, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.describe(
                practice,
                form.details(),
                confirmed=form.cleaned_data["confirmed"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal, "confirmed")
        else:
            messages.success(request, _("Saved."))
            return redirect("manage:teams")
    return render(request, "manage/team.html", {"practice": practice, "form": form})


@login_required
def new_team(request: HttpRequest) -> HttpResponse:
    """Open a practice. Operators only."""
    if not _scope(request).operator:
        raise PermissionDenied
    form = NewPracticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        practice = accounts.open_organisation(name, by=request.user, now=clock.now())
        return redirect("manage:team", organisation_id=practice.pk)
    return render(request, "manage/new_team.html", {"form": form})


@login_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show what was done to accounts, by whom; or as a CSV file."""
    lines = accounts.log_of(_scope(request))
    kind = request.GET.get("kind", "")
    if kind in activity.Kind.values:
        lines = lines.filter(kind=kind)
    if request.GET.get("as") == "csv":
        return _csv(lines[:10_000])
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "kinds": activity.Kind.choices, "kind": kind}
    return render(request, "manage/activity.html", context)


def _csv(lines: object) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="activity.csv"'
    rows = csv.writer(response)
    rows.writerow(
        [_("When (UTC)"), _("Who"), _("What"), _("Whose account"), _("Where")]
    )
    for line in lines:  # type: ignore[attr-defined]
        cells = (
            line.by.name if line.by else "",
            line.get_kind_display(),
            line.about.name if line.about else "",
            line.organisation.name if line.organisation else "",
        )
        when = line.at.strftime("%Y-%m-%d %H:%M:%S")
        rows.writerow([when, *map(harmless, cells)])
    return response


@login_required
@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """Show how many messages wait and how many failed. Operators only; no names."""
    scope = _scope(request)
    if not scope.operator:
        raise PermissionDenied
    unchecked = [one for one in practices_of(scope) if not one.confirmed_at]
    context = {
        "counts": queues.counts(),
        "unchecked": unchecked,
        "served": checked.served(now=clock.now()),
    }
    return render(request, "manage/service.html", context)


@login_required
@proved
def helplines(request: HttpRequest) -> HttpResponse:
    """Write down which helplines a person has tried. Operators only."""
    if not _scope(request).operator:
        raise PermissionDenied
    if request.method == "POST":
        ids = request.POST.getlist("line")
        done = checked.confirm(ids, by=request.user, now=clock.now())
        if done:
            messages.success(request, _("Saved."))
            return redirect("manage:service")
        messages.error(request, _("Tick the lines you have tried."))
    context = {"served": checked.served(now=clock.now())}
    return render(request, "manage/helplines.html", context)
