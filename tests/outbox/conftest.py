"""Sinks on the loopback for every channel, and one message to send through them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from careplan.home.proofs.sinks import HttpSink, SmtpSink
from careplan.outbox.channels.base import Outgoing

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


@pytest.fixture
def mail_sink(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with SmtpSink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.DEFAULT_FROM_EMAIL = "Your reminders <hello@notes.example>"
        yield sink


@pytest.fixture
def http_sink(settings):
    with HttpSink() as sink:
        settings.SMS_API_BASE = settings.PUSH_LOOPBACK = sink.origin
        settings.SMS_ACCOUNT, settings.SMS_TOKEN = "AC1", "token"
        settings.SMS_FROM, settings.SMS_TIMEOUT = "+15550100", 5
        settings.DEFAULT_FROM_EMAIL = "Your reminders <hello@notes.example>"
        yield sink


@pytest.fixture
def outgoing():
    def make(**changes):
        words = {
            "id": uuid4(),
            "to": "maya@example.org",
            "subject": "A message from your team",
            "body": "Time for a check-in, if you like.",
            "key": "k1",
            "stop_url": "https://notes.example/l/stop",
            "expires_at": NOW + timedelta(hours=4),
            "speaking_at": NOW,
        }
        return Outgoing(**{**words, **changes})

    return make


@pytest.fixture
def device():
    """A browser's push subscription, with the key to open what it is sent."""
    return ec.generate_private_key(ec.SECP256R1())
