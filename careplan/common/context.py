"""What every template may read: look, shell, navigation. No queries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from careplan.common import navigation, offline

THEMES = frozenset({"light", "dark"})
TEXT_SIZES = frozenset({"125", "150"})
OPERATES = "operates"  # in the session: keeps the accounts of the whole service
SHELLS = {
    "patient": "patient_base.html",
    "clinician": "clinician_base.html",
    "manage": "manage_base.html",
    "public": "public_base.html",
}


def look(request: HttpRequest) -> dict[str, Any]:
    """Look and name of this device (cookies), the shell's template, the navigation.

    A view of a page that several roles share sets ``request.shell`` to "patient",
    "clinician", "manage" or "public" and its template says ``{% extends shell %}``.
    Without it the address decides. ``request.quick_exit`` or the cookie shows the leave
    button, ``request.nav_waiting`` is the set of navigation keys behind which something waits.
    """
    chosen = shell_name(request)
    return {
        # Text, not django-csp's lazy object: that one is false until it is printed.
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
        "theme": _one_of(request.COOKIES.get("theme", ""), THEMES),
        "text_size": _one_of(request.COOKIES.get("text", ""), TEXT_SIZES),
        "contrast": _one_of(request.COOKIES.get("contrast", ""), frozenset({"more"})),
        "motion": _one_of(request.COOKIES.get("motion", ""), frozenset({"less"})),
        "faces": request.COOKIES.get("faces") == "1",
        "shell": SHELLS[chosen],
        "shell_name": chosen,
        "nav_here": navigation.here(request.path),
        "nav_patient": navigation.PATIENT,
        "nav_clinician": navigation.CLINICIAN,
        "nav_manage": navigation.manage(operates=_operates(request)),
        "offline": offline.of(request),
        "discreet": request.COOKIES.get("discreet") == "1",
        "quick_exit": _wants_to_leave(request),
        "quick_exit_to": getattr(settings, "QUICK_EXIT_TO", "/"),
    }


def shell_name(request: HttpRequest) -> str:
    """Which of the four page shells a request gets."""
    set_by_view = getattr(request, "shell", "")
    if set_by_view in SHELLS:
        return set_by_view
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "public"
    if request.path.startswith("/c/"):
        return "clinician"
    if request.path.startswith("/manage/"):
        return "manage"
    return "patient"


def _operates(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and bool(session.get(OPERATES))


def _wants_to_leave(request: HttpRequest) -> bool:
    # A choice of this device, like the colours: no query, and it works signed out.
    by_view = getattr(request, "quick_exit", False)
    return bool(by_view) or request.COOKIES.get("leave") == "1"


def _one_of(value: str, allowed: frozenset[str]) -> str:
    return value if value in allowed else ""
