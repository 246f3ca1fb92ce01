"""D0: whatever happens in whatever order, no row disappears, none is doubled, and
nothing is called sent that no provider accepted. A Hypothesis state machine."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from careplan.common.identity import acting_as, system
from careplan.outbox import deliver, queue
from careplan.outbox.backoff import Trouble
from careplan.outbox.channels.base import Accepted, Permanent, Retry, Unknown
from careplan.outbox.models import ChannelAddress, Message
from tests import factory
from tests.outbox.conftest import NOW

FINAL = {"sent", "failed", "unknown", "expired", "cancelled"}
CHANNELS = st.sampled_from(["email", "sms"])
ANSWERS = {
    "accepted": lambda: Accepted("p1"),
    "busy": lambda: Retry("smtp 451"),
    "full": lambda: Retry("smtp 452", trouble=Trouble.MAILBOX),
    "no": lambda: Permanent("smtp 554"),
    "perhaps": lambda: Unknown("no answer"),
}


class Died(Exception):
    """The worker's end, in the middle of something."""


class Provider:
    """Answers as told, and remembers what it accepted under which key."""

    def __init__(self, machine, name, answer, *, dies):
        self.machine, self.name, self.answer, self.dies = machine, name, answer, dies

    def send(self, message):
        outcome = ANSWERS[self.answer]()
        if isinstance(outcome, Accepted):
            self.machine.accepted[message.id, message.key] += 1
        if self.dies:
            self.machine.deaths[message.id] += 1
        return outcome

    def close(self):
        pass


class Outbox(RuleBasedStateMachine):
    """One person, two channels, workers that die, time that passes."""

    @initialize()
    def begin(self):
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now, self.rows = NOW, set()
        self.accepted, self.deaths = Counter(), Counter()
        self.person = factory.user()
        with acting_as(system("deliver")):
            ChannelAddress.objects.create(
                user=self.person, channel="sms", address="+447700900123",
                confirmed_at=NOW,
            )  # fmt: skip

    def teardown(self):
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(channel=CHANNELS, twice=st.booleans())
    def put(self, channel, twice):
        key = f"machine:{uuid4()}"
        for _ in range(1 + twice):
            one = queue.NewMessage(
                recipient_id=self.person.pk,
                channel=channel,
                kind="checkin",
                subject="A reminder you set",
                body="A reminder you set.",
                dedupe_key=key,
                due_at=self.now,
                expires_at=self.now + timedelta(hours=4),
                about=("tag",),
            )
            with acting_as(system("tick")):
                queue.enqueue_many([one], now=self.now)
            self.rows.add(key)

    @rule(channel=CHANNELS, answer=st.sampled_from(sorted(ANSWERS)), dies=st.booleans())
    def work(self, channel, answer, dies):
        """One turn of one worker; it may die after the provider heard it."""
        if channel == "email" and answer == "perhaps":
            answer = "busy"  # e-mail knows no doubt: it is sent again under its key
        real_channel, real_record = deliver.channel_named, deliver.record
        provider = Provider(self, channel, answer, dies=dies)
        deliver.channel_named = lambda _name: provider
        if dies:
            deliver.record = self.die
        try:
            deliver.deliver(channel, at=self.now, batch=3)
        except Died:
            pass
        finally:
            deliver.channel_named, deliver.record = real_channel, real_record

    @staticmethod
    def die(*_):
        raise Died

    @rule(minutes=st.sampled_from([1, 5, 61, 300]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def take_back(self):
        with acting_as(system("tick")):
            queue.cancel("tag", reason="answered", now=self.now)

    @rule()
    def mend_the_address(self):
        with acting_as(system("deliver")):
            ChannelAddress.objects.filter(user=self.person).update(
                off_at=None, off_because="", soft_bounces=0
            )

    def all(self):
        with acting_as(system("deliver")):
            return list(Message.objects.filter(dedupe_key__startswith="machine:"))

    @invariant()
    def no_row_disappears_and_none_is_twice(self):
        if hasattr(self, "rows"):
            assert sorted(one.dedupe_key for one in self.all()) == sorted(self.rows)

    @invariant()
    def sent_means_accepted_and_one_key_each(self):
        if not hasattr(self, "rows"):
            return
        keys = Counter(message for message, _key in self.accepted)
        assert all(many == 1 for many in keys.values())
        accepted = {message for message, _key in self.accepted}
        for one in self.all():
            assert one.state != "sent" or one.id in accepted
            assert (one.finished_at is not None) == (one.state in FINAL)

    @invariant()
    def a_second_attempt_needs_a_death_and_a_text_has_none(self):
        if not hasattr(self, "rows"):
            return
        texts = {one.id for one in self.all() if one.channel == "sms"}
        for (message, _key), times in self.accepted.items():
            assert times <= 1 + self.deaths[message]
            assert message not in texts or times == 1


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_every_row_is_accounted_for():
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
