"""Who is asking, how long that holds, and who must prove it twice."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_variables

from careplan.common import clock
from careplan.common.context import OPERATES
from careplan.common.identity import acting_as
from patients import access, devices, sealed, sessions
from patients.adapters import DEVICE_COOKIE, proved_just_now
from patients.models import Patient, User
from patients.sessions import SessionState
from patients.views.signed_out import signed_out

Answer = Callable[[HttpRequest], HttpResponse]

TOO_MANY = 429

# Pages that patients, clinicians and administrators all have.
SHARED = (
    "/settings/",
    "/sign-in/",
    "/sign-out/",
    "/password/",
    "/invite/",
    "/support/",
    "/privacy/",
    "/accessibility/",
    "/c/emergency/",
    "/p/",  # a record's pages set their own; what refuses to open does not
)

# What somebody may open before the second factor: setting it up, help, the way out.
WITHOUT_SECOND_FACTOR = (
    "/settings/sign-in/",
    "/sign-in/",
    "/sign-out/",
    "/sign-up/",
    "/password/",
    "/invite/",
    "/stay-signed-in/",
    "/support/",
    "/privacy/",
    "/accessibility/",
    "/settings/display/",
    "/l/",
    "/health/",
    "/static/",
    "/demo/",
)
# What an idle session on a remembered device may still do (decisions 21).
WRITE_ONLY = (
    "/check-in/offline/",
    "/sign-in/again/",
    "/sign-out/",
    "/support/",
    "/static/",
)


class UnhurriedMiddleware:
    """Answer a new password or a sign-up in the same time for any address (F5).

    An address that has an account is another piece of work than one that has not: a
    second step is looked up, an account is written. The clock outside must not say
    which, so these answers take a whole number of `settings.ANSWERS_TAKE` seconds,
    the letter to the mail server included. A refusal of too many tries does not wait:
    it is the same for any address, and nobody shall fill our doors by asking.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        if request.method == "POST" and response.status_code != TOO_MANY:
            time.sleep(_left(request, time.monotonic() - began))
        return response


def _left(request: HttpRequest, gone: float) -> float:
    """Give the seconds until this answer may leave."""
    view = getattr(request.resolver_match, "view_name", "")
    step: float = settings.ANSWERS_TAKE.get(view, 0)
    return -gone % step if step else 0


class IdentityMiddleware:
    """Set the identity for the whole request; forget opened keys at its end."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with acting_as(access.actor_of(request).identity):
                return self.get_response(request)
        finally:
            sealed.forget_keys()


class SessionMiddleware:
    """End a session that lay still, was too long, or whose account was suspended."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    @sensitive_variables()
    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = clock.now()
        _know_staff(request)
        request.idle_seconds = int(sessions.idle_limit(request.session).total_seconds())  # type: ignore[attr-defined]
        judged = sessions.state(request.session, remembered=False, now=now)
        if judged is SessionState.OVER and _remembered(request):
            judged = sessions.state(request.session, remembered=True, now=now)
        match judged:
            case SessionState.OVER:
                return _end(request)
            case SessionState.WRITE_ONLY if not proved_just_now(request):
                if not request.path.startswith(WRITE_ONLY):
                    return _ask_again(request)
            case _:
                # Open, or opened again by the password or passkey just now.
                sessions.touch(request.session, now=now)
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Deny by default: a view that a stranger may open says so itself.

    Whoever was signed out while writing gets back what was typed (E4).
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse]
    ) -> HttpResponse:
        if request.method == "POST" and any(request.POST.values()):
            return signed_out(request, request.POST)
        return super().handle_no_permission(request, view_func)


class SecondFactorMiddleware:
    """Send clinicians and administrators to their second factor before any page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.get(sessions.STAFF):
            free = request.path.startswith(WITHOUT_SECOND_FACTOR) or request.path == "/"
            if not free and not access.actor_of(request).second_factor:
                return redirect("second_factor_needed")
        return self.get_response(request)


def _know_staff(request: HttpRequest) -> None:
    """Remember in the session whether this is a clinician or administrator."""
    if sessions.STAFF not in request.session:
        request.session[sessions.STAFF] = access.actor_of(request).needs_second_factor
    if request.session[sessions.STAFF] and request.path.startswith("/manage/"):
        _know_operator(request)
    if not request.path.startswith(SHARED):
        return
    if request.session[sessions.STAFF]:
        request.shell = _shell(request)  # type: ignore[attr-defined]
    elif not request.path.startswith("/p/") and not _keeps_record(request):
        request.shell = "public"  # type: ignore[attr-defined]


def _shell(request: HttpRequest) -> str:
    """Dress pages that everybody has in the clothes of the person's work."""
    if not access.actor_of(request).second_factor:
        return "public"
    if sessions.SHELL not in request.session:
        user: User = request.user  # type: ignore[assignment]
        works = user.clinician_posts.exists()
        request.session[sessions.SHELL] = "clinician" if works else "manage"
    if request.session[sessions.SHELL] == "manage":
        _know_operator(request)
    return str(request.session[sessions.SHELL])


def _keeps_record(request: HttpRequest) -> bool:
    """Whether the patient's pages open; asked again until there is a record."""
    if sessions.SHELL not in request.session:
        if not Patient.objects.filter(user=request.user, closed_at=None).exists():
            return False
        request.session[sessions.SHELL] = "patient"
    return True


def _know_operator(request: HttpRequest) -> None:
    """Remember in the session whether this person keeps the service's own accounts."""
    if OPERATES in request.session or not access.actor_of(request).second_factor:
        return
    user: User = request.user  # type: ignore[assignment]
    posts = user.admin_posts.filter(organisation=None)
    request.session[OPERATES] = posts.exists()


def _remembered(request: HttpRequest) -> bool:
    user: User = request.user  # type: ignore[assignment]
    device = devices.known(user, request.COOKIES.get(DEVICE_COOKIE, ""))
    return device is not None and device.remembered


def _end(request: HttpRequest) -> HttpResponse:
    """Sign out. What was typed comes back on a page, so that nothing is lost."""
    typed = request.POST if request.method == "POST" else None
    logout(request)
    if request.path == "/sign-out/" or request.path.startswith(settings.LOGIN_URL):
        return redirect(settings.LOGIN_URL)
    if typed:
        return signed_out(request, typed)
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}")


def _ask_again(request: HttpRequest) -> HttpResponse:
    """Ask for the proof that opens reading again. What was typed comes back first."""
    way = f"/sign-in/again/?{urlencode({'next': request.path})}"
    if request.method == "POST" and any(request.POST.values()):
        return signed_out(request, request.POST, way=way)
    return redirect(way)
