"""What this device keeps for a time without signal: one cookie, no row anywhere.

The cookie says whose choice it was (a hash of the account's random id), what is kept
and the country whose helplines are to be at hand. It opens nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings

COOKIE = "offline"
AGE = 400 * 24 * 3600
CHECKINS, SAFETY = "c", "s"
TWO_SIDES = "h"  # the mood tiles around "steady", on a phone that keeps check-ins


@dataclass(frozen=True, slots=True)
class Offline:
    """Whose pages these are, and what that person lets this device keep."""

    mark: str = ""
    keeps: str = ""
    country: str = ""

    @property
    def keeps_checkins(self) -> bool:
        return CHECKINS in self.keeps

    @property
    def keeps_safety(self) -> bool:
        return SAFETY in self.keeps

    def with_two_sides(self, *, yes: bool) -> str:
        """Give what is kept, with the tiles this person uses."""
        others = self.keeps.replace(TWO_SIDES, "")
        return others + TWO_SIDES if yes and self.keeps_checkins else others


def mark(user: Any) -> str:
    """Name an account on a device without naming the person."""
    return hashlib.sha256(f"offline:{user.pk}".encode()).hexdigest()[:16]


def of(request: Any) -> Offline:
    """Read this device's choice; somebody else's choice counts for nothing."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Offline()
    own = mark(user)
    whose, _, rest = request.COOKIES.get(COOKIE, "").partition(".")
    kept, _, country = rest.partition(".")
    if whose != own:
        return Offline(own)
    kinds = (CHECKINS, SAFETY, TWO_SIDES)
    return Offline(own, "".join(k for k in kinds if k in kept), country)


def choose(answer: Any, user: Any, *, keeps: str, country: str) -> None:
    """Leave the choice on the device, or take it away when nothing is to be kept."""
    if not keeps:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return
    answer.set_cookie(
        COOKIE,
        f"{mark(user)}.{keeps}.{country}",
        max_age=AGE,
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )
