"""Issue 5.5, C5: what a mail provider's HTTP answer means, over a real connection."""

from urllib.parse import unquote_plus

import pytest

from careplan.outbox.channels import channel
from careplan.outbox.channels.base import Accepted, Permanent, Retry, open_channel

TAKEN = b'{"id": "<given@provider.example>", "message": "Queued. Thank you."}'


@pytest.fixture
def provider(http_sink, settings):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key",
        "MAILGUN_API_URL": f"{http_sink.origin}/v3",
        "MAILGUN_SENDER_DOMAIN": "notes.example",
    }
    return http_sink


def said(request):
    return unquote_plus(request.body.decode())


def send(message):
    with open_channel(channel("email")) as speaking:
        return speaking.send(message)


def test_what_the_provider_took_is_accepted_under_our_own_message_id(
    provider, outgoing
):
    provider.scripted[:] = [(200, {"Content-Type": "application/json"}, TAKEN)]
    assert send(outgoing()) == Accepted("<given@provider.example>")
    [request] = provider.requests
    assert "<k1@notes.example>" in said(request)
    assert "List-Unsubscribe=One-Click" in said(request)
    assert "Careplan" not in said(request)


def test_a_provider_that_is_asked_too_often_is_asked_later(provider, outgoing):
    provider.scripted[:] = [(429, {"Retry-After": "120"}, b"{}")]
    refused = send(outgoing())
    assert isinstance(refused, Retry)
    assert refused.after is not None


@pytest.mark.parametrize("status", [401, 500, 503])
def test_trouble_of_ours_or_of_theirs_is_tried_again(provider, outgoing, status):
    provider.scripted[:] = [status]
    assert send(outgoing()) == Retry(f"provider {status}")


@pytest.mark.parametrize("status", [400, 422])
def test_a_message_the_provider_refuses_is_not_offered_again(
    provider, outgoing, status
):
    provider.scripted[:] = [status]
    assert send(outgoing()) == Permanent(f"provider {status}")


def test_an_answer_that_never_came_is_tried_again_under_the_same_id(provider, outgoing):
    taken = (200, {"Content-Type": "application/json"}, TAKEN)
    provider.scripted[:] = ["hang up", taken]
    assert isinstance(send(outgoing()), Retry)
    assert isinstance(send(outgoing()), Accepted)
    assert all("<k1@notes.example>" in said(one) for one in provider.requests)
