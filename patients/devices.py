"""The browsers a person signed in on: known, remembered, forgotten."""

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from patients.models import Device, User

COOKIE_AGE = dt.timedelta(days=400)


def hashed(token: str) -> str:
    """Give what is stored of a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def known(user: User, token: str) -> Device | None:
    """Find the device a cookie stands for, unless it was forgotten."""
    if not token:
        return None
    devices = Device.objects.filter(user=user, forgotten_at=None)
    return devices.filter(token_hash=hashed(token)).first()


@transaction.atomic
def meet(user: User, *, name: str, now: dt.datetime) -> str:
    """Write down a new device and give its cookie."""
    token = secrets.token_urlsafe(32)
    Device.objects.create(
        user=user, token_hash=hashed(token), name=name[:120], last_seen_at=now
    )
    return token


@transaction.atomic
def remember(device: Device, *, yes: bool) -> None:
    """Let this device send check-ins when idle, or no longer."""
    device.remembered = yes
    device.save(update_fields=["remembered"])


@transaction.atomic
def forget(user: User, *, now: dt.datetime) -> int:
    """Forget every device of a person; says how many. The next sign-in is a new one."""
    devices = Device.objects.filter(user=user, forgotten_at=None)
    return devices.update(forgotten_at=now, remembered=False)


def spoken_name(user_agent: str) -> str:
    """Turn a browser's own words into "Firefox on Windows"."""
    browser = _first(user_agent, ("Edg", "Firefox", "CriOS", "Chrome", "Safari"))
    system = _first(
        user_agent, ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    )
    names = {"Edg": "Edge", "CriOS": "Chrome", "Mac OS": "a Mac", "iPhone": "an iPhone"}
    said = [names.get(word, word) for word in (browser, system) if word]
    return " on ".join(said)


def _first(text: str, words: tuple[str, ...]) -> str:
    return next((word for word in words if word in text), "")
