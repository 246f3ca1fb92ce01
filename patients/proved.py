"""Asking again before something that cannot be undone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired

from patients.adapters import proved_just_now

View = Callable[..., Any]


def proved(view: View) -> View:
    """Let a view run only within five minutes of a proof: the second factor for
    whoever has one, the password else. Others prove themselves and come back."""

    @wraps(view)
    def asked(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not proved_just_now(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked
