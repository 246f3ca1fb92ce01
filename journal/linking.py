"""Which dose change a side effect followed (N2): a suggestion the person can undo.

Timing is not proof: the link says "day 6 after 50 -> 75 mg" and nothing about cause.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# One month: the window in which clinical.md section 10 counts a change as recent.
WINDOW_DAYS = 28


@dataclass(frozen=True, slots=True)
class DoseChange:
    """A change as it took place. ``None`` before is a start, after is a stop."""

    step_id: str
    medicine_id: str
    medicine_name: str
    changed_on: date
    before: Decimal | None
    after: Decimal | None
    unit: str
    is_known_for_it: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The change a side effect followed and the day count since it (0 = same day).

    ``journal.words.link_words`` says it in words.
    """

    change: DoseChange
    day: int


def preceding_change(
    began_on: date, changes: Iterable[DoseChange], *, window_days: int = WINDOW_DAYS
) -> Link | None:
    """The change to link to, or none inside the window. Never a later change.

    The latest change wins; of several on one day, a medicine whose own list
    names the effect, then the name that comes first.
    """
    near = [
        change
        for change in changes
        if 0 <= (began_on - change.changed_on).days <= window_days
    ]
    if not near:
        return None
    best = min(near, key=_closeness)
    return Link(best, (began_on - best.changed_on).days)


def _closeness(change: DoseChange) -> tuple[int, bool, str, str]:
    return (
        -change.changed_on.toordinal(),
        not change.is_known_for_it,
        change.medicine_name,
        change.step_id,
    )
