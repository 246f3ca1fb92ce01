"""When to try again: doubling steps with a ceiling, and the provider's own wish."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Trouble(StrEnum):
    QUICK = "quick"  # a network or a provider having a bad minute
    MAILBOX = "mailbox"  # the mailbox itself: full, greylisted, asleep


STEPS = {
    Trouble.QUICK: (10, 30, 60, 300, 900),
    Trouble.MAILBOX: (60, 300, 600, 1200, 1800),
}
CEILING = timedelta(hours=1)
LONGEST_WISH = timedelta(hours=6)
MOST_ATTEMPTS = 12


def next_try(
    *,
    attempts: int,
    trouble: Trouble,
    wish: timedelta | None,
    spread: int,
    now: datetime,
) -> datetime | None:
    """The next attempt after `attempts` of them, None when there were enough.

    A Retry-After longer than our own step is honoured, up to six hours. `spread`
    (any stable number of the row) moves rows apart by up to a tenth, so that a
    provider coming back is not met by all of them in the same second.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    pause = _step(attempts, trouble)
    pause += pause * (spread % 100) / 1000
    if wish is not None:
        pause = max(pause, min(wish, LONGEST_WISH))
    return now + pause


def _step(attempts: int, trouble: Trouble) -> timedelta:
    steps = STEPS[trouble]
    if attempts <= len(steps):
        return timedelta(seconds=steps[max(0, attempts - 1)])
    doubled = timedelta(seconds=steps[-1] * 2 ** (attempts - len(steps)))
    return min(doubled, CEILING)
