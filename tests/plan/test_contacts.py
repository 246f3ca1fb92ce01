"""Q6: the plan names how often each clinician meets; the next date of each shows."""

from datetime import date, timedelta

import pytest

from careplan.plan import queries, visits
from careplan.plan.contacts import Met, next_contact
from careplan.plan.proposals import Change
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

TODAY = date(2026, 11, 21)
SINCE = date(2026, 11, 1)


def contact(held=None, booked=None, every=14):
    met = Met("therapist", every, held, booked)
    return next_contact(met, since=SINCE, today=TODAY)


def test_the_next_day_is_the_last_meeting_and_the_interval():
    """Q6."""
    found = contact(held=date(2026, 11, 15))
    assert (found.next_on, found.is_overdue) == (date(2026, 11, 29), False)


def test_before_a_first_meeting_it_counts_from_the_agreement():
    """Q6."""
    assert contact().next_on == date(2026, 11, 15)
    assert contact().is_overdue


def test_it_is_overdue_from_the_day_after():
    """Q6: a missed one is seen within a day."""
    assert not contact(held=TODAY - timedelta(days=14)).is_overdue
    assert contact(held=TODAY - timedelta(days=15)).is_overdue


def test_a_booked_day_counts_and_a_booked_day_that_passed_does_not():
    """Q6."""
    booked = contact(held=date(2026, 10, 1), booked=date(2026, 12, 3))
    assert (booked.next_on, booked.is_booked, booked.is_overdue) == (
        date(2026, 12, 3), True, False,
    )  # fmt: skip
    assert contact(held=date(2026, 10, 1), booked=date(2026, 11, 20)).is_overdue


def test_without_an_interval_nothing_is_said():
    assert contact(every=None) is None


@pytest.mark.django_db
def test_the_next_day_of_each_shows_to_all_three(time_machine):
    """Q6."""
    time_machine.move_to(c.NOW, tick=False)
    team = c.cast()
    values = {
        "review_on": "2027-01-10",
        "therapist_every_days": 7,
        "prescriber_every_days": 30,
    }
    c.all_agree(
        team, c.suggest(team, team.sam, c.APPROACH, Change("review_date", values))
    )
    with team.acting(team.sam) as by:
        visits.plan_visit(team.patient, by=by, starts_at=c.later(3), now=c.NOW)
    with team.acting(team.ada) as by:
        held = visits.plan_visit(team.patient, by=by, starts_at=c.later(-5), now=c.NOW)
        visits.mark(held, by=by, state="held", now=c.NOW)
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team))
        assert "Therapist: Tuesday 24 November 2026, booked" in words
        assert "Prescriber: Wednesday 16 December 2026, not booked yet" in words
    assert [row.is_overdue for row in contacts(team, now=c.later(60))] == [True, True]


@pytest.mark.django_db
def test_an_interval_counts_from_the_day_it_was_agreed(time_machine):
    """Q6: not from the plan's first day; the suggestion and the version say it."""
    time_machine.move_to(c.NOW, tick=False)
    team = c.cast()
    c.on_sertraline(team)
    agreed = c.later(40)
    every = interval(therapist_every_days=14)
    asked = c.suggest(team, team.sam, every, now=agreed, reply_by=None)
    with team.acting(team.maya):
        (change,) = asked.changes.all()
    assert "meet every 14 days" in change.sentence
    c.all_agree(team, asked, agreed)
    assert next_on(team, now=agreed)["therapist"] == date(2027, 1, 14)
    later = c.later(50)
    same = interval(therapist_every_days=14, prescriber_every_days=28)
    c.all_agree(team, c.suggest(team, team.sam, same, now=later, reply_by=None), later)
    found = next_on(team, now=later)
    assert found["therapist"] == date(2027, 1, 14)  # agreed before, and unchanged
    assert found["prescriber"] == date(2027, 2, 7)


def interval(**days) -> Change:
    return Change("review_date", {"review_on": "2027-06-10", **days})


def contacts(team, *, now):
    with team.acting(team.ada):
        head = queries.head_of_page(team.patient, now=now)
        return queries.contacts_from(head.plan, head, patient=team.patient, now=now)


def next_on(team, *, now):
    return {row.role: row.next_on for row in contacts(team, now=now)}
