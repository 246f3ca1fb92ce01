"""The words of letters about an account. No clinical word, no clinic, no product talk.

Somebody else may read them (security.md C1): a subject says at most that it is about
signing in.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from patients.models import Invitation, User


@dataclass(frozen=True, slots=True)
class Letter:
    """One finished letter."""

    subject: str
    body: str


def letter(occasion: str, context: dict[str, Any]) -> Letter | None:
    """Find the letter of an occasion the sign-in library names; None means silence."""
    write = _OCCASIONS.get(occasion.rpartition("/")[2])
    return write(context) if write else None


def _code(context: dict[str, Any]) -> Letter:
    body = _(
        "Your code is {code}\n\nEnter it on the page where you asked for it. It works"
        " for 15 minutes.\nIf you did not ask for a code, you need do nothing."
    )
    return Letter(_("Your code"), body.format(code=context["code"]))


def _exists(context: dict[str, Any]) -> Letter:
    body = _(
        "Somebody asked to sign up with this address. You have an account already.\n\n"
        "If it was you, sign in, or choose a new password here:\n{url}\n\n"
        "If it was not you, you need do nothing."
    )
    return Letter(_("About signing in"), body.format(url=context["password_reset_url"]))


def _unknown(context: dict[str, Any]) -> Letter:
    body = _(
        "Somebody asked for a new password with this address. There is no account with"
        " it.\n\nIf it was you, you may have used another address.\n"
        "If it was not you, you need do nothing."
    )
    return Letter(_("About signing in"), body)


def _reset(context: dict[str, Any]) -> Letter:
    body = _(
        "Choose a new password here. The link works once, for 30 minutes:\n\n{url}\n\n"
        "If you use a second step to sign in, you will still need it.\n"
        "If you did not ask for this, you need do nothing."
    )
    return Letter(_("A new password"), body.format(url=context["password_reset_url"]))


def _changed(what: str) -> Any:
    def write(context: dict[str, Any]) -> Letter:
        body = _(
            "{what}\n\nIf it was you, you need do nothing.\nIf it was not you, choose a"
            " new password now:\n{url}"
        )
        url = f"{settings.SITE_ADDRESS}/password/reset/"
        return Letter(_("About signing in"), body.format(what=_(what), url=url))

    return write


_OCCASIONS: dict[str, Any] = {
    "email_confirmation": _code,
    "email_confirmation_signup": _code,
    "account_already_exists": _exists,
    "unknown_account": _unknown,
    "password_reset_key": _reset,
    "password_changed": _changed(noop("Your password was changed.")),
    "password_set": _changed(noop("Your password was changed.")),
    "password_reset": _changed(noop("Your password was changed.")),
    "email_changed": _changed(noop("The address you sign in with was changed.")),
    "email_deleted": _changed(noop("The address you sign in with was changed.")),
    "totp_activated": _changed(noop("A second step was added to your sign-in.")),
    "totp_deactivated": _changed(noop("A second step was removed from your sign-in.")),
    "webauthn_added": _changed(noop("A passkey was added to your sign-in.")),
    "webauthn_removed": _changed(noop("A passkey was removed from your sign-in.")),
    "recovery_codes_generated": _changed(noop("New recovery codes were made.")),
}


def new_device(user: User, *, name: str, now: dt.datetime) -> Letter:
    """Say that somebody signed in on a browser we have not met."""
    body = _(
        "Somebody signed in to your account on a new device ({name}) at {time} UTC.\n\n"
        "If it was you, you need do nothing.\n"
        "If it was not you, end that session and choose a new password:\n{url}"
    )
    said = body.format(
        name=name or _("unknown"),
        time=now.strftime("%d.%m.%Y %H:%M"),
        url=f"{settings.SITE_ADDRESS}/settings/sign-in/devices/",
    )
    return Letter(_("A new sign-in"), said)


def invitation(offer: Invitation, token: str) -> Letter:
    """Invite somebody. It says who invites and nothing about why."""
    body = _(
        "{name} invites you to join them online.\n\nRead more and answer here. The link"
        " works once, for 7 days:\n{url}\n\n"
        "If you do not know {name}, you need do nothing."
    )
    url = f"{settings.SITE_ADDRESS}/invite/{token}/"
    said = body.format(name=offer.invited_by.called, url=url)
    return Letter(_("An invitation"), said)


def closed(token: str) -> Letter:
    """Say that an account was closed, and how to open it again for 30 days."""
    body = _(
        "Your account is closed, as you asked.\n\nIf you change your mind, or if it was"
        " not you, open it again here. The link works once, for 30 days:\n{url}"
    )
    url = f"{settings.SITE_ADDRESS}/data/return/{token}/"
    return Letter(_("Your account"), body.format(url=url))


def something_to_read(path: str) -> Letter:
    """Say that something waits, and nothing about what (security.md C1)."""
    body = _("There is something new for you to read. Sign in to see it:\n{url}")
    url = f"{settings.SITE_ADDRESS}{path}"
    return Letter(_("Something new to read"), body.format(url=url))
