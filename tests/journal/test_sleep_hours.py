"""Hours of sleep across midnight and across the change of the clocks (J15)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import sleep, words
from journal.refusals import SleepRefused
from journal.sleep import Night, Sleep

LONDON = "Europe/London"
SPRING, AUTUMN, PLAIN = date(2026, 3, 28), date(2026, 10, 24), date(2026, 6, 1)


def slept(night_of, bed, up, awake=0, zone=LONDON):
    when = sleep.night(night_of, bed=time(*bed), up=time(*up), zone=zone)
    return sleep.sleep(when, minutes_awake=awake)


@pytest.mark.parametrize(
    ("night_of", "bed", "up", "minutes"),
    [
        (PLAIN, (23, 0), (7, 0), 480),
        (PLAIN, (0, 40), (7, 40), 420),
        (PLAIN, (13, 0), (20, 0), 420),
        (PLAIN, (9, 0), (17, 0), 480),
        (SPRING, (23, 0), (7, 0), 420),
        (AUTUMN, (23, 0), (7, 0), 540),
        (SPRING, (23, 0), (1, 30), 150),
        (AUTUMN, (0, 30), (1, 30), 60),
    ],
)
def test_minutes_in_bed(night_of, bed, up, minutes):
    assert slept(night_of, bed, up).minutes_in_bed == minutes


def test_going_to_bed_and_rising_within_the_doubled_hour():
    night = sleep.night(AUTUMN, bed=time(1, 50), up=time(1, 50), zone=LONDON)

    assert night.up_at > night.bed_at


def test_efficiency_is_rounded_half_up_and_words_are_plain():
    found = slept(PLAIN, (23, 0), (7, 0), awake=30)

    assert found == Sleep(480, 450, 94)
    assert words.hours_words(found.minutes_asleep) == "7 h 30 min"
    assert words.hours_words(420) == "7 h"


@pytest.mark.parametrize("awake", [-1, 481])
def test_awake_for_longer_than_in_bed_is_refused(awake):
    with pytest.raises(SleepRefused):
        slept(PLAIN, (23, 0), (7, 0), awake=awake)


def test_a_night_that_runs_backwards_or_beyond_a_day_is_refused():
    start = datetime(2026, 6, 1, tzinfo=UTC)
    for end in (start - timedelta(hours=1), start + timedelta(hours=25)):
        with pytest.raises(SleepRefused):
            sleep.sleep(Night(start, end), minutes_awake=0)


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.times(),
    st.times(),
    st.sampled_from([LONDON, "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_one_always_gets_up_after_going_to_bed_and_within_25_hours(
    night_of, bed, up, zone
):
    night = sleep.night(night_of, bed=bed, up=up, zone=zone)

    assert timedelta(0) < night.up_at - night.bed_at <= timedelta(hours=25)
