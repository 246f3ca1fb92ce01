"""Tells the rest of the request who is asking."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from careplan.common.identity import acting_as
from patients import access, sealed


class IdentityMiddleware:
    """Set the identity for the whole request; forget opened keys at its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with acting_as(access.actor_of(request).identity):
                return self.get_response(request)
        finally:
            sealed.forget_keys()
