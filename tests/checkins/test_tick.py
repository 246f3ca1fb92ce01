"""Q1, D0, D4, D7, C4: what is due is asked once, in one transaction."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from careplan.checkins import tick, ticking
from careplan.checkins.models import Kind, Prompt, Schedule
from careplan.common.identity import acting_as, person, system
from careplan.outbox.models import Message, OptOut
from tests import factory
from tests.checkins.conftest import BEFORE, MORNING

pytestmark = pytest.mark.django_db


def rows(model):
    with acting_as(system("tick")):
        return list(model.objects.order_by("created_at"))


def test_a_due_schedule_writes_prompt_and_message_and_moves_on(asked_daily, maya):
    schedule = asked_daily()
    assert schedule.next_due_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    planned = tick.plan_due(at=MORNING)
    assert (planned.schedules, planned.messages) == (1, 1)
    [prompt], [message] = rows(Prompt), rows(Message)
    assert (prompt.local_date, prompt.slot) == (date(2026, 11, 21), "09:00")
    assert prompt.state == Prompt.State.ASKED
    assert message.recipient_id == maya.user_id
    assert message.link_ref == prompt.pk
    assert "[link]" in message.body
    assert message.expires_at == datetime(2026, 11, 21, 13, tzinfo=UTC)
    [moved] = rows(Schedule)
    assert moved.next_due_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_second_tick_adds_nothing(asked_daily):
    asked_daily()
    tick.plan_due(at=MORNING)
    assert tick.plan_due(at=MORNING).schedules == 0
    assert len(rows(Prompt)) == 1


def test_even_a_schedule_turned_back_is_not_asked_twice(asked_daily):
    schedule = asked_daily()
    tick.plan_due(at=MORNING)
    with acting_as(system("tick")):
        Schedule.objects.filter(pk=schedule.pk).update(
            next_due_at=schedule.next_due_at, next_date=schedule.next_date
        )
    tick.plan_due(at=MORNING)
    assert len(rows(Prompt)) == 1
    assert len(rows(Message)) == 1


def stop(maya, *channels, kind="checkin"):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        for channel in channels:
            OptOut.objects.create(user=maya.user, channel=channel, kind=kind)


def test_what_was_stopped_takes_no_other_reminder_with_it(asked_daily, maya):
    """C3, C4: the doses of the same slot still go out, and nothing counts as missed."""
    asked_daily()
    asked_daily(kind=Kind.DOSES)
    stop(maya, "email")
    tick.plan_due(at=MORNING)
    asked = {prompt.kind: (prompt.state, prompt.because) for prompt in rows(Prompt)}
    assert asked == {"checkin": ("skipped", "stopped"), "doses": ("asked", "")}
    [message] = rows(Message)
    assert message.kind == "doses"


def test_a_way_that_was_stopped_leaves_the_next_one(asked_daily, maya):
    schedule = asked_daily()
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        Schedule.objects.filter(pk=schedule.pk).update(channels=["email", "push"])
    stop(maya, "email")
    tick.plan_due(at=MORNING)
    [message] = rows(Message)
    assert message.channel == "push"


def stop_from(message):
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.stop_messages(%s, %s)", [message.pk, MORNING])


def kinds_stopped(maya):
    with acting_as(person(maya.user_id, second_factor=False)):
        return set(OptOut.objects.values_list("kind", flat=True))


def test_stopping_a_message_about_two_things_stops_both(asked_daily, maya):
    """C4: whoever asks for no more of these gets no more of either."""
    asked_daily()
    asked_daily(kind=Kind.DOSES)
    tick.plan_due(at=MORNING)
    [message] = rows(Message)
    stop_from(message)
    assert kinds_stopped(maya) == {"checkin", "doses"}
    assert rows(Message)[0].state == "cancelled"


def test_stopping_one_thing_leaves_what_waits_about_two(asked_daily, maya):
    asked_daily()
    tick.plan_due(at=MORNING)
    [alone] = rows(Message)
    asked_daily(kind=Kind.DOSES)
    tick.plan_due(at=MORNING + timedelta(days=1))
    stop_from(alone)
    assert kinds_stopped(maya) == {"checkin"}
    assert [m.state for m in rows(Message)] == ["cancelled", "queued"]


def test_everything_due_in_one_slot_goes_out_as_one_message(asked_daily):
    asked_daily()
    asked_daily(kind=Kind.DOSES)
    tick.plan_due(at=MORNING)
    assert len(rows(Prompt)) == 2
    [message] = rows(Message)
    assert "few small things" in message.body
    checkin = next(p for p in rows(Prompt) if p.kind == Kind.CHECKIN)
    assert message.link_ref == checkin.pk


def test_a_thousand_due_cost_three_statements(asked_daily):
    for _ in range(5):
        asked_daily(patient=factory.patient())
    with CaptureQueriesContext(connection) as captured:
        tick.plan_due(at=MORNING)
    said = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert len(said) == 3


def test_nobody_else_plans_while_one_does(asked_daily):
    """D4: the lock is the transaction's, so a killed dispatcher cannot keep it."""
    asked_daily()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [tick.TICK_LOCK])
        assert tick.plan_due(at=MORNING).schedules == 0
        with other.cursor() as cursor:
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert tick.plan_due(at=MORNING).schedules == 1


def test_a_day_of_outage_brings_one_catch_up_at_most(asked_daily):
    """D7: nothing stale, nothing at night, what was left out is on record."""
    asked_daily(times=(time(9), time(15)))
    next_day = MORNING + timedelta(days=1, hours=1)
    tick.plan_due(at=next_day)
    prompts = sorted(rows(Prompt), key=lambda p: p.due_at)
    assert [(p.slot, p.state, p.because) for p in prompts] == [
        ("09:00", "skipped", "outage"),
        ("15:00", "skipped", "outage"),
        ("09:00", "asked", ""),
    ]
    assert len(rows(Message)) == 1


def test_a_stale_occurrence_is_skipped_not_sent(asked_daily):
    asked_daily()
    tick.plan_due(at=MORNING + timedelta(hours=5))
    [prompt] = rows(Prompt)
    assert (prompt.state, prompt.because) == ("skipped", "outage")
    assert rows(Message) == []


def test_an_empty_tick_asks_one_question(asked_daily):
    asked_daily()
    with CaptureQueriesContext(connection) as captured:
        tick.plan_due(at=BEFORE)
    assert len([q for q in captured if "SAVEPOINT" not in q["sql"]]) == 1


def test_without_the_ticks_identity_nothing_is_due(asked_daily, maya):
    asked_daily()
    stranger = factory.patient("Somebody Else")
    with acting_as(person(stranger.user_id, second_factor=False)), transaction.atomic():
        assert not Schedule.objects.exists()
    with transaction.atomic():
        assert not Schedule.objects.exists()


def test_a_whole_tick_runs_without_a_word_in_the_log(asked_daily, caplog):
    """Each part is caught by itself, so a broken one would go unseen without this."""
    asked_daily()
    assert ticking.tick(at=MORNING) == 1
    assert ticking.tick(at=MORNING) == 0
    assert [record.message for record in caplog.records] == []


def test_one_broken_part_does_not_stop_the_reminders(asked_daily, monkeypatch, caplog):
    asked_daily()
    monkeypatch.setattr(ticking.aftermath, "close_missed", lambda at: 1 / 0)
    assert ticking.tick(at=MORNING) == 1
    assert "tick: close missed failed" in caplog.text
