"""Q1, D0, D1, D12, C3, C5: claimed, looked at again, spoken once, recorded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from careplan.common.identity import acting_as, person, system
from careplan.outbox import deliver, links, queue
from careplan.outbox.channels.base import Permanent
from careplan.outbox.models import ChannelAddress, Message, OptOut, State
from patients.models import CareTeamMember
from tests import factory
from tests.outbox.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(db):
    return factory.patient()


@pytest.fixture
def queued(maya):
    def make(recipient=maya.user, about=(), **changes):
        words = {
            "recipient_id": recipient.pk,
            "channel": "email",
            "kind": "checkin",
            "subject": "A message from your team",
            "body": "Time for a check-in, if you like.\n\n[link]",
            "dedupe_key": f"k{uuid4()}",
            "due_at": NOW,
            "expires_at": NOW + timedelta(hours=4),
            "stoppable": True,
            "about": about,
        }
        message = queue.NewMessage(**{**words, **changes})
        with acting_as(system("tick")), transaction.atomic():
            queue.enqueue_many([message], now=NOW)
        return message

    return make


def row(message):
    with acting_as(system("deliver")), transaction.atomic():
        return Message.objects.get(pk=message.id)


def test_a_message_is_spoken_once_and_recorded(mail_sink, queued):
    message = queued(link_ref=uuid4())
    assert deliver.deliver("email", at=NOW).spoken == 1
    assert deliver.deliver("email", at=NOW).nothing_left
    sent = row(message)
    assert sent.state == State.SENT
    assert sent.provider_id.startswith("<")
    body = mail_sink.mails[0].get_content()
    assert links.secret_of("checkin", message.link_ref) in body
    assert links.secret_of("checkin", message.link_ref) not in sent.body


def test_the_same_key_is_queued_once(queued):
    first = queued(dedupe_key="one")
    second = queued(dedupe_key="one")
    with acting_as(system("deliver")), transaction.atomic():
        assert Message.objects.filter(pk__in=[first.id, second.id]).count() == 1


def test_two_workers_never_hold_one_row(mail_sink, queued):
    for _ in range(10):
        queued()
    first, _ = deliver.claim("email", token=uuid4(), batch=6, at=NOW)
    second, _ = deliver.claim("email", token=uuid4(), batch=6, at=NOW)
    assert (len(first), len(second)) == (6, 4)
    assert not {one.id for one in first} & {one.id for one in second}


def test_a_lost_lease_is_taken_again_under_the_same_id(mail_sink, queued):
    message = queued()
    [lost], _ = deliver.claim("email", token=uuid4(), batch=1, at=NOW)
    later = NOW + timedelta(minutes=2)
    assert deliver.deliver("email", at=later).spoken == 1
    assert row(message).attempts == 2
    assert mail_sink.mails[0]["Message-ID"] == f"<{lost.outgoing.key}@notes.example>"


def test_only_the_holder_of_the_token_records(mail_sink, queued):
    message = queued()
    stale = uuid4()
    [one], _ = deliver.claim("email", token=stale, batch=1, at=NOW)
    deliver.deliver("email", at=NOW + timedelta(minutes=2))
    deliver.record(one, Permanent("from the grave"), stale, NOW)
    assert row(message).state == State.SENT


def test_a_text_that_may_have_gone_is_unknown_and_stays_so(http_sink, queued, maya):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        ChannelAddress.objects.create(
            user=maya.user,
            channel="sms",
            address="+15550123",
            confirmed_at=maya.created_at,
        )
    message = queued(channel="sms")
    deliver.claim("sms", token=uuid4(), batch=1, at=NOW)  # and the worker dies
    for minutes in (2, 4, 6):
        deliver.deliver("sms", at=NOW + timedelta(minutes=minutes))
    assert row(message).state == State.UNKNOWN
    assert http_sink.requests == []


def test_what_is_no_longer_true_is_not_sent(mail_sink, queued, maya):
    """D12: cancelled, expired, stopped, suspended: each closes without speaking."""
    cancelled = queued(about=("notice:1",))
    expired = queued(expires_at=NOW)
    stopped = queued(kind="measure")
    suspended = queued(recipient=factory.user(is_active=False))
    fine = queued()
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        assert queue.cancel("notice:1", reason="answered", now=NOW) == 1
        OptOut.objects.create(user=maya.user, channel="email", kind="measure")
    deliver.deliver("email", at=NOW)
    found = [row(m).state for m in (cancelled, expired, stopped, suspended, fine)]
    assert found == ["cancelled", "expired", "cancelled", "cancelled", "sent"]
    assert len(mail_sink.mails) == 1


def test_cancelled_after_the_claim_is_not_spoken(mail_sink, queued, monkeypatch):
    message = queued(about=("notice:1",))
    claim = deliver.claim

    def claim_then_cancel(*args, **kwargs):
        found = claim(*args, **kwargs)
        with acting_as(system("tick")), transaction.atomic():
            queue.cancel("notice:1", reason="answered", now=NOW)
        return found

    monkeypatch.setattr(deliver, "claim", claim_then_cancel)
    deliver.deliver("email", at=NOW)
    assert row(message).state == State.CANCELLED
    assert mail_sink.mails == []


def test_ended_membership_and_closed_topic_stop_a_clinicians_notice(
    mail_sink, queued, maya
):
    post = factory.clinician("therapist")
    place = factory.member(maya, post, topics=["plan"])
    about = {"recipient": post.user, "patient_id": maya.pk, "stoppable": False}
    shared = queued(**about, topic="plan")
    not_shared = queued(**about, topic="mood")
    deliver.deliver("email", at=NOW)
    assert [row(m).state for m in (shared, not_shared)] == ["sent", "cancelled"]
    left = queued(**about)
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        CareTeamMember.objects.filter(pk=place.pk).update(
            state="ended", ended_at=NOW, ended_by=maya.user
        )
    deliver.deliver("email", at=NOW)
    assert row(left).state == State.CANCELLED


def test_a_hard_bounce_switches_the_address_off(mail_sink, queued, maya):
    """C5: after one."""
    mail_sink.scripted[maya.user.email] = ["550 no such user"]
    message = queued()
    deliver.deliver("email", at=NOW)
    assert row(message).state == State.FAILED
    second = queued()
    deliver.deliver("email", at=NOW)
    assert row(second).because == "no working address"
    assert mail_sink.mails == []


def test_three_soft_bounces_switch_it_off(mail_sink, queued, maya):
    """C5: after three in 72 hours, each tried again later and later."""
    mail_sink.scripted[maya.user.email] = ["452 full"] * 3
    message = queued()
    at = NOW
    for wait in (0, 70, 400):
        at += timedelta(seconds=wait)
        assert deliver.deliver("email", at=at).spoken == 1
        assert row(message).last_error == "smtp 452"
    deliver.deliver("email", at=at + timedelta(minutes=30))
    assert row(message).because == "no working address"


@pytest.mark.parametrize("said", ["550 no such user", "452 full"])
def test_a_new_address_is_written_to_whatever_the_old_one_did(
    mail_sink, queued, maya, said
):
    """C5: and nothing goes to the old one any more, which may be somebody else's."""
    mail_sink.scripted[maya.user.email] = [said]
    queued()
    deliver.deliver("email", at=NOW)
    with acting_as(person(maya.user_id, second_factor=True)), transaction.atomic():
        type(maya.user).objects.filter(pk=maya.user_id).update(email="new@sink.example")
    second = queued()
    deliver.deliver("email", at=NOW)
    assert row(second).state == State.SENT
    assert mail_sink.mails[-1]["To"] == "new@sink.example"


def test_trouble_is_tried_again_when_the_back_off_says(mail_sink, queued, maya):
    mail_sink.scripted[maya.user.email] = ["451 later"]
    message = queued()
    deliver.deliver("email", at=NOW)
    assert row(message).state == State.QUEUED
    assert deliver.deliver("email", at=NOW + timedelta(seconds=9)).nothing_left
    assert deliver.deliver("email", at=NOW + timedelta(seconds=12)).spoken == 1


def test_one_poison_row_does_not_stop_the_others(mail_sink, queued, maya):
    """D9."""
    poison = queued(subject="two\nlines")
    others = [queued() for _ in range(5)]
    deliver.deliver("email", at=NOW)
    assert [row(m).state for m in others] == ["sent"] * 5
    assert row(poison).last_error.startswith("BadHeaderError")


def test_the_stop_link_stops_queued_ones_too(mail_sink, queued):
    """C3: effective at once, without signing in."""
    from django.db import connection

    first, second = queued(), queued(due_at=NOW + timedelta(hours=1))
    deliver.deliver("email", at=NOW)
    stop = mail_sink.mails[0]["List-Unsubscribe"].strip("<>")
    assert links.secret_of("stop", first.id) in stop
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.stop_messages(%s, %s)", [first.id, NOW])
        assert cursor.fetchone() == ("email",)
    assert row(second).state == State.CANCELLED


def test_nobody_reads_anothers_messages(queued, maya):
    queued()
    with acting_as(person(factory.user().pk, second_factor=True)), transaction.atomic():
        assert not Message.objects.exists()
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        assert Message.objects.count() == 1


def test_a_slow_provider_leaves_the_other_channels_alone(mail_sink, queued, settings):
    """D9: so many of one channel may be in flight, and no more."""
    settings.OUTBOX_LANES = 1
    for _ in range(60):
        queued()
    queued(channel="console")
    first, _ = deliver.claim("email", token=uuid4(), batch=50, at=NOW)
    second, _ = deliver.claim("email", token=uuid4(), batch=50, at=NOW)
    assert (len(first), len(second)) == (50, 0)
    assert deliver.deliver("console", at=NOW).spoken == 1
