"""D9: a provider that does not answer holds up its own channel and no other."""

import socket
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from careplan.common.identity import acting_as, system
from careplan.outbox import deliver, queue
from careplan.outbox.models import ChannelAddress, Message
from tests import factory
from tests.outbox.conftest import NOW

MAILS = 20


class Stalled:
    """A text-message provider that takes a request and thinks until it is told."""

    def __init__(self):
        self._door = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.asked, self.answer = threading.Event(), threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        line, _ = self._door.accept()
        with line:
            line.recv(65536)
            self.asked.set()
            self.answer.wait(60)
            body = b'{"sid": "SM1", "status": "queued"}'
            line.sendall(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)
            )


@pytest.fixture
def slow(settings):
    provider = Stalled()
    settings.SMS_API_BASE, settings.SMS_TIMEOUT = provider.origin, 60
    settings.SMS_ACCOUNT, settings.SMS_TOKEN = "AC1", "token"
    settings.SMS_FROM = "+15550100"
    yield provider
    provider.answer.set()


def put(person, channel, count):
    with acting_as(system("tick")), transaction.atomic():
        queue.enqueue_many(
            [
                queue.NewMessage(
                    recipient_id=person.pk,
                    channel=channel,
                    kind="checkin",
                    subject="A reminder you set",
                    body="A reminder you set.",
                    dedupe_key=f"slow:{uuid4()}",
                    due_at=NOW,
                    expires_at=NOW + timedelta(hours=4),
                )
                for _ in range(count)
            ],
            now=NOW,
        )


def states(channel):
    with acting_as(system("deliver")), transaction.atomic():
        found = Message.objects.filter(channel=channel)
        return list(found.values_list("state", flat=True))


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_mail_goes_out_while_the_text_message_provider_thinks(mail_sink, slow):
    maya = factory.user("Maya")
    with acting_as(system("deliver")), transaction.atomic():
        ChannelAddress.objects.create(
            user=maya, channel="sms", address="+447700900123", confirmed_at=NOW
        )
    put(maya, "sms", 1)
    put(maya, "email", MAILS)

    def speak():
        deliver.deliver("sms", at=NOW)
        connection.close()

    waiting = threading.Thread(target=speak)
    waiting.start()
    assert slow.asked.wait(30)
    while deliver.deliver("email", at=NOW).spoken:
        pass
    assert states("email") == ["sent"] * MAILS
    assert states("sms") == ["sending"]  # no lock of it stood in the way
    slow.answer.set()
    waiting.join(30)
    assert states("sms") == ["sent"]
