"""How many days a stock of tablets still lasts (R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal


@dataclass(frozen=True)
class Stock:
    """What was counted, when, and what was taken since, all in whole tablets."""

    counted: Decimal
    counted_on: date
    taken_since: Decimal
    per_day: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.counted - self.taken_since, Decimal(0))


@dataclass(frozen=True)
class Refill:
    """Full days left, the last day covered, and whether it is time to ask."""

    days_left: int
    lasts_until: date
    is_due: bool


def refill(stock: Stock, *, today: date, lead_days: int) -> Refill | None:
    """Return how long the stock lasts after today; None when nothing is used daily.

    Days come from doses taken, not from doses planned. The warning is due when the
    days left are no more than the lead time the patient chose.
    """
    if stock.per_day <= 0:
        return None
    days = int((stock.left / stock.per_day).to_integral_value(ROUND_FLOOR))
    return Refill(days, today + timedelta(days=days), days <= lead_days)
