"""Q1, P1: a number is confirmed before anything goes there; devices are checked."""

import json

import pytest
from django.db import transaction
from django.test import Client

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
    right = addresses.code_of(address())
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        page.post(URL, {"step": "code", "code": wrong})
    assert page.post(URL, {"step": "code", "code": right}).status_code == 200
    assert address().confirmed_at is None


def test_another_number_has_to_be_confirmed_again(page, maya):
    page.post(URL, {"step": "number", "number": "+447700900123"})
    page.post(URL, {"step": "code", "code": addresses.code_of(address())})
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
