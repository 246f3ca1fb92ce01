"""Pages of signing in. The library decides; these add what it does not know.

- A second factor set up in this session counts for this session.
- Pictures for the authenticator app are drawn as a path, since our policy allows
  neither inline markup nor data addresses.
- Quick exit and "I am still here" are two small posts.
"""

from collections.abc import Callable
from typing import Any

import qrcode
from allauth.account import views as account
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careplan.common import clock
from patients import activity, adapters, sessions, terms
from patients.forms.signin import LongPasswordForm
from patients.models import User


class ActivateAppView(totp.ActivateTOTPView):
    """Set up an authenticator app."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["picture"], context["picture_size"] = square_code(context["totp_url"])
        context["secret"] = _in_fours(context["form"].secret)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        added = Authenticator.objects.get(user=self.request.user, type="totp")
        _count_for_this_session(self.request, added)
        return response


class AddPasskeyView(webauthn.AddWebAuthnView):
    """Add a passkey; it must be able to sign in by itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Asked again with the person's own check, which signing in without a
        # password needs; the library leaves that to its own script.
        options = webauthn.auth.begin_registration(self.request.user, passwordless=True)
        context["js_data"] = {"creation_options": options}
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        held = Authenticator.objects.filter(user=self.request.user, type="webauthn")
        _count_for_this_session(self.request, held.latest("created_at"))
        return response


class AsksForALongPassword:
    """Dropping the last second step leaves the password alone: is it long enough for
    that? Eight characters were, with a second step (security.md F6)."""

    request: HttpRequest
    factor: Callable[[], Authenticator]  # gives the second step that goes

    def _is_last(self) -> bool:
        going = self.factor()
        may_go = adapters.SecondFactorAdapter().can_delete_authenticator(going)
        return may_go and not adapters.other_factors(going).exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self._is_last():
            kwargs.setdefault("password_form", LongPasswordForm(user=self.request.user))
        return super().get_context_data(**kwargs)  # type: ignore[misc,no-any-return]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._is_last() and (refusal := self._refusal(request)):
            return refusal
        return super().post(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Answer a password that will not do, or one of too many tries."""
        if limited := ratelimit.consume_or_429(request, action="change_password"):
            return limited
        form = LongPasswordForm(request.POST, user=request.user)
        if form.is_valid():
            return None
        self.object = self.factor()
        context = self.get_context_data(password_form=form)
        return self.render_to_response(context)  # type: ignore[attr-defined,no-any-return]


class DeactivateAppView(AsksForALongPassword, totp.DeactivateTOTPView):
    """Turn the authenticator app off."""

    def factor(self) -> Authenticator:
        return self.authenticator


class RemovePasskeyView(AsksForALongPassword, webauthn.RemoveWebAuthnView):
    """Remove a passkey, unless the person's work needs it."""

    def factor(self) -> Authenticator:
        return self.get_object()

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = adapters.SecondFactorAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            words = adapter.error_messages["cannot_delete_authenticator"]
            messages.error(self.request, words)
            return HttpResponseRedirect(self.get_success_url())
        return super().form_valid(form)


class SignUpView(account.SignupView):
    """Open a record of one's own."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"texts": terms.TEXTS}


class SignOutView(account.LogoutView):
    """Sign out, and have the browser forget what it kept for a time without signal.

    Check-ins that wait locked stay only where the person asked for it.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(*args, **kwargs)
        kept = bool(self.request.POST.get("keep"))
        response["Clear-Site-Data"] = '"cache"' if kept else '"cache", "storage"'
        return response


class RecoveryCodesView(recovery.ViewRecoveryCodesView):
    """Recovery codes, shown once."""


def _count_for_this_session(request: HttpRequest, added: Authenticator) -> None:
    """The person has just used the factor, so this session has proved it."""
    user: User = request.user
    added.user = user
    post_authentication(request, added)
    now = clock.now()
    activity.note(activity.Kind.FACTOR_ADDED, by=user, about=user, now=now)


def square_code(text: str) -> tuple[str, int]:
    """Draw a QR code as one SVG path; gives it and the side of its grid, edge included."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return path, len(rows)


def _in_fours(secret: str) -> str:
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


@login_not_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """The person is still there: the middleware has noted it already."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    sessions.touch(request.session, now=clock.now())
    return HttpResponse(status=204)


@login_not_required
@require_POST
def quick_exit(request: HttpRequest) -> HttpResponse:
    """End the session and go to a page that says nothing about us (ux.md 6.8).

    Not by a redirect: the policy lets a form lead nowhere outside (form-action), and
    a browser that follows it to the letter would stay here.
    """
    logout(request)
    response = HttpResponse(headers={"Refresh": f"0; url={settings.QUICK_EXIT_TO}"})
    response["Clear-Site-Data"] = '"cache"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Tell a clinician or administrator to set up a second step, and how."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    return TemplateResponse(
        request, "account/second_step_needed.html", {"title": _("One more step")}
    )
