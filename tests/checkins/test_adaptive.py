"""N3, J20: a change or a quiet run asks more often for a while, then relaxes."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction

from careplan.checkins import aftermath, schedules, tick, ticking
from careplan.checkins.models import Kind, Prompt, Schedule
from careplan.checkins.schedules import Wish
from careplan.checkins.timing import EVERY_DAY
from careplan.common.identity import acting_as, person, system
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)


@pytest.fixture
def weekly(team):
    """Saturdays at 13:00; nothing of it is due yet at NOW (a Saturday, 12:00)."""

    def make(**wish):
        wish.setdefault("weekdays", frozenset({5}))
        with acting_as(person(team.maya.pk, second_factor=False)):
            return schedules.set_schedule(
                team.patient,
                kind=Kind.CHECKIN,
                wish=Wish(times=(time(13),), **wish),
                now=c.NOW,
            )

    return make


def again(schedule):
    with acting_as(system("tick")), transaction.atomic():
        return Schedule.objects.get(pk=schedule.pk)


def a_dose_begins(team):
    sertraline = c.on_sertraline(team)
    c.all_agree(
        team,
        c.suggest(
            team,
            team.ada,
            c.new_dose(sertraline, c.step("75", c.TODAY)),
            reply_by=c.TODAY,
        ),
    )


def test_a_dose_change_tightens_within_one_tick_and_says_why(team, weekly):
    schedule = weekly()
    a_dose_begins(team)
    ticking.tick(at=c.NOW)
    tight = again(schedule)
    assert tight.tight_until == date(2026, 12, 19)
    assert tight.rule_on(c.TODAY).weekdays == EVERY_DAY
    assert schedules.why(tight) == (
        "We ask a little more often until 19 December, because a dose changed."
    )
    days = [o.local_date.day for o in schedules.upcoming(tight, now=c.NOW)]
    assert days == [21, 22, 23]


def test_it_relaxes_by_itself(team, weekly):
    schedule = weekly()
    a_dose_begins(team)
    ticking.tick(at=c.NOW)
    ticking.tick(at=c.later(30))
    relaxed = again(schedule)
    assert relaxed.tight_until is None
    assert relaxed.next_date.weekday() == 5
    ticking.tick(at=c.later(30))
    assert again(schedule).tight_until is None


def test_the_same_change_tightens_once(team, weekly):
    schedule = weekly()
    a_dose_begins(team)
    assert aftermath.tighten_after_changes(at=c.NOW) == 1
    assert aftermath.tighten_after_changes(at=c.NOW) == 0
    assert again(schedule).tight_for is not None


def test_two_doses_that_begin_on_one_day_do_not_take_turns(team, weekly):
    """Each tick would write both again, and a thousand such people keep the rest out."""
    weekly()
    a_dose_begins(team)
    another = c.start("50", c.TODAY, name="Bupropion")
    c.all_agree(team, c.suggest(team, team.ada, another, reply_by=c.TODAY))
    ticking.tick(at=c.NOW)
    assert aftermath.tighten_after_changes(at=c.NOW) == 0


def test_the_last_tight_day_counts_to_its_end_where_the_person_lives(team, weekly):
    schedule = weekly()
    with acting_as(person(team.maya.pk, second_factor=False)), transaction.atomic():
        Schedule.objects.update(zone="Pacific/Honolulu", tight_until=c.TODAY)
    eight_in_the_evening = c.NOW.replace(hour=6) + timedelta(days=1)
    assert aftermath.relax_ended(at=eight_in_the_evening) == 0
    assert again(schedule).tight_until == c.TODAY
    assert aftermath.relax_ended(at=eight_in_the_evening + timedelta(hours=5)) == 1
    assert again(schedule).tight_until is None


def miss(times, first=0):
    """Let days pass on which nobody answers."""
    for day in range(first, first + times):
        tick.plan_due(at=c.later(day, hours=1, minutes=1))
        ticking.tick(at=c.later(day, hours=20))


def test_two_missed_in_a_row_tighten_for_a_week(team, weekly):
    schedule = weekly(weekdays=EVERY_DAY)
    miss(2)
    tight = again(schedule)
    assert tight.missed_run == 2
    assert tight.tight_because == "missed"
    assert len(tight.rule_on(c.TODAY).times) == 2
    assert "after a few quiet days" in schedules.why(tight)


def test_tight_askings_stay_inside_the_cap_and_the_night(team, weekly):
    """C4: our own extra times never fall into quiet hours, nor make a fourth."""
    schedule = weekly(weekdays=EVERY_DAY)
    with acting_as(person(team.maya.pk, second_factor=False)):
        schedules.tighten(
            again_as(team, schedule),
            because="missed",
            until=date(2026, 12, 1),
            now=c.NOW,
        )
    for hour in range(24 * 4):
        tick.plan_due(at=c.later(0, hours=hour, minutes=5))
    with acting_as(system("tick")), transaction.atomic():
        asked = Prompt.objects.filter(state__in=("asked", "expired"))
        slots = {(p.local_date, p.slot) for p in asked}
    by_day = {}
    for day, slot in slots:
        by_day.setdefault(day, []).append(slot)
    assert max(len(found) for found in by_day.values()) == 2
    assert all("08:00" <= slot < "21:00" for _, slot in slots)


def again_as(team, schedule):
    with transaction.atomic():
        return Schedule.objects.get(pk=schedule.pk)


def test_a_break_asks_nothing_and_makes_up_for_nothing(team, weekly):
    schedule = weekly(weekdays=EVERY_DAY)
    with acting_as(person(team.maya.pk, second_factor=False)), transaction.atomic():
        schedules.go_away(
            Schedule.objects.get(pk=schedule.pk),
            first=c.TODAY,
            last=c.TODAY + timedelta(days=3),
            now=c.NOW,
        )
    assert again(schedule).next_date == c.TODAY + timedelta(days=4)
