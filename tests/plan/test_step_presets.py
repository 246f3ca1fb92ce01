"""R2, R3, decisions 9: rows of steps are arithmetic the prescriber then owns."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.plan.step_presets import (
    CannotFill,
    ReductionRule,
    Shape,
    Step,
    change_percent,
    fill,
    notes,
)

NOV_30 = date(2026, 11, 30)
BENZO = ReductionRule("benzodiazepine", 10, 25, 14)
ANTIDEPRESSANT = ReductionRule("antidepressant", 50, None, 14)


def filled(start: str, end: str, number: int, shape: Shape, **more: object) -> list:
    steps = fill(
        start=Decimal(start),
        end=Decimal(end),
        number=number,
        shape=shape,
        first_on=NOV_30,
        every_days=14,
        **more,
    )
    return [(str(step.dose.normalize()), step.not_before) for step in steps]


def test_equal_steps_take_the_same_amount_each_time() -> None:
    doses = [dose for dose, _ in filled("15", "0", 2, Shape.LINEAR)]
    assert doses == ["7.5", "0"]


def test_dates_are_the_given_days_apart_and_start_where_told() -> None:
    days = [day for _, day in filled("30", "0", 3, Shape.LINEAR)]
    assert days == [NOV_30, date(2026, 12, 14), date(2026, 12, 28)]


def test_shares_of_the_last_dose_end_exactly_where_told() -> None:
    doses = [dose for dose, _ in filled("20", "5", 2, Shape.PROPORTIONAL)]
    assert doses == ["1E+1", "5"]


def test_shares_never_reach_zero_so_the_last_dose_is_asked_for() -> None:
    with pytest.raises(CannotFill, match="last dose before stopping"):
        filled("20", "0", 3, Shape.PROPORTIONAL)
    doses = filled("20", "0", 3, Shape.PROPORTIONAL, lowest=Decimal(5))
    assert [dose for dose, _ in doses] == ["1E+1", "5", "0"]


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [("20", "20", 2), ("-1", "5", 2), ("20", "5", 0), ("20", "5", 61)],
)
def test_numbers_that_make_no_row_are_refused(
    start: str, end: str, number: int
) -> None:
    with pytest.raises(CannotFill):
        filled(start, end, number, Shape.LINEAR)


@given(
    st.decimals(1, 400, places=1),
    st.decimals(1, 400, places=1),
    st.integers(1, 30),
    st.sampled_from(Shape),
)
def test_steps_go_one_way_and_end_at_the_dose_given(
    start: Decimal, end: Decimal, number: int, shape: Shape
) -> None:
    """R3: no preset ever passes the end or turns back."""
    if start == end:
        return
    steps = fill(
        start=start,
        end=end,
        number=number,
        shape=shape,
        first_on=NOV_30,
        every_days=7,
    )
    doses = [start, *(step.dose for step in steps)]
    assert doses[-1] == end
    assert doses in (sorted(doses), sorted(doses, reverse=True))


def test_percent_is_of_the_dose_before() -> None:
    assert change_percent(Decimal(50), Decimal(75)) == Decimal("50.0")
    assert change_percent(Decimal(15), Decimal("7.5")) == Decimal("-50.0")
    assert change_percent(Decimal(0), Decimal(25)) is None


def weigh(now: str, doses: list[str], tag: str, every: int = 14, least: int = 14):
    steps = [
        Step(order, Decimal(dose), date.fromordinal(NOV_30.toordinal() + every * i))
        for i, (order, dose) in enumerate(enumerate(doses, start=1))
    ]
    found = notes(
        Decimal(now),
        steps,
        tags=frozenset({tag}),
        rules=[BENZO, ANTIDEPRESSANT],
        min_interval_days=least,
    )
    return [(note.order, note.kind) for note in found]


def test_an_antidepressant_cut_in_half_is_not_noted_but_a_bigger_one_is() -> None:
    assert weigh("100", ["50"], "antidepressant") == []
    assert weigh("100", ["49"], "antidepressant") == [(1, "reduction")]


def test_a_benzodiazepine_is_noted_over_ten_percent_strongly_over_25_in_14_days():
    assert weigh("10", ["9"], "benzodiazepine") == []
    assert weigh("10", ["8"], "benzodiazepine") == [(1, "reduction")]
    assert weigh("10", ["9", "8.2", "7.4"], "benzodiazepine", every=5, least=5) == [
        (3, "strong_reduction")
    ]


def test_steps_closer_than_the_least_interval_are_noted() -> None:
    assert (2, "interval") in weigh("20", ["15", "10"], "none", every=7)
    assert weigh("20", ["15", "10"], "none", every=7, least=7) == []
