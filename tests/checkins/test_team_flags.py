"""Q6, C6: the team hears of a missed contact and of a person nobody can reach."""

from datetime import time, timedelta

import pytest
from django.db import transaction

from careplan.checkins import schedules, team_flags, ticking
from careplan.checkins.models import Kind
from careplan.checkins.schedules import Wish
from careplan.common.identity import acting_as, person, system
from careplan.outbox import deliver
from careplan.outbox.channels.base import Permanent
from careplan.outbox.models import ChannelAddress, Message
from careplan.plan import contacts, visits
from careplan.plan.models import Plan, Visit
from careplan.team.models import Alert
from tests.plan import cast as c

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    made = c.cast()
    plan = made.plan
    with acting_as(system("apply")), transaction.atomic():
        plan.prescriber_every_days = 14
        plan.created_at = c.NOW
        plan.save(update_fields=["prescriber_every_days", "created_at"])
    return made


def alerts():
    with acting_as(system("escalate")), transaction.atomic():
        return list(Alert.objects.all())


def visit_on(team, day, state=None):
    with team.acting(team.ada) as by, transaction.atomic():
        made = visits.plan_visit(team.patient, by=by, starts_at=c.later(day), now=c.NOW)
        if state:
            visits.mark(made, by=by, state=state, now=c.later(max(day, 0)))
        return made


def look(days):
    return team_flags.missed_contacts(at=c.later(days))


def test_before_a_first_visit_it_counts_from_the_day_it_was_agreed(team):
    """Q6: agreed three weeks into the plan, it is not overdue on the same day."""
    with acting_as(system("apply")), transaction.atomic():
        plan = Plan.objects.get(patient=team.patient)
        plan.prescriber_every_since = c.TODAY + timedelta(days=21)
        plan.save(update_fields=["prescriber_every_since"])
    assert [look(day) for day in (20, 35)] == [0, 0]
    assert look(36) == 1


def test_a_missed_contact_is_told_within_a_day_with_an_owner(team):
    """Q6: the interval and one day passed, and nobody met or booked."""
    visit_on(team, 0, Visit.State.HELD)
    assert [look(day) for day in (13, 14)] == [0, 0]
    assert look(15) == 1
    [alert] = alerts()
    assert alert.level == "routine"
    assert alert.owner_id is not None
    assert alert.label == (
        "No visit with the prescriber since 21 November; agreed: every 14 days."
    )


def test_it_is_told_once_a_miss_even_when_it_was_closed(team):
    visit_on(team, 0, Visit.State.HELD)
    assert look(15) == 1
    with acting_as(system("escalate")), transaction.atomic():
        Alert.objects.update(
            state="done", done_by=team.ada, done_at=c.later(15), taken_by=team.ada
        )
    assert [look(day) for day in (16, 17, 30)] == [0, 0, 0]


def test_a_later_miss_is_told_again(team):
    visit_on(team, 0, Visit.State.HELD)
    assert look(15) == 1
    visit_on(team, 16, Visit.State.HELD)
    assert look(20) == 0
    assert look(31) == 1


def test_a_booked_visit_is_enough(team):
    visit_on(team, 0, Visit.State.HELD)
    visit_on(team, 20)
    assert [look(day) for day in (15, 19, 20)] == [0, 0, 0]
    assert look(21) == 1  # its day passed, and nobody said that it took place


def test_a_record_is_looked_at_once_a_day(team):
    visit_on(team, 0, Visit.State.HELD)
    assert look(14) == 0
    again = team_flags.missed_contacts(at=c.later(14, hours=11))
    assert again == 0  # 23:00 in London: not midnight yet
    assert team_flags.missed_contacts(at=c.later(14, hours=13)) == 1


def test_where_no_interval_was_agreed_nothing_is_told(team):
    plan = team.plan
    with acting_as(system("apply")), transaction.atomic():
        plan.prescriber_every_days = None
        plan.save(update_fields=["prescriber_every_days"])
    assert [look(day) for day in (15, 100, 400)] == [0, 0, 0]


class Gone:
    """A provider that knows the address no more."""

    name = "email"

    def send(self, outgoing):
        return Permanent("no such mailbox", gone=True)

    def close(self):
        pass


@pytest.fixture
def asked(team):
    with acting_as(person(team.maya.pk, second_factor=False)):
        return schedules.set_schedule(
            team.patient,
            kind=Kind.CHECKIN,
            wish=Wish(times=(time(13),)),
            now=c.NOW,
        )


def send_to_nowhere(monkeypatch, at):
    monkeypatch.setattr(deliver, "channel_named", lambda name: Gone())
    ticking.tick(at=at)
    deliver.deliver("email", at=at)
    ticking.tick(at=at + timedelta(seconds=15))


def test_a_person_no_message_reaches_is_told_to_the_team(team, asked, monkeypatch):
    """C6: by the next tick, neutral, once."""
    at = c.later(0, hours=1, minutes=1)
    send_to_nowhere(monkeypatch, at)
    [alert] = alerts()
    assert (alert.level, alert.label) == ("routine", "Cannot be reached by messages")
    ticking.tick(at=at + timedelta(minutes=1))
    assert len(alerts()) == 1


def test_while_another_way_works_nobody_is_told(team, asked, monkeypatch):
    with acting_as(person(team.maya.pk, second_factor=False)), transaction.atomic():
        asked.channels = ["email", "sms"]
        asked.save(update_fields=["channels"])
        ChannelAddress.objects.create(
            user=team.maya, channel="sms", address="+447700900123", confirmed_at=c.NOW
        )
    send_to_nowhere(monkeypatch, c.later(0, hours=1, minutes=1))
    with acting_as(system("tick")), transaction.atomic():
        assert Message.objects.filter(state="failed").exists()
    assert alerts() == []


@pytest.mark.parametrize("booked", [None, 20])
@pytest.mark.parametrize("day", [13, 14, 15, 16, 19, 20, 21, 22])
def test_the_tick_and_the_page_call_the_same_day_overdue(team, day, booked):
    """Q6: one rule, said in SQL for the tick and in Python for the pages."""
    visit_on(team, 0, Visit.State.HELD)
    if booked:
        visit_on(team, booked)
    met = contacts.Met(
        "prescriber",
        14,
        held_on=c.TODAY,
        booked_on=c.TODAY + timedelta(days=booked) if booked else None,
    )
    shown = contacts.next_contact(
        met, since=c.TODAY, today=c.TODAY + timedelta(days=day)
    )
    assert look(day) == shown.is_overdue
