"""What we tell the sign-in library: our addresses, our words, our letters."""

import datetime as dt
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from careplan.common.identity import acting_as, person
from patients import activity, devices, letters, sealed, sessions
from patients.access import Actor
from patients.models import Patient, User
from patients.post import post

DEVICE_COOKIE = "device"
FRESH = 300  # seconds in which a proof still counts as "just now"

_MISMATCH = _("That email and password do not match. Try again or reset.")
_TRY_LATER = _("There were too many tries. Wait five minutes, then try again.")

_SAID = {
    "logged_out.txt": _("You are signed out."),
    "password_changed.txt": _("Your password is changed."),
    "password_set.txt": _("Your password is changed."),
    "email_confirmed.txt": _("Your address is confirmed."),
    "totp_activated.txt": _("Your second step is on."),
    "totp_deactivated.txt": _("Your second step is off."),
    "webauthn_added.txt": _("Your passkey is added."),
    "webauthn_removed.txt": _("Your passkey is removed."),
    "recovery_codes_generated.txt": _("Keep these codes in a safe place."),
    "sessions_logged_out.txt": _("The other sessions are ended."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Signing in, signing up and letters, in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask the person who runs it."),
        "email_password_mismatch": _MISMATCH,
        "invalid_login": _MISMATCH,
        "enter_current_password": _("Enter the password you use now."),
        "incorrect_password": _("That is not the password you use now."),
        "incorrect_code": _("That code does not match. Check it and try again."),
        "too_many_login_attempts": _TRY_LATER,
        "rate_limited": _TRY_LATER,
        "email_taken": _("Use another address."),
        "same_as_current": _("This is the address you use already."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return start_page(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return "/welcome/1/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/sign-in/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/settings/sign-in/"

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names."""

    def get_user_search_fields(self) -> list[str]:
        return ["email"]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what happened in our words; occasions without words stay silent."""
        words = message or _SAID.get((message_template or "").rpartition("/")[2])
        if words:
            messages.add_message(request, level, words, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send the letter of this occasion, in the language of whoever reads it;
        occasions without words send nothing."""
        language = getattr(context.get("user"), "language", None) or get_language()
        with override(language):
            letter = letters.letter(template_prefix, context)
        if letter is not None:
            post(email, letter.subject, letter.body)

    def post_login(
        self, request: HttpRequest, user: User, **hooks: Any
    ) -> HttpResponse:
        """Start the session's clocks, and say so when the device is a new one."""
        now = clock.now()
        response = super().post_login(request, user, **hooks)
        staff = Actor(user).needs_second_factor
        sessions.begin(request.session, staff=staff, now=now)
        self._greet_device(request, user, response, hooks.get("signup", False), now)
        return response

    def _greet_device(
        self,
        request: HttpRequest,
        user: User,
        response: HttpResponse,
        signup: bool,  # noqa: FBT001 - the library's word, passed on
        now: dt.datetime,
    ) -> None:
        if devices.known(user, request.COOKIES.get(DEVICE_COOKIE, "")):
            return
        first = not user.devices.exists()
        name = devices.spoken_name(request.headers.get("User-Agent", ""))
        token = devices.meet(user, name=name, now=now)
        set_device_cookie(response, token)
        if not (signup or first):
            activity.note(activity.Kind.NEW_DEVICE, by=user, about=user, now=now)
            with override(user.language):
                letter = letters.new_device(user, name=name, now=now)
            post(user.email, letter.subject, letter.body)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again unless the person has proved herself within five minutes."""
        return not proved_just_now(self.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict]:
        """Offer the second factor first to whoever has one."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] == "reauthenticate")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are sealed, and those who need one keep one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code does not match. Check it and try again."),
        "cannot_delete_authenticator": _(
            "Your work needs a second step. Add another one before you remove this."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def get_totp_issuer(self) -> str:
        return "Careplan"

    def encrypt(self, text: str) -> str:
        return sealed.service_keys().seal(text.encode(), place="second-factor").hex()

    def decrypt(self, encrypted_text: str) -> str:
        raw = bytes.fromhex(encrypted_text)
        return sealed.service_keys().open(raw, place="second-factor").decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not Actor(authenticator.user).needs_second_factor:
            return True
        return other_factors(authenticator).exists()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        held = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey") if not held else f"{gettext('Passkey')} {held + 1}"


def other_factors(authenticator: Authenticator) -> Any:
    """Give what else this person could prove herself with."""
    others = Authenticator.objects.filter(user=authenticator.user)
    others = others.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return others.exclude(pk=authenticator.pk)


def start_page(user: User) -> str:
    """Say where a person's day begins: her own record first, then work, then accounts."""
    if user.clinician_posts.exists():
        return "/c/caseload/"
    if user.admin_posts.exists():
        return "/manage/accounts/"
    # The request began with nobody signed in; only its owner may see the record.
    with (
        acting_as(person(user.pk, second_factor=False)),
        transaction.atomic(savepoint=False),
    ):
        own = Patient.objects.filter(user=user).first()
    if own is None:
        return "/"
    return "/today/" if own.welcomed_at else "/welcome/1/"


def proved_just_now(request: HttpRequest) -> bool:
    """Say whether the person proved herself within five minutes, by all she has.

    Whoever has a second factor must have used it; a password alone is not enough.
    """
    user = request.user
    if not user.is_authenticated:
        return False
    needs = user.authenticator_set.exclude(type="recovery_codes").exists()
    records = get_authentication_records(request, user)
    fresh = [r for r in records if time.time() - r["at"] < FRESH]
    return any(r["method"] == "mfa" or not needs for r in fresh)


def set_device_cookie(response: HttpResponse, token: str) -> None:
    """Leave the device's cookie. It opens nothing by itself."""
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=int(devices.COOKIE_AGE.total_seconds()),
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )
