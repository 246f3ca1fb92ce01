"""Q1, P1: a number is confirmed before anything goes there; devices are checked."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from careplan.common import clock
from careplan.common.identity import acting_as, person, system
from careplan.outbox import addresses, deliver
from careplan.outbox.models import ChannelAddress, Message, PushSubscription
from tests import factory

pytestmark = pytest.mark.django_db
URL = "/settings/reminders/phone/"


@pytest.fixture
def maya():
    return factory.patient()


@pytest.fixture
def page(maya):
    client = Client()
    client.force_login(
        maya.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def as_maya(maya):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        yield maya


def address():
    with acting_as(system("deliver")), transaction.atomic():
        return ChannelAddress.objects.get()


def test_a_number_is_confirmed_by_the_code_sent_to_it(page, maya, http_sink, settings):
    settings.SMS_ACCOUNT = "AC1"
    page.post(URL, {"step": "number", "number": "+44 7700 900123"})
    deliver.deliver("sms")
    [request] = http_sink.requests
    assert request.form["To"] == "+447700900123"
    code = request.form["Body"].removeprefix("Your code is ").rstrip(".")
    assert page.post(URL, {"step": "code", "code": code}).status_code == 302
    assert address().confirmed_at is not None
    offered = page.get("/settings/reminders/").content.decode()
    assert "Text message" in offered


def test_a_wrong_code_and_a_wrong_number_have_their_sentences(page):
    said = page.post(URL, {"step": "number", "number": "call me"}).content.decode()
    assert "with its country code" in said
    page.post(URL, {"step": "number", "number": "+447700900123"})
    said = page.post(URL, {"step": "code", "code": "000000"}).content.decode()
    assert "does not fit" in said


def test_five_wrong_codes_are_enough(page, maya):
    page.post(URL, {"step": "number", "number": "+447700900123"})
    right = addresses.code_of(address(), clock.now())
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        page.post(URL, {"step": "code", "code": wrong})
    assert page.post(URL, {"step": "code", "code": right}).status_code == 200
    assert address().confirmed_at is None


def test_another_number_gives_no_more_tries(page, maya):
    """The tries are the person's, not the number's; after an hour there are new ones."""
    for number in ("+447700900123", "+447700900124", "+447700900123"):
        page.post(URL, {"step": "number", "number": number})
        for _ in range(2):
            page.post(URL, {"step": "code", "code": "no"})
    now = clock.now()
    with pytest.raises(addresses.WrongCode):
        confirm(maya, addresses.code_of(address(), now), now)
    later = now + timedelta(minutes=61)
    confirm(maya, addresses.code_of(address(), later), later)
    assert address().confirmed_at == later


def test_a_code_ends(page, maya):
    page.post(URL, {"step": "number", "number": "+447700900123"})
    now = clock.now()
    old = addresses.code_of(address(), now - timedelta(minutes=20))
    with pytest.raises(addresses.WrongCode):
        confirm(maya, old, now)
    confirm(maya, addresses.code_of(address(), now - timedelta(minutes=10)), now)


def confirm(maya, code, now):
    with acting_as(person(maya.user_id, second_factor=False)):
        addresses.confirm_phone(maya.user, code=code, now=now)


def test_nobody_lets_us_text_strangers_all_day(as_maya):
    for minute in range(10):
        now = as_maya.created_at + timedelta(minutes=minute)
        addresses.set_phone(as_maya.user, number=f"+44770090012{minute}", now=now)
    later = as_maya.created_at + timedelta(minutes=20)
    with pytest.raises(addresses.TooManyCodes):
        addresses.set_phone(as_maya.user, number="+447700900199", now=later)


def test_another_number_has_to_be_confirmed_again(page, maya):
    page.post(URL, {"step": "number", "number": "+447700900123"})
    page.post(URL, {"step": "code", "code": addresses.code_of(address(), clock.now())})
    page.post(URL, {"step": "number", "number": "+447700900999"})
    assert address().confirmed_at is None


def test_a_code_is_texted_once_a_minute(as_maya):
    for _ in range(3):
        addresses.set_phone(
            as_maya.user, number="+447700900123", now=as_maya.created_at
        )
    assert Message.objects.filter(recipient=as_maya.user).count() == 1


def test_only_known_push_services_are_remembered(page, maya):
    good = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/1",
        "keys": {"p256dh": "x", "auth": "y"},
    }
    evil = {**good, "endpoint": "http://169.254.169.254/"}
    url = "/settings/reminders/device/"
    assert page.post(url, {"subscription": json.dumps(good)}).status_code == 204
    assert page.post(url, {"subscription": json.dumps(good)}).status_code == 204
    for bad in (json.dumps(evil), "{}", "", "x" * 9000, "[1]"):
        assert page.post(url, {"subscription": bad}).status_code == 400
    with acting_as(system("deliver")), transaction.atomic():
        assert PushSubscription.objects.count() == 1


def test_a_number_that_was_switched_off_is_tried_once_more_when_entered_again(
    page, maya, http_sink
):
    with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
        ChannelAddress.objects.create(
            user=maya.user,
            channel="sms",
            address="+447700900123",
            created_at=clock.now(),
            confirmed_at=clock.now(),
            off_at=clock.now(),
            off_because="sms 21610",
        )
    said = page.get(URL).content.decode()
    assert "came back" in said
    assert "We can reach you" not in said
    page.post(URL, {"step": "number", "number": "+447700900123"})
    assert address().confirmed_at is None
    deliver.deliver("sms")
    assert len(http_sink.requests) == 1
