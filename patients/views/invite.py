"""The page behind an invitation's link. Reading it changes nothing."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from careplan.common import clock
from careplan.common.errors import DomainError
from patients import invitations, sessions, terms
from patients.forms.invite import AcceptForm, NewAccountForm
from patients.invitations import Joined
from patients.models import Invitation, User

NEXT = {
    Joined.ON_TEAM: "/",
    Joined.WAITS: "/invite/waiting/",
    Joined.RECORD: "/welcome/1/",
    Joined.AT_WORK: "/",
}


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; on POST say yes."""
    try:
        offer = invitations.find(token, now=clock.now())
    except invitations.NoLongerGood:
        return render(request, "patients/invite_over.html", status=404)
    if request.user.is_authenticated:
        return _for_somebody_known(request, offer)
    if User.objects.filter(email__iexact=offer.email).exists():
        return render(request, "patients/invite_sign_in.html", {"offer": offer})
    return _for_somebody_new(request, offer)


def _data(request: HttpRequest) -> QueryDict | None:
    # A yes may hold no field at all and is still a yes: ask for the method.
    return request.POST if request.method == "POST" else None


def _for_somebody_known(request: HttpRequest, offer: Invitation) -> HttpResponse:
    if request.user.email.lower() != offer.email.lower():
        return render(request, "patients/invite_other.html", {"offer": offer})
    asks = invitations.needs_post(offer, request.user)
    form = AcceptForm(_data(request), asks_for_post=asks)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = invitations.accept(
                offer, request.user, now=clock.now(), post=form.post()
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            # The next page asks afresh whether this is now a clinician.
            request.session.pop(sessions.STAFF, None)
            return redirect(NEXT[outcome])
    return _page(request, offer, form)


def _for_somebody_new(request: HttpRequest, offer: Invitation) -> HttpResponse:
    asks = invitations.needs_post(offer, None)
    form = NewAccountForm(_data(request), asks_for_post=asks, offer=offer)
    if request.method == "POST" and form.is_valid():
        try:
            user, outcome = _open_account(offer, form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            record_authentication(request, user, method="password", email=user.email)
            login = Login(user=user, email=user.email, redirect_url=NEXT[outcome])
            return perform_login(request, login)
    return _page(request, offer, form)


@transaction.atomic
def _open_account(offer: Invitation, form: NewAccountForm) -> tuple[User, Joined]:
    now = clock.now()
    data = form.cleaned_data
    user = User.objects.create_user(offer.email, data["password"], name=data["name"])
    terms.agree(user, now=now)
    return user, invitations.accept(offer, user, now=now, post=form.post())


def _page(request: HttpRequest, offer: Invitation, form: AcceptForm) -> HttpResponse:
    context = {"offer": offer, "form": form}
    return render(request, "patients/invite.html", context)


@login_not_required
def waiting(request: HttpRequest) -> HttpResponse:
    """Tell a clinician that somebody checks their profession now."""
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to see this page."))
        return redirect("account_login")
    return render(request, "patients/invite_waiting.html")
