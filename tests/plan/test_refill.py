"""R6: days left come from doses taken; the patient sets how early to be told."""

from datetime import date
from decimal import Decimal

from careplan.plan.refill import Stock, refill

TODAY = date(2026, 11, 21)


def stock(counted: str, taken: str, per_day: str) -> Stock:
    return Stock(Decimal(counted), date(2026, 11, 1), Decimal(taken), Decimal(per_day))


def test_days_left_count_what_was_taken_not_what_was_planned() -> None:
    left = refill(stock("60", "18", "1"), today=TODAY, lead_days=28)
    assert left is not None
    assert left.days_left == 42
    assert left.lasts_until == date(2027, 1, 2)
    assert not left.is_due


def test_it_is_time_to_ask_at_the_lead_time_chosen() -> None:
    left = refill(stock("60", "18", "1.5"), today=TODAY, lead_days=28)
    assert left is not None
    assert (left.days_left, left.is_due) == (28, True)


def test_part_of_a_day_does_not_count_as_a_day() -> None:
    left = refill(stock("3.5", "0", "1"), today=TODAY, lead_days=2)
    assert left is not None
    assert left.days_left == 3


def test_more_taken_than_counted_leaves_nothing_rather_than_less() -> None:
    left = refill(stock("10", "12", "1"), today=TODAY, lead_days=7)
    assert left is not None
    assert left.days_left == 0


def test_a_medicine_not_taken_every_day_has_no_forecast() -> None:
    assert refill(stock("10", "0", "0"), today=TODAY, lead_days=7) is None
