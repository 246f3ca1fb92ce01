"""Q4, D8, C4: once a local date and slot, in every zone, over every clock change."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from careplan.checkins.timing import (
    NOTHING_ASKED,
    QuietHours,
    Rule,
    after_quiet,
    fresh_until,
    is_quiet,
    next_occurrence,
    next_occurrences,
    on_date,
    tightened,
    with_asked,
)
from careplan.checkins.zones import Transition, all_zones, transitions, walk

NIGHT = QuietHours(time(21), time(8))
ZONES = all_zones()


def at(rule, text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(rule.zone))


def test_the_gap_takes_the_offset_before_it():
    rule = Rule((time(2, 30),), "Europe/Berlin")
    one = next_occurrence(rule, after=at(rule, "2026-03-29T00:00"))
    assert one.local_date == date(2026, 3, 29)
    assert one.slot == "02:30"
    assert one.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 on the wall


def test_the_fold_takes_its_first_hour():
    rule = Rule((time(2, 30),), "Europe/Berlin")
    one = next_occurrence(rule, after=at(rule, "2026-10-25T00:00"))
    assert one.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    following = next_occurrence(rule, after=one.at)
    assert following.local_date == date(2026, 10, 26)


def test_half_an_hour_at_lord_howe_and_two_at_troll():
    howe = Rule((time(2, 15),), "Australia/Lord_Howe")
    first = next_occurrence(howe, after=at(howe, "2026-10-04T00:00"))
    assert first.at.astimezone(ZoneInfo(howe.zone)).time() == time(2, 45)
    troll = Rule((time(1, 30),), "Antarctica/Troll")
    first = next_occurrence(troll, after=at(troll, "2026-03-29T00:00"))
    assert first.at.astimezone(ZoneInfo(troll.zone)).time() == time(3, 30)


def test_a_date_that_never_was_is_not_asked_for():
    rule = Rule((time(9),), "Pacific/Apia")
    assert on_date(rule, date(2011, 12, 30)) == ()
    assert len(on_date(rule, date(2011, 12, 31))) == 1


def test_weekdays_and_every_n_days():
    mondays = Rule((time(9),), "UTC", weekdays=frozenset({0}))
    days = [
        o.local_date
        for o in next_occurrences(
            mondays, after=datetime(2026, 11, 21, tzinfo=UTC), count=3
        )
    ]
    assert days == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)]
    third = Rule((time(9),), "UTC", every_days=3, anchor=date(2026, 11, 20))
    days = [
        o.local_date
        for o in next_occurrences(
            third, after=datetime(2026, 11, 21, tzinfo=UTC), count=2
        )
    ]
    assert days == [date(2026, 11, 23), date(2026, 11, 26)]


@pytest.mark.parametrize("n", [0, 367])
def test_a_rule_refuses_what_it_cannot_keep(n):
    with pytest.raises(ValueError, match="1 to 366"):
        Rule((time(9),), "UTC", every_days=n)


def test_a_move_of_zone_gives_at_most_one_that_day():
    """10,000 moves between any two zones: never a second time the same date and slot."""
    rng = random.Random(5)
    doubles = 0
    for _ in range(10_000):
        wall = time(rng.randrange(24), rng.choice((0, 15, 30, 45)))
        here, there = rng.choice(ZONES), rng.choice(ZONES)
        after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
            minutes=rng.randrange(5 * 365 * 1440)
        )
        first = next_occurrence(Rule((wall,), here), after=after)
        asked = with_asked(NOTHING_ASKED, first)
        moved = first.at + timedelta(minutes=rng.randrange(600))
        second = next_occurrence(Rule((wall,), there), after=moved, asked=asked)
        doubles += second.local_date == first.local_date
        third = next_occurrence(
            Rule((wall,), there), after=second.at, asked=with_asked(asked, second)
        )
        assert third.local_date != second.local_date
    assert doubles == 0


def test_once_a_date_and_slot_around_a_sample_of_clock_changes():
    """A seeded sample; `manage.py prove timing` walks every zone and change."""
    changes = [
        change
        for zone in random.Random(8).sample(ZONES, 40)
        for change in transitions(zone, 2026, 2031)
    ]
    counted = [walk(change) for change in changes]
    assert changes
    assert not any(w.missed or w.doubled or w.wrong for w in counted)


def test_the_hard_places_are_in_the_list_of_changes():
    assert [c for c in transitions("Australia/Lord_Howe", 2026, 2027) if c.gap] == [
        Transition(
            "Australia/Lord_Howe",
            datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
            timedelta(minutes=30),
        )
    ]


def test_quiet_hours_pass_midnight():
    evening = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
    assert is_quiet(evening, quiet=NIGHT, zone="UTC")
    assert after_quiet(evening, quiet=NIGHT, zone="UTC") == datetime(
        2026, 11, 22, 8, tzinfo=UTC
    )


def test_a_message_is_never_fresh_into_the_night():
    rule = Rule((time(20), time(22)), "UTC")
    evening, night = on_date(rule, date(2026, 11, 21))
    keep = {"answer_by": timedelta(hours=6), "freshness": timedelta(hours=4)}
    until = fresh_until(evening, quiet=NIGHT, zone="UTC", **keep)
    assert until == datetime(2026, 11, 21, 21, tzinfo=UTC)
    until = fresh_until(night, quiet=NIGHT, zone="UTC", **keep)
    assert until == datetime(2026, 11, 21, 23, tzinfo=UTC)


def test_tightening_goes_from_some_days_to_every_day_to_twice():
    weekly = Rule((time(9),), "UTC", weekdays=frozenset({0}))
    daily = tightened(weekly, quiet=NIGHT)
    twice = tightened(daily, quiet=NIGHT)
    assert daily.weekdays == frozenset(range(7))
    assert daily.times == (time(9),)
    assert twice.times == (time(9), time(17))
    assert tightened(twice, quiet=NIGHT) == twice
