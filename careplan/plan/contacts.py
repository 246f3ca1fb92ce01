"""When each clinician meets the patient next, by the interval the plan names (Q6).

The last meeting that took place plus the interval; a booked one counts instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Met:
    """What is known about meetings with one clinician, as local days."""

    role: str
    every_days: int | None
    held_on: date | None = None
    booked_on: date | None = None


@dataclass(frozen=True)
class Contact:
    """The next meeting with one clinician. Overdue from the day after it was due."""

    role: str
    every_days: int
    next_on: date
    is_booked: bool
    is_overdue: bool


def next_contact(met: Met, *, since: date, today: date) -> Contact | None:
    """Return the next meeting, or None when the plan names no interval.

    `since` is the day the interval was agreed: before a first meeting it counts from
    there. A booked day in the past is no meeting: it is missed until it is marked.
    """
    if met.every_days is None:
        return None
    due_on = (met.held_on or since) + timedelta(days=met.every_days)
    is_booked = met.booked_on is not None and met.booked_on >= today
    next_on = met.booked_on if is_booked and met.booked_on else due_on
    return Contact(
        role=met.role,
        every_days=met.every_days,
        next_on=next_on,
        is_booked=is_booked,
        is_overdue=not is_booked and due_on < today,
    )
