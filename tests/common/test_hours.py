"""Time counted inside reply hours (W5, clinical.md 9.3)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.common.hours import ReplyHours

WEEKDAYS = ReplyHours(
    frozenset(range(5)), dt.time(9), dt.time(17), zone="Europe/London"
)
FOUR_HOURS = dt.timedelta(hours=4)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-23T10:00", "2026-11-23T14:00"),  # inside one day
        ("2026-11-23T15:00", "2026-11-24T11:00"),  # two today, two tomorrow
        ("2026-11-20T16:00", "2026-11-23T12:00"),  # Friday to Monday
        ("2026-11-21T03:00", "2026-11-23T13:00"),  # a Saturday night
        ("2026-11-23T13:00", "2026-11-23T17:00"),  # ends as the hours end
        ("2026-06-22T15:00", "2026-06-23T11:00"),  # summer time: 9 is 08:00 UTC
        ("2026-10-23T15:00", "2026-10-26T12:00"),  # the clocks go back between
    ],
)
def test_four_hours_are_counted_while_somebody_reads(asked, due):
    assert WEEKDAYS.after(at(asked), FOUR_HOURS) == at(due)


def test_open_or_when_next():
    assert WEEKDAYS.is_open(at("2026-11-23T09:00"))
    assert not WEEKDAYS.is_open(at("2026-11-23T17:00"))
    assert WEEKDAYS.opens_next(at("2026-11-23T10:00")) == at("2026-11-23T10:00")
    assert WEEKDAYS.opens_next(at("2026-11-20T17:00")) == at("2026-11-23T09:00")


@given(
    st.datetimes(
        dt.datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        dt.datetime(2027, 1, 1),  # noqa: DTZ001
        timezones=st.just(dt.UTC),
    ),
    st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(hours=30)),
)
def test_it_is_never_early_and_always_lands_in_open_hours(now, span):
    due = WEEKDAYS.after(now, span)
    assert due >= now + span
    assert WEEKDAYS.is_open(due - dt.timedelta.resolution)
