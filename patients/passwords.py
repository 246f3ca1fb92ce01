"""What a password must be: long, not a known one, not about the person. Nothing else.

Fifteen characters alone, eight with a second factor; no rules about kinds of
characters and no forced changes (NIST SP 800-63B-4; security.md F6).

The list of common passwords is the one Django ships (20,000, lower case, offline),
widened by rule to well over a hundred thousand: before looking it up we take off
digits and signs at both ends, undo usual swaps ("p@ssw0rd"), and look at what is
repeated, so that "Password2026!" and "passwordpassword" are known too.
"""

import re
from functools import lru_cache
from itertools import pairwise

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patients.models import User

ALONE, WITH_SECOND_FACTOR = 15, 8
LONGEST = 256

_SWAPS = str.maketrans("@4831!05$79", "aabeiiossqg"[:11])
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
)


class LongEnough:
    """Refuses a short password; a second factor makes eight characters enough."""

    def validate(self, password: str, user: User | None = None) -> None:
        least = WITH_SECOND_FACTOR if _has_second_factor(user) else ALONE
        if len(password) < least:
            message = _(
                "Use at least %(least)d characters. Three or four words work well."
            )
            raise ValidationError(message, code="too_short", params={"least": least})
        if len(password) > LONGEST:
            message = _("Use at most %(longest)d characters.")
            raise ValidationError(message, code="too_long", params={"longest": LONGEST})

    def get_help_text(self) -> str:
        return str(_("At least 15 characters. Three or four words work well."))


class NotKnown:
    """Refuses a password that is on the list of common ones, or as good as."""

    def validate(self, password: str, user: User | None = None) -> None:
        if is_common(password):
            message = _("Many people use this password. Choose another one.")
            raise ValidationError(message, code="common")

    def get_help_text(self) -> str:
        return ""


class NotAboutYou:
    """Refuses a password that is little more than the person's name or address."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and _is_about(password.lower(), user):
            message = _("Choose a password without your name or e-mail address.")
            raise ValidationError(message, code="about_you")

    def get_help_text(self) -> str:
        return ""


def is_common(password: str) -> bool:
    """Say whether a password is a common one, also in the usual disguises."""
    plain = password.lower().strip()
    return any(_is_listed(form) or _is_run(form) for form in _disguises(plain) if form)


def _disguises(plain: str) -> set[str]:
    forms = {plain, plain.translate(_SWAPS)}
    forms |= {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", form) for form in forms}
    forms |= {re.sub(r"[\W_]+", "", form) for form in forms}
    return forms | {_once(form) for form in forms}


def _once(form: str) -> str:
    """Give the shortest part that, repeated, makes the whole: "passpass" -> "pass"."""
    for size in range(1, len(form) // 2 + 1):
        if len(form) % size == 0 and form[:size] * (len(form) // size) == form:
            return form[:size]
    return form


def _is_listed(form: str) -> bool:
    return form in _common() or len(form) == 1


def _is_run(form: str) -> bool:
    """Say whether it only walks along a row of keys or the alphabet, either way."""
    pairs = list(pairwise(form))
    if len(pairs) < 4:
        return False
    steps = sum(a == b or _neighbours(a, b) for a, b in pairs)
    return steps >= len(pairs) * 0.85


def _neighbours(a: str, b: str) -> bool:
    return any(a + b in row or b + a in row for row in _ROWS)


def _is_about(password: str, user: User) -> bool:
    local = user.email.partition("@")[0]
    words = [user.name, user.preferred_name, local, *user.name.split()]
    known = [word.lower() for word in words if word and len(word) >= 4]
    return any(len(password.replace(word, "")) < 6 for word in known)


def _has_second_factor(user: User | None) -> bool:
    if user is None or user._state.adding:
        return False
    held = Authenticator.objects.filter(user=user)
    return bool(held.exclude(type="recovery_codes").exists())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
