"""Which days are compared: before the change, and now."""

from dataclasses import dataclass
from datetime import date, timedelta

from careplan.review.timeline.data import Span

LENGTH = 28  # days in a window
SETTLING = 14  # days after a change that are not counted while it is young
YOUNG = 2 * LENGTH  # days: until then "so far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Before and now; ``now`` is ``None`` until the settling time is over."""

    before: Span
    now: Span | None
    so_far: bool


def windows(change: date, *, today: date) -> Windows:
    """The 28 days before the change and the 28 days to today.

    A change less than 56 days ago is compared from its 14th day on, "so far".
    """
    before = Span(start=change - timedelta(days=LENGTH), end=change - timedelta(days=1))
    if (today - change).days >= YOUNG:
        now = Span(start=today - timedelta(days=LENGTH - 1), end=today)
        return Windows(before=before, now=now, so_far=False)
    settled = change + timedelta(days=SETTLING)
    young = Span(start=settled, end=today) if settled <= today else None
    return Windows(before=before, now=young, so_far=True)
