"""How long a sign-in lasts: idle and absolute limits, and the notice of a new device.

Idle 15 minutes for clinicians and administrators, 30 for patients; 12 hours in all
(security.md F3). On a device the person asked us to remember, an idle session becomes
write-only instead of ending: a check-in still takes two taps, reading asks for the
password or passkey again (decisions 21).
"""

import datetime as dt
from collections.abc import MutableMapping
from enum import StrEnum
from typing import Any

BEGAN, SEEN, STAFF, SHELL = "began_at", "seen_at", "staff", "shell"
STAFF_IDLE = dt.timedelta(minutes=15)
PATIENT_IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)
TOUCH_EVERY = dt.timedelta(seconds=60)


class SessionState(StrEnum):
    """What a session is still good for."""

    OPEN = "open"  # everything
    WRITE_ONLY = "write_only"  # send a check-in, read nothing
    OVER = "over"  # signed out


def idle_limit(session: MutableMapping[str, Any]) -> dt.timedelta:
    """Give the time a session may lie still."""
    return STAFF_IDLE if session.get(STAFF) else PATIENT_IDLE


def state(
    session: MutableMapping[str, Any], *, remembered: bool, now: dt.datetime
) -> SessionState:
    """Judge a session by its own two times. One without times has just begun."""
    began, seen = _time(session, BEGAN, now), _time(session, SEEN, now)
    if now - began >= ABSOLUTE:
        return SessionState.OVER
    if now - seen < idle_limit(session):
        return SessionState.OPEN
    if remembered and not session.get(STAFF):
        return SessionState.WRITE_ONLY
    return SessionState.OVER


def touch(session: MutableMapping[str, Any], *, now: dt.datetime) -> None:
    """Note that the person is there; at most one write a minute."""
    session.setdefault(BEGAN, now.isoformat())
    if SEEN not in session or now - _time(session, SEEN, now) >= TOUCH_EVERY:
        session[SEEN] = now.isoformat()


def begin(session: MutableMapping[str, Any], *, staff: bool, now: dt.datetime) -> None:
    """Start the clocks at sign-in."""
    session[STAFF] = staff
    session[BEGAN] = session[SEEN] = now.isoformat()


def _time(
    session: MutableMapping[str, Any], key: str, default: dt.datetime
) -> dt.datetime:
    written = session.get(key)
    return dt.datetime.fromisoformat(written) if written else default
