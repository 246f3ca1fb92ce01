"""What goes with what (V5): two things logged on the same days. Not a cause.

Silent below 14 days on which both were logged, and when one of them hardly ever
differed. The strength is Spearman's rank correlation, so that one odd day cannot
make a link. The words for it are product policy, not a published scale.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import correlation

from careplan.common.marking import gettext_noop as _

ENOUGH_DAYS = 14
# A yes or no that was the same on all but a few days says nothing.
ENOUGH_DIFFERENT_DAYS = 4
CAVEAT = _("not a cause")


class Strength(StrEnum):
    """Up to 0.3 no clear link, 0.5 weak, 0.7 moderate, above strong [P]."""

    NO_CLEAR_LINK = _("no clear link")
    WEAK = _("weak")
    MODERATE = _("moderate")
    STRONG = _("strong")


class Way(StrEnum):
    TOGETHER = _("together")  # more of one on days with more of the other
    OPPOSITE = _("opposite")


@dataclass(frozen=True, slots=True)
class Association:
    """Number of days, strength and way, always with "not a cause".

    ``careplan.review.association_words`` says it in words.
    """

    factor: str
    outcome: str
    days: int
    strength: Strength
    way: Way
    coefficient: float
    caveat: str = CAVEAT


def association(
    factor: str,
    outcome: str,
    *,
    factor_by_day: Mapping[date, float],
    outcome_by_day: Mapping[date, float],
) -> Association | None:
    """How two things went together, or none while there is too little to say.

    The values are one a day; a yes or no is 1 or 0.
    """
    days = sorted(factor_by_day.keys() & outcome_by_day.keys())
    first = [float(factor_by_day[day]) for day in days]
    second = [float(outcome_by_day[day]) for day in days]
    if len(days) < ENOUGH_DAYS or not (_varies(first) and _varies(second)):
        return None
    found = correlation(_ranks(first), _ranks(second))
    return Association(
        factor=factor,
        outcome=outcome,
        days=len(days),
        strength=_strength(abs(found)),
        way=Way.TOGETHER if found >= 0 else Way.OPPOSITE,
        coefficient=round(found, 2),
    )


def _varies(values: Sequence[float]) -> bool:
    (_, most), *_others = Counter(values).most_common(1)
    return len(values) - most >= ENOUGH_DIFFERENT_DAYS


def _strength(size: float) -> Strength:
    if size < 0.3:
        return Strength.NO_CLEAR_LINK
    if size < 0.5:
        return Strength.WEAK
    return Strength.MODERATE if size < 0.7 else Strength.STRONG


def _ranks(values: Sequence[float]) -> list[float]:
    """Places in order; equal values share the mean of their places."""
    ordered = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(ordered)))}
    counts = Counter(ordered)
    return [first[value] + (counts[value] - 1) / 2 for value in values]
