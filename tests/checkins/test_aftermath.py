"""C6, D12, Q2: answered elsewhere, missed, and the next channel when one fails."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from careplan.checkins import aftermath, tick
from careplan.checkins import prompts as askings
from careplan.checkins.models import Kind, Prompt, Schedule
from careplan.common.identity import acting_as, person, system
from careplan.outbox import deliver
from careplan.outbox.models import ChannelAddress, Message, OptOut
from journal import entries
from journal.inputs import CheckinInput
from journal.models import DoseAnswer
from tests.checkins.conftest import MORNING
from tests.outbox.conftest import http_sink, mail_sink  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


def prompts():
    with acting_as(system("tick")), transaction.atomic():
        return list(Prompt.objects.order_by("kind"))


def messages():
    with acting_as(system("tick")), transaction.atomic():
        return list(Message.objects.order_by("created_at", "channel"))


def log_a_check_in(maya, at):
    with acting_as(person(maya.user_id, second_factor=False)):
        entries.save_checkin(
            maya,
            CheckinInput(client_id=uuid4(), at=at, zone="Europe/London", mood=4),
            by=maya.user,
            now=at,
        )


def test_a_check_in_logged_after_signing_in_closes_the_asking(asked_daily, maya):
    asked_daily()
    tick.plan_due(at=MORNING)
    log_a_check_in(maya, MORNING + timedelta(minutes=5))
    assert aftermath.close_answered(at=MORNING + timedelta(minutes=6)) == 1
    [prompt], [message] = prompts(), messages()
    assert (prompt.state, prompt.late) == ("answered", False)
    assert message.state == "cancelled"


def test_what_else_was_due_in_the_slot_is_still_asked(asked_daily, maya):
    asked_daily()
    asked_daily(kind=Kind.DOSES)
    tick.plan_due(at=MORNING)
    log_a_check_in(maya, MORNING + timedelta(minutes=5))
    aftermath.close_answered(at=MORNING + timedelta(minutes=6))
    assert [p.state for p in prompts()] == ["answered", "asked"]
    assert [m.state for m in messages()] == ["queued"]


def tell_of_a_dose(maya, at, day=None):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        DoseAnswer.objects.create(
            patient=maya, local_date=day or at.date(), answer="taken", answered_at=at
        )


def test_doses_told_about_on_another_page_close_their_asking(asked_daily, maya):
    """Q2, Q5: nobody is asked again, or said to have been silent, about what she told."""
    asked_daily(kind=Kind.DOSES)
    tick.plan_due(at=MORNING)
    tell_of_a_dose(maya, MORNING + timedelta(minutes=5))
    assert aftermath.close_answered(at=MORNING + timedelta(minutes=6)) == 1
    [prompt], [message] = prompts(), messages()
    assert (prompt.state, message.state) == ("answered", "cancelled")
    assert aftermath.close_missed(at=MORNING + timedelta(hours=9)) == 0


def test_yesterdays_doses_do_not_answer_for_today(asked_daily, maya):
    asked_daily(kind=Kind.DOSES)
    tick.plan_due(at=MORNING)
    after = MORNING + timedelta(minutes=5)
    tell_of_a_dose(maya, after, day=MORNING.date() - timedelta(days=1))
    assert aftermath.close_answered(at=after) == 0
    assert [p.state for p in prompts()] == ["asked"]


def test_a_dose_answers_no_check_in(asked_daily, maya):
    asked_daily()
    tick.plan_due(at=MORNING)
    tell_of_a_dose(maya, MORNING + timedelta(minutes=5))
    assert aftermath.close_answered(at=MORNING + timedelta(minutes=6)) == 0


def test_an_asking_closes_at_its_stated_hour_and_the_run_is_counted(asked_daily, maya):
    asked_daily()
    tick.plan_due(at=MORNING)
    assert aftermath.close_missed(at=MORNING + timedelta(hours=7)) == 0
    assert aftermath.close_missed(at=MORNING + timedelta(hours=9)) == 1
    [prompt] = prompts()
    assert prompt.state == "expired"
    with acting_as(system("tick")), transaction.atomic():
        assert Schedule.objects.get().missed_run == 1


@pytest.mark.parametrize("became", ["failed", "expired", "cancelled"])
def test_whoever_was_not_reached_has_missed_nothing(asked_daily, maya, became):
    """Q5: no message left, so nobody is said to have left it without an answer."""
    asked_daily()
    tick.plan_due(at=MORNING)
    with acting_as(system("deliver")), transaction.atomic():
        Message.objects.update(state=became, finished_at=MORNING)
    assert aftermath.close_missed(at=MORNING + timedelta(hours=9)) == 1
    [prompt] = prompts()
    assert (prompt.state, prompt.because) == ("skipped", "not reached")
    with acting_as(system("tick")), transaction.atomic():
        assert Schedule.objects.get().missed_run == 0


def test_a_late_check_in_ends_the_run_and_is_marked_late(asked_daily, maya):
    asked_daily()
    tick.plan_due(at=MORNING)
    late = MORNING + timedelta(hours=8, minutes=30)
    aftermath.close_missed(at=late)
    log_a_check_in(maya, late)
    aftermath.close_answered(at=late)
    [prompt] = prompts()
    assert (prompt.state, prompt.late) == ("answered", True)
    with acting_as(system("tick")), transaction.atomic():
        assert Schedule.objects.get().missed_run == 0


def test_a_second_look_closes_nothing_twice(asked_daily, maya):
    asked_daily()
    tick.plan_due(at=MORNING)
    log_a_check_in(maya, MORNING)
    assert aftermath.close_answered(at=MORNING) == 1
    assert aftermath.close_answered(at=MORNING + timedelta(seconds=15)) == 0
    assert prompts()[0].answered_at == MORNING


def test_a_failed_channel_is_followed_by_the_next_once(
    asked_daily,
    maya,
    mail_sink,  # noqa: F811
    http_sink,  # noqa: F811
):
    asked_daily(channels=("email", "sms"))
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        ChannelAddress.objects.create(
            user=maya.user,
            channel="sms",
            address="+15550123",
            confirmed_at=maya.created_at,
        )
    tick.plan_due(at=MORNING)
    mail_sink.scripted[maya.user.email] = ["550 no such user"]
    deliver.deliver("email", at=MORNING)
    assert aftermath.fall_back(at=MORNING + timedelta(seconds=15)) == 1
    assert aftermath.fall_back(at=MORNING + timedelta(seconds=30)) == 0
    deliver.deliver("sms", at=MORNING + timedelta(seconds=30))
    assert [(m.channel, m.state) for m in messages()] == [
        ("email", "failed"),
        ("sms", "sent"),
    ]
    assert http_sink.requests[0].form["To"] == "+15550123"


def test_nothing_is_called_sent_when_no_channel_works(asked_daily, maya, mail_sink):  # noqa: F811
    asked_daily()
    tick.plan_due(at=MORNING)
    mail_sink.scripted[maya.user.email] = ["550 no such user"]
    deliver.deliver("email", at=MORNING)
    assert aftermath.fall_back(at=MORNING + timedelta(seconds=15)) == 0
    assert [m.state for m in messages()] == ["failed"]


def stops(maya, channel):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        OptOut.objects.create(user=maya.user, channel=channel, created_at=MORNING)


def all_failed(*channels):
    with acting_as(system("deliver")), transaction.atomic():
        Message.objects.filter(channel__in=channels, state="queued").update(
            state="failed", finished_at=MORNING
        )


def test_a_way_the_person_stopped_is_passed_over_for_the_next(asked_daily, maya):
    """C3, C6: a message on a stopped way would be cancelled, and nobody reached."""
    asked_daily(channels=("email", "sms", "push"))
    stops(maya, "sms")
    tick.plan_due(at=MORNING)
    all_failed("email")
    assert aftermath.fall_back(at=MORNING + timedelta(seconds=15)) == 1
    assert [m.channel for m in messages() if m.state == "queued"] == ["push"]


def test_a_later_that_fails_falls_back_as_the_first_asking_did(asked_daily, maya):
    """Each repeat has a key of its own: "later" was lost where the first message had
    gone to the next channel already."""
    asked_daily(channels=("email", "sms"))
    tick.plan_due(at=MORNING)
    all_failed("email")
    aftermath.fall_back(at=MORNING + timedelta(seconds=15))
    [asked] = prompts()
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        askings.snooze(asked, now=MORNING + timedelta(minutes=1))
    all_failed("email")
    assert aftermath.fall_back(at=MORNING + timedelta(minutes=2)) == 1
    [again] = [m for m in messages() if m.state == "queued"]
    assert again.channel == "sms"
    assert again.dedupe_key.endswith(":sms:later1:checkin")
