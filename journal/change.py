"""Did a score change, and does the change count? For clinicians only.

Whole-number arithmetic throughout; percentages are only for showing, with one
decimal. Source of every rule: clinical.md section 3, named in each docstring.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

REMISSION_BELOW = {"phq9": 5, "gad7": 5}
RELIABLE_POINTS = {"phq9": 6, "gad7": 4, "pcl5": 5}
MEANINGFUL_POINTS = {"phq9": 5, "pcl5": 10}
CASENESS_FROM = {"phq9": 10, "gad7": 8}
RESPONSE_FLOOR = 5


class Direction(StrEnum):
    IMPROVED = "improved"
    NONE = "none"
    WORSENED = "worsened"


@dataclass(frozen=True, slots=True)
class Scores:
    """A PHQ-9 and a GAD-7 total of the same time."""

    phq9: int
    gad7: int


def improvement_percent(baseline: int, now: int) -> Decimal | None:
    """Fall from the baseline in percent, one decimal; none when baseline is 0."""
    if baseline == 0:
        return None
    exact = Decimal(100 * (baseline - now)) / Decimal(baseline)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def has_fallen_by(percent: int, *, baseline: int, now: int) -> bool:
    """Whether the fall is at least that many percent of the baseline, exactly."""
    return 100 * (baseline - now) >= percent * baseline


def response(baseline: int, now: int) -> bool | None:
    """A fall of half or more [V GermanIMPACT table 1]; none when the baseline is
    below 5, where halving says nothing [P][CLIN]."""
    if baseline < RESPONSE_FLOOR:
        return None
    return 2 * now <= baseline


def remission_range(instrument_id: str, now: int) -> bool | None:
    """Below 5 on PHQ-9 [V GermanIMPACT] or GAD-7 [U]; none for other measures."""
    limit = REMISSION_BELOW.get(instrument_id)
    return None if limit is None else now < limit


def reliable_change(instrument_id: str, *, baseline: int, now: int) -> Direction | None:
    """6 points on PHQ-9, 4 on GAD-7 [S NHS Talking Therapies], 5 on PCL-5 [V].

    None for a measure without a published figure.
    """
    points = RELIABLE_POINTS.get(instrument_id)
    if points is None:
        return None
    if baseline - now >= points:
        return Direction.IMPROVED
    return Direction.WORSENED if now - baseline >= points else Direction.NONE


def clinically_meaningful(
    instrument_id: str, *, baseline: int, now: int
) -> bool | None:
    """5 points on PHQ-9 [U], 10 on PCL-5 [V], either way; none for others."""
    points = MEANINGFUL_POINTS.get(instrument_id)
    return None if points is None else abs(baseline - now) >= points


def noticeable(baseline: int, now: int) -> bool:
    """20 % of the baseline or more, either way: "a change you may notice".

    Never drives an alert [V PMC9340848, PMC8485844].
    """
    return baseline > 0 and 5 * abs(baseline - now) >= baseline


def caseness(scores: Scores) -> bool:
    """PHQ-9 of 10 or more, or GAD-7 of 8 or more [S]."""
    return scores.phq9 >= CASENESS_FROM["phq9"] or scores.gad7 >= CASENESS_FROM["gad7"]


def recovery(start: Scores, end: Scores) -> bool:
    """Caseness at the start and not at the end [S]."""
    return caseness(start) and not caseness(end)


def reliable_improvement(start: Scores, end: Scores) -> bool:
    """One of the two reliably better and neither reliably worse [S][CLIN]."""
    changes = _changes(start, end)
    return Direction.IMPROVED in changes and Direction.WORSENED not in changes


def reliable_deterioration(start: Scores, end: Scores) -> bool:
    """One of the two reliably worse and neither reliably better [S][CLIN]."""
    changes = _changes(start, end)
    return Direction.WORSENED in changes and Direction.IMPROVED not in changes


def reliable_recovery(start: Scores, end: Scores) -> bool:
    """Recovery and reliable improvement together [S]."""
    return recovery(start, end) and reliable_improvement(start, end)


def significant_improvement(baseline: int, now: int) -> bool:
    """PHQ-9 below 10, or a fall of half or more [V ps.201400577]."""
    return now < 10 or 2 * now <= baseline


def _changes(start: Scores, end: Scores) -> set[Direction | None]:
    return {
        reliable_change("phq9", baseline=start.phq9, now=end.phq9),
        reliable_change("gad7", baseline=start.gad7, now=end.gad7),
    }
