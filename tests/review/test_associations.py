"""V5: what goes with what: days, strength, "not a cause", silent below 14 days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.review import associations
from careplan.review.association_words import association_words

DAY = date(2026, 11, 1)


def by_day(values):
    return {DAY + timedelta(days=n): value for n, value in enumerate(values)}


def found(factor, outcome):
    return associations.association(
        "Sleep", "mood", factor_by_day=by_day(factor), outcome_by_day=by_day(outcome)
    )


@pytest.mark.parametrize(("days", "speaks"), [(13, False), (14, True)])
def test_v5_silent_below_14_days(days, speaks):
    assert (found(range(days), range(days)) is not None) is speaks


def test_only_days_with_both_count():
    first, second = by_day(range(20)), by_day(range(30))
    later = {day + timedelta(days=10): value for day, value in second.items()}

    assert (
        associations.association("a", "b", factor_by_day=first, outcome_by_day=later)
        is None
    )


def test_v5_states_days_strength_way_and_not_a_cause():
    words = association_words(found(range(20), range(20)))

    assert words == "Sleep and mood: strong, together, over 20 days; not a cause"
    assert "opposite" in association_words(found(range(20), range(20, 0, -1)))


def test_no_link_is_said_without_a_way():
    flat = found([0, 1] * 10, [1, 1, 2, 2] * 5)

    assert (
        association_words(flat)
        == "Sleep and mood: no clear link, over 20 days; not a cause"
    )


def test_one_odd_day_makes_no_link():
    assert found([0] * 19 + [1], list(range(20))) is None
    assert found([5] * 20, list(range(20))) is None


numbers = st.lists(st.integers(0, 5), min_size=0, max_size=40)


@given(numbers, numbers)
def test_it_never_claims_more_than_the_days_there_are(first, second):
    result = found(first, second)

    if min(len(first), len(second)) < 14:
        assert result is None
    if result is not None:
        assert -1 <= result.coefficient <= 1
        assert result.caveat == "not a cause"
        assert association_words(result).endswith("not a cause")


@given(numbers, numbers)
def test_it_says_the_same_from_either_side(first, second):
    forth, back = found(first, second), found(second, first)

    assert (forth is None) == (back is None)
    if forth is not None:
        assert forth.coefficient == back.coefficient
