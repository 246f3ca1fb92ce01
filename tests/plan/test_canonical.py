"""L10, N8: the same agreed text always has the same hash, and any other another."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.plan.canonical import (
    canonical,
    decimal_text,
    section_hash,
    version_hash,
)


def test_key_order_and_spelling_of_a_number_do_not_matter() -> None:
    one = {"dose": Decimal("75.00"), "unit": "mg"}
    other = {"unit": "mg", "dose": Decimal("75")}
    assert section_hash(one) == section_hash(other)


def test_a_changed_letter_changes_the_hash() -> None:
    assert section_hash({"dose": "75 mg"}) != section_hash({"dose": "7.5 mg"})


def test_accents_spelled_two_ways_are_one_text() -> None:
    assert section_hash("caf\u00e9") == section_hash("cafe\u0301")


def test_an_instant_is_the_same_in_any_zone() -> None:
    here = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=5)))
    assert canonical(here) == canonical(there)


@pytest.mark.parametrize("value", [1.5, {1: "a"}, datetime(2026, 1, 1), {1}])  # noqa: DTZ001 - a naive instant is what must be refused
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    ("dose", "text"),
    [("7.50", "7.5"), ("0.5", "0.5"), ("100", "100"), ("1E+2", "100"), ("0.00", "0")],
)
def test_a_dose_is_written_without_trailing_zeros(dose: str, text: str) -> None:
    assert decimal_text(Decimal(dose)) == text


def test_a_day_is_written_as_a_day() -> None:
    assert canonical({"on": date(2026, 11, 30)}) == '{"on":"2026-11-30"}'


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_dose_reads_back_as_the_same_number(dose: Decimal) -> None:
    assert Decimal(decimal_text(dose)) == dose


def test_a_version_stands_on_the_one_before() -> None:
    sections = {"medicines": section_hash({"items": []})}
    first = version_hash(number=1, sections=sections, previous=None, facts={})
    again = version_hash(number=1, sections=sections, previous="0" * 64, facts={})
    assert first != again
