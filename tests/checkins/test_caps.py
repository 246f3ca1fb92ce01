"""C4, decisions 30: three a day; what the person asked for is never dropped; what is
left out is written down with its reason."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from careplan.checkins import schedules, tick
from careplan.checkins.models import Kind, Prompt
from careplan.checkins.timing import (
    QuietHours,
    Rule,
    fresh_until,
    is_quiet,
    next_occurrences,
)
from careplan.checkins.zones import all_zones, transitions
from careplan.common.identity import acting_as, person, system
from careplan.outbox.models import Message
from tests.checkins.conftest import BEFORE

pytestmark = pytest.mark.django_db
NIGHT = QuietHours(time(21), time(8))
TODAY = date(2026, 11, 21)


def go_through_the_day():
    start = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
    for hour in range(17):
        tick.plan_due(at=start + timedelta(hours=hour))


def prompts(kind):
    with acting_as(system("tick")), transaction.atomic():
        found = Prompt.objects.filter(kind=kind, local_date=TODAY).order_by("slot")
        return [(one.slot, one.state, one.because) for one in found]


def tighten(maya, schedule):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        schedules.tighten(
            schedule, because="missed", until=TODAY + timedelta(days=7), now=BEFORE
        )


def test_a_time_of_ours_makes_no_fourth_message_of_a_day(asked_daily, maya):
    """The extra evening asking of a tight week gives way to three the person chose."""
    asked_daily(kind=Kind.DOSES, times=(time(8), time(12), time(16)))
    tighten(maya, asked_daily(times=(time(9),)))
    go_through_the_day()
    assert prompts("checkin") == [
        ("09:00", "asked", ""),
        ("17:00", "skipped", "enough for today"),
    ]


def test_under_three_the_extra_asking_goes_out(asked_daily, maya):
    asked_daily(kind=Kind.DOSES, times=(time(8),))
    tighten(maya, asked_daily(times=(time(9),)))
    go_through_the_day()
    assert [state for _, state, _ in prompts("checkin")] == ["asked", "asked"]


def test_a_dose_and_a_chosen_time_are_never_dropped(asked_daily):
    doses = (time(8), time(12), time(16), time(20), time(22))
    asked_daily(kind=Kind.DOSES, times=doses)
    asked_daily(times=(time(9), time(13), time(18), time(23)))
    go_through_the_day()
    asked = prompts("doses") + prompts("checkin")
    assert [state for _, state, _ in asked] == ["asked"] * 9


def test_what_shares_a_slot_counts_once_and_is_one_message(asked_daily, maya):
    """Three kinds at nine are one message, so the day still has room for the fourth."""
    for kind in (Kind.DOSES, Kind.CHECKIN):
        asked_daily(kind=kind, times=(time(9),))
    tighten(maya, asked_daily(times=(time(9),)))
    go_through_the_day()
    assert [state for _, state, _ in prompts("checkin")] == ["asked", "asked"]
    with acting_as(system("deliver")), transaction.atomic():
        assert Message.objects.count() == 2


def test_no_message_of_a_daytime_is_fresh_in_the_night_at_any_clock_change():
    """Every change of every zone, five years: what was due by day ends before night."""
    changes = [
        change for zone in all_zones() for change in transitions(zone, 2026, 2031)
    ]
    late = 0
    for change in changes:
        rule = Rule((time(8), time(20, 30)), change.zone)
        for one in next_occurrences(rule, after=change.at - timedelta(days=1), count=4):
            until = fresh_until(
                one,
                answer_by=timedelta(hours=24),
                freshness=timedelta(hours=4),
                quiet=NIGHT,
                zone=change.zone,
            )
            last = until - timedelta(seconds=1)
            late += is_quiet(last, quiet=NIGHT, zone=change.zone)
    assert len(changes) > 2000
    assert late == 0
