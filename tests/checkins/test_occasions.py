"""Issue 5.1, Q1: forms, homework, visits and steps are asked for when they fall due."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction

from careplan.checkins import occasions, schedules, ticking
from careplan.checkins.models import Kind, Prompt, Schedule
from careplan.checkins.schedules import Wish
from careplan.common.identity import acting_as, person, system
from careplan.outbox.models import Message
from careplan.plan import visits
from careplan.plan.models import Homework, TherapyCourse, Visit
from journal.models import MeasureAssignment
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db
TOMORROW = c.TODAY + timedelta(days=1)


team = kept(c.cast, at=c.NOW)


@pytest.fixture
def reminded(team):
    """Maya has check-ins by e-mail on Mondays; NOW is a Saturday at noon."""

    def make(kind=Kind.CHECKIN, **wish):
        wish.setdefault("times", (time(9),))
        wish.setdefault("weekdays", frozenset({0}))
        with acting_as(person(team.maya.pk, second_factor=False)):
            return schedules.set_schedule(
                team.patient, kind=kind, wish=Wish(**wish), now=c.NOW
            )

    return make


def form(team, due_on, **more):
    with team.acting(team.sam), transaction.atomic():
        row = MeasureAssignment(
            patient=team.patient,
            instrument="phq9",
            reason="To see how it goes",
            due_on=due_on,
            asked_by=team.sam,
            asked_at=c.NOW,
            **more,
        )
        row.save(force_insert=True)
        return row


def visit_at(team, starts_at):
    with team.acting(team.ada) as by:
        return visits.plan_visit(team.patient, by=by, starts_at=starts_at, now=c.NOW)


def homework(team, due_on):
    with acting_as(system("apply")), transaction.atomic():
        course = TherapyCourse(
            patient=team.patient, type_id="cbt", name="CBT", therapist=team.sam
        )
        course.save(force_insert=True)
    with team.acting(team.sam), transaction.atomic():
        row = Homework(
            patient=team.patient,
            course=course,
            title="A walk",
            given_by=team.sam,
            given_at=c.NOW,
            due_on=due_on,
        )
        row.save(force_insert=True)
        return row


def prompts():
    with acting_as(system("tick")), transaction.atomic():
        return [
            (p.kind, p.local_date, p.slot, p.state)
            for p in Prompt.objects.order_by("due_at", "kind")
        ]


def ticks(*moments):
    for at in moments:
        ticking.tick(at=at)


def hours(first, last):
    return [c.later(0, hours=hour, minutes=1) for hour in range(first, last)]


def test_a_form_that_falls_due_is_asked_once(team, reminded):
    reminded()
    form(team, TOMORROW)
    ticks(*hours(0, 33))
    assert prompts() == [("measure", TOMORROW, "18:00", "asked")]
    with acting_as(system("tick")), transaction.atomic():
        [message] = Message.objects.filter(kind="measure")
    assert "short form" in message.body
    assert "PHQ" not in message.subject + message.body


def test_a_form_sent_before_is_not_asked_for(team, reminded):
    reminded()
    row = form(team, TOMORROW)
    ticks(c.NOW)
    with team.acting(team.maya), transaction.atomic():
        row.ended_at = c.later(1)
        row.save(update_fields=["ended_at"])
    ticks(*hours(24, 40))
    assert prompts() == []


def test_sending_the_form_closes_its_asking(team, reminded):
    reminded()
    row = form(team, TOMORROW)
    ticks(c.NOW, c.later(0, hours=30, minutes=1))
    with team.acting(team.maya), transaction.atomic():
        row.ended_at = c.later(0, hours=30, minutes=20)
        row.save(update_fields=["ended_at"])
    ticks(c.later(0, hours=31))
    assert [state for *_, state in prompts()] == ["answered"]


def test_a_form_asked_for_again_is_asked_on_its_new_date(team, reminded):
    reminded()
    row = form(team, TOMORROW, every_days=7)
    ticks(*hours(0, 31))
    with team.acting(team.maya), transaction.atomic():
        row.due_on = TOMORROW + timedelta(days=7)
        row.save(update_fields=["due_on"])
    ticks(c.later(7), *[c.later(8, hours=hour, minutes=1) for hour in range(9)])
    assert [(day, state) for kind, day, _, state in prompts() if kind == "measure"] == [
        (TOMORROW, "answered"),
        (TOMORROW + timedelta(days=7), "asked"),
    ]


def test_homework_is_asked_on_its_day_until_it_is_done(team, reminded):
    reminded(Kind.HOMEWORK, times=(time(16),))
    homework(team, TOMORROW)
    ticks(*hours(0, 31))
    assert prompts() == [("homework", TOMORROW, "16:00", "asked")]


def test_a_visit_is_prepared_a_day_before(team, reminded):
    reminded()
    visit_at(team, c.later(2, hours=1))
    ticks(c.NOW, *hours(20, 30))
    assert prompts() == [("visit", TOMORROW, "13:00", "asked")]


def test_a_visit_early_in_the_day_is_not_prepared_in_quiet_hours(team, reminded):
    reminded()
    visit_at(team, c.later(1, hours=19))  # 07:00 on Monday
    ticks(*hours(0, 24))
    assert prompts() == [("visit", TOMORROW, "08:00", "asked")]


def test_a_visit_that_was_cancelled_is_not_prepared(team, reminded):
    reminded()
    made = visit_at(team, c.later(1, hours=1, minutes=30))
    ticks(c.NOW)
    with team.acting(team.ada) as by:
        visits.mark(made, by=by, state=Visit.State.CANCELLED, now=c.NOW)
    ticks(*hours(1, 20))
    assert prompts() == []


def test_a_step_that_begins_today_is_said_without_naming_it(team, reminded):
    reminded()
    sertraline = c.on_sertraline(team)
    c.all_agree(
        team,
        c.suggest(
            team,
            team.ada,
            c.new_dose(sertraline, c.step("75", TOMORROW)),
            reply_by=c.TODAY,
        ),
    )
    ticks(*hours(0, 24))
    # The agreed step brings a check-in of its own day; both are one message.
    assert prompts() == [
        ("checkin", TOMORROW, "09:00", "asked"),
        ("step", TOMORROW, "09:00", "asked"),
    ]
    with acting_as(system("tick")), transaction.atomic():
        [message] = Message.objects.filter(stoppable=True)
    assert "sertraline" not in message.body.casefold()
    assert "75" not in message.body


def test_switched_off_means_off(team, reminded):
    reminded()
    wish = reminded(Kind.MEASURE)
    form(team, TOMORROW)
    ticks(c.NOW)
    with acting_as(person(team.maya.pk, second_factor=False)), transaction.atomic():
        schedules.pause(wish, now=c.NOW)
    ticks(*hours(1, 40))
    assert prompts() == []


def test_somebody_without_reminders_is_not_written_to(team):
    form(team, TOMORROW)
    visit_at(team, c.later(1, hours=1))
    ticks(*hours(0, 40))
    assert prompts() == []


def test_away_means_nothing_of_this_either(team, reminded):
    wish = reminded(Kind.MEASURE)
    with acting_as(person(team.maya.pk, second_factor=False)), transaction.atomic():
        schedules.go_away(wish, first=None, last=date(2026, 11, 30), now=c.NOW)
    form(team, TOMORROW)
    ticks(*hours(0, 40))
    assert prompts() == []


def test_what_falls_into_one_slot_is_one_message(team, reminded):
    """Decisions 30."""
    reminded(Kind.MEASURE, times=(time(16),))
    reminded(Kind.HOMEWORK, times=(time(16),))
    form(team, TOMORROW)
    homework(team, TOMORROW)
    ticks(*hours(0, 30))
    assert len(prompts()) == 2
    with acting_as(system("tick")), transaction.atomic():
        [message] = Message.objects.filter(stoppable=True)
    assert "few small things" in message.body


def test_finding_what_falls_due_costs_the_same_for_one_and_for_many(
    team, reminded, django_assert_max_num_queries
):
    reminded()
    form(team, TOMORROW)
    homework(team, TOMORROW)
    for hour in range(1, 20):
        visit_at(team, c.later(0, hours=hour + 4))
    with django_assert_max_num_queries(6):
        assert occasions.arm(at=c.NOW) == 21


def test_a_move_takes_what_waits_along(team, reminded):
    """D8: the tick sees that the person lives in another zone, from whatever page."""
    reminded()
    form(team, TOMORROW)
    ticks(c.NOW)
    with acting_as(person(team.maya.pk, second_factor=False)), transaction.atomic():
        team.patient.time_zone = "America/New_York"
        team.patient.save(update_fields=["time_zone"])
    ticks(c.later(0, minutes=6))
    with acting_as(system("tick")), transaction.atomic():
        found = {s.kind: s for s in Schedule.objects.all()}
    assert {s.zone for s in found.values()} == {"America/New_York"}
    assert found["measure"].next_due_at.hour == 23
    assert found["checkin"].next_due_at.hour == 14
