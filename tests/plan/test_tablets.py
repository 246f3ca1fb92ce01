"""R4: real tablets that add up exactly, or the plain answer that they cannot."""

from decimal import Decimal
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.plan.tablets import Piece, Strength, tablets_for


def whole(*amounts: str) -> list[Strength]:
    return [Strength(Decimal(amount)) for amount in amounts]


def test_case_108_takes_the_fewest_whole_tablets() -> None:
    made = tablets_for(Decimal("75"), whole("25", "50", "100"))
    assert made is not None
    assert made.pieces == (
        Piece(Decimal("50"), half=False, count=1),
        Piece(Decimal("25"), half=False, count=1),
    )


def test_case_109_halves_a_tablet_stated_as_scored() -> None:
    made = tablets_for(
        Decimal("37.5"), [Strength(Decimal(25), can_be_halved=True), *whole("50")]
    )
    assert made is not None
    assert made.pieces == (
        Piece(Decimal("25"), half=False, count=1),
        Piece(Decimal("25"), half=True, count=1),
    )


def test_case_110_says_it_cannot_when_nothing_may_be_halved() -> None:
    assert tablets_for(Decimal("37.5"), whole("25", "50")) is None


def test_case_111_half_of_one_makes_it_and_half_of_two_does_not() -> None:
    made = tablets_for(Decimal("0.5"), [Strength(Decimal(1), can_be_halved=True)])
    assert made is not None
    assert made.pieces == (Piece(Decimal(1), half=True, count=1),)
    assert tablets_for(Decimal("0.5"), [Strength(Decimal(2), True)]) is None


def test_case_112_prefers_one_piece_to_three() -> None:
    made = tablets_for(
        Decimal("7.5"), [Strength(Decimal(15), can_be_halved=True), *whole("2.5")]
    )
    assert made is not None
    assert made.pieces == (Piece(Decimal(15), half=True, count=1),)


def test_no_tablet_is_needed_for_no_dose() -> None:
    made = tablets_for(Decimal(0), whole("25"))
    assert made is not None
    assert made.count == 0


def test_stock_counts_a_half_as_half_a_tablet() -> None:
    made = tablets_for(Decimal("37.5"), [Strength(Decimal(25), can_be_halved=True)])
    assert made is not None
    assert made.in_tablets == Decimal("1.5")


@pytest.mark.parametrize("dose", ["-1", "-0.5"])
def test_a_negative_dose_is_refused(dose: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        tablets_for(Decimal(dose), whole("25"))


doses = st.decimals(min_value=0, max_value=400, places=2)
strengths = st.lists(
    st.builds(
        Strength,
        st.sampled_from([Decimal(x) for x in ("0.5", "1", "2.5", "7.5", "25", "150")]),
        st.booleans(),
    ),
    max_size=3,
)


@given(doses, strengths)
def test_the_pieces_add_up_exactly_or_none_are_named(
    dose: Decimal, at_hand: list[Strength]
) -> None:
    """R4: never an answer that is nearly right, never a half of an unscored one."""
    made = tablets_for(dose, at_hand)
    if made is None:
        return
    assert made.total == dose
    scored = {strength.amount for strength in at_hand if strength.can_be_halved}
    assert {piece.strength for piece in made.pieces if piece.half} <= scored


@given(st.integers(1, 40), strengths)
def test_no_smaller_count_of_pieces_makes_the_dose(
    quarters: int, at_hand: list[Strength]
) -> None:
    """R4: checked against trying everything up to three pieces."""
    dose = Decimal(quarters) / 4
    sizes = [s.amount for s in at_hand]
    sizes += [s.amount / 2 for s in at_hand if s.can_be_halved]
    brute = next(
        (
            count
            for count in (1, 2, 3)
            for pick in combinations_with_replacement(sizes, count)
            if sum(pick) == dose
        ),
        None,
    )
    made = tablets_for(dose, at_hand)
    if brute is not None:
        assert made is not None
        assert made.count == brute
