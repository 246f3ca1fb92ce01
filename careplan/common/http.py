"""Headers of every answer, and the pages shown when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.debug import sensitive_variables

PERMISSIONS_POLICY = (
    ", ".join(
        f"{name}=()"
        for name in (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
            "usb",
            "xr-spatial-tracking",
        )
    )
    + ", publickey-credentials-get=(self), publickey-credentials-create=(self)"
)

Answer = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Middleware: the headers Django does not set by itself.

    Put it first. Referrer policy, nosniff, COOP and HSTS are Django's own, by settings.
    Pages of a signed-in person are never kept by a cache, the Back button included.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if _is_private(request):
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_private(request: HttpRequest) -> bool:
    # request.user is lazy; asking it here would cost a query on pages that never
    # looked, so a session cookie is enough to call the answer private.
    session = getattr(request, "session", None)
    if session is None:
        return False
    had_one = settings.SESSION_COOKIE_NAME in request.COOKIES  # signing out ends it
    return had_one or not session.is_empty()


class Refused(Exception):
    """Too many tries: answered with the page for 429."""


class Throttling:
    """Middleware: a ``Refused`` from a view becomes the page for 429."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        return too_many(request) if isinstance(exception, Refused) else None


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    return _page(request, "errors/400.html", 400)


def forbidden(request: HttpRequest, exception: object = None) -> HttpResponse:
    """403: an insider asks for an act that is not theirs; says who to ask."""
    return _page(request, "errors/403.html", 403)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """404: also what a stranger gets for a record that exists."""
    return _page(request, "errors/404.html", 404)


def stale(request: HttpRequest, typed: str = "", back: str = "") -> HttpResponse:
    """409: somebody changed it meanwhile; shows what was typed, for copying."""
    return _page(request, "errors/409.html", 409, {"typed": typed, "back": back})


def too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, "errors/429.html", 429)


@sensitive_variables()
def server_error(request: HttpRequest) -> HttpResponse:
    """500: must not need the database, the session or a context processor."""
    return HttpResponse(loader.render_to_string("errors/500.html"), status=500)


@sensitive_variables()
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open too long. What was typed comes back, save for secrets."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken"} and "password" not in name
        for value in values
        if value and len(value) <= 20_000
    ]
    return _page(
        request,
        "errors/csrf.html",
        403,
        {"kept": kept, "action": request.path, "ours": _from_our_page(request)},
    )


def _from_our_page(request: HttpRequest) -> bool:
    # Only a form of our own may be sent again with one press; a forged one from
    # elsewhere must not get a valid token from us.
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _page(
    request: HttpRequest,
    template: str,
    status: int,
    context: dict[str, object] | None = None,
) -> HttpResponse:
    content = loader.render_to_string(template, context or {}, request)
    return HttpResponse(content, status=status)
