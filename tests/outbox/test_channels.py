"""Q1, C3, C5, D5: each channel against a real server on the loopback."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from careplan.home.proofs.sinks import CuttingProxy, free_port
from careplan.outbox.backoff import Trouble
from careplan.outbox.channels import CHANNELS, channel
from careplan.outbox.channels.base import (
    Accepted,
    Permanent,
    Retry,
    Unknown,
    open_channel,
)
from careplan.outbox.channels.push_services import endpoint_allowed
from careplan.outbox.channels.sms import gsm_length
from careplan.outbox.channels.webpush import topic_of

AUTH = b"0123456789abcdef"


def b64(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def subscription(device, endpoint):
    point = device.public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return json.dumps(
        {"endpoint": endpoint, "keys": {"p256dh": b64(point), "auth": b64(AUTH)}}
    )


@pytest.fixture
def vapid(settings):
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.PUSH_PRIVATE_KEY = b64(number.to_bytes(32, "big"))


def send(name, message):
    with open_channel(channel(name)) as speaking:
        return speaking.send(message)


def test_mail_is_accepted_with_neutral_sender_and_one_click_stop(mail_sink, outgoing):
    assert isinstance(send("email", outgoing()), Accepted)
    mail = mail_sink.mails[0]
    assert mail["From"] == "Your reminders <hello@notes.example>"
    assert mail["Message-ID"] == "<k1@notes.example>"
    assert mail["List-Unsubscribe"] == "<https://notes.example/l/stop>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_connection_carries_a_batch(mail_sink, outgoing):
    with open_channel(channel("email")) as speaking:
        for number in range(20):
            speaking.send(outgoing(key=f"k{number}"))
    assert len(mail_sink.delivered) == 20


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("550 no such user", Permanent("smtp 550", gone=True)),
        ("554 refused", Permanent("smtp 554")),
        ("451 try later", Retry("smtp 451")),
        ("452 full", Retry("smtp 452", trouble=Trouble.MAILBOX)),
        ("432 asleep", Retry("smtp 432", trouble=Trouble.MAILBOX)),
    ],
)
def test_hard_and_soft_bounces_are_told_apart(mail_sink, outgoing, reply, expected):
    mail_sink.scripted["maya@example.org"] = [reply]
    with open_channel(channel("email")) as speaking:
        assert speaking.send(outgoing()) == expected
        assert isinstance(speaking.send(outgoing()), Accepted)


def test_nobody_listening_is_tried_again(settings, mail_sink, outgoing):
    settings.EMAIL_PORT = free_port()
    assert isinstance(send("email", outgoing()), Retry)


def test_cut_after_accept_is_repeated_under_the_same_id(settings, mail_sink, outgoing):
    with CuttingProxy(mail_sink.port, cuts_left=1) as proxy:
        settings.EMAIL_PORT = proxy.port
        with open_channel(channel("email")) as speaking:
            assert isinstance(speaking.send(outgoing()), Retry)
            assert isinstance(speaking.send(outgoing()), Accepted)
    assert proxy.cuts_made == 1
    assert mail_sink.delivered == {"k1": 2}


def test_a_text_is_accepted_with_the_providers_id(http_sink, outgoing):
    outcome = send("sms", outgoing(to="+15550123"))
    assert isinstance(outcome, Accepted)
    assert outcome.provider_id.startswith("SM")
    request = http_sink.requests[0]
    assert request.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert request.form["To"] == "+15550123"
    assert request.form["From"] == "+15550100"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("hang up", Unknown),
        (500, Unknown),
        (503, Unknown),
        ((201, {}, b"not json"), Unknown),
        ((429, {"Retry-After": "90"}, b""), Retry),
        (401, Retry),
        ((400, {}, b'{"code": 21610}'), Permanent),
        ((400, {}, b'{"code": 30001}'), Permanent),
        ((302, {"Location": "http://127.0.0.1/"}, b""), Permanent),
    ],
)
def test_a_doubtful_text_is_unknown_and_never_repeated(
    http_sink, outgoing, reply, expected
):
    http_sink.scripted = [reply]
    outcome = send("sms", outgoing(to="+15550123"))
    assert isinstance(outcome, expected)
    assert len(http_sink.requests) == 1
    if reply == (429, {"Retry-After": "90"}, b""):
        assert outcome.after == timedelta(seconds=90)


def test_an_unreachable_text_provider_is_tried_again(settings, http_sink, outgoing):
    settings.SMS_API_BASE = f"http://127.0.0.1:{free_port()}"
    assert isinstance(send("sms", outgoing(to="+15550123")), Retry)


def test_push_carries_an_opaque_id_that_only_the_device_opens(
    http_sink, outgoing, device, vapid
):
    message = outgoing(to=subscription(device, f"{http_sink.origin}/push/1"))
    assert isinstance(send("push", message), Accepted)
    request = http_sink.requests[0]
    opened = http_ece.decrypt(request.body, private_key=device, auth_secret=AUTH)
    assert json.loads(opened) == {"id": str(message.id)}
    assert request.headers["topic"] == topic_of("k1")
    assert len(topic_of("k1")) == 32
    assert request.headers["ttl"] == "14400"
    assert request.headers["authorization"].startswith("vapid t=")


def test_a_second_push_has_the_same_topic(http_sink, outgoing, device, vapid):
    message = outgoing(to=subscription(device, f"{http_sink.origin}/push/1"))
    http_sink.scripted = ["hang up"]
    assert isinstance(send("push", message), Retry)
    assert isinstance(send("push", message), Accepted)
    assert len(http_sink.shown) == 1
    assert len(http_sink.requests) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_push_address_that_is_gone_is_gone(
    http_sink, outgoing, device, vapid, status
):
    http_sink.scripted = [status]
    message = outgoing(to=subscription(device, f"{http_sink.origin}/push/1"))
    assert send("push", message) == Permanent(f"push {status}", gone=True)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com:8080/x",
        "https://user@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_push_speaks_to_known_services_only(settings, endpoint):
    settings.PUSH_LOOPBACK = ""
    assert not endpoint_allowed(endpoint)
    assert endpoint_allowed("https://fcm.googleapis.com/fcm/send/abc")
    assert endpoint_allowed("https://wns2-par02p.notify.windows.com/w/?token=abc")


def test_a_forged_push_address_is_never_asked(outgoing, device, vapid, settings):
    settings.PUSH_LOOPBACK = ""
    message = outgoing(to=subscription(device, "http://127.0.0.1:1/"))
    assert send("push", message) == Permanent("push address not allowed", gone=True)
    assert send("push", outgoing(to="{}")).gone


def test_the_console_prints_it(outgoing, capsys):
    assert isinstance(send("console", outgoing()), Accepted)
    assert "Time for a check-in" in capsys.readouterr().out


def test_a_channel_is_one_file_and_one_line(monkeypatch, outgoing, tmp_path):
    """Adding one: this is all of it."""
    (tmp_path / "pigeon.py").write_text(
        "from careplan.outbox.channels.base import Accepted\n"
        "class CHANNEL:\n"
        "    name = 'pigeon'\n"
        "    def send(self, message): return Accepted('coo')\n"
        "    def close(self): pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(CHANNELS, "pigeon", "pigeon")
    assert send("pigeon", outgoing()) == Accepted("coo")


def test_letters_outside_gsm_make_a_text_too_long():
    assert gsm_length("A reminder you set.") == 19
    assert gsm_length("€") == 2
    assert gsm_length("✓") == 160
