"""O3, F6: one's own ways in: a new address, a renamed passkey, a second step dropped."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail

from tests import factory

pytestmark = pytest.mark.django_db

SHORT = "tall oak9"


def with_app(user):
    totp.TOTP.activate(user, totp.generate_totp_secret())


def passkey_of(user, name="Phone"):
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": name, "credential": {}}
    )


def test_a_new_address_counts_once_its_code_is_entered_and_the_old_one_is_told(
    browser, django_capture_on_commit_callbacks
):
    maya = factory.patient()
    before = maya.user.email
    client = browser(maya.user)
    new = {"email": "new@example.org", "action_add": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/settings/sign-in/email/", new, follow=True)
    code = re.search(r"code is (\S+)", mail.outbox[0].body)[1]
    assert mail.outbox[0].to == ["new@example.org"]
    maya.user.refresh_from_db()
    assert maya.user.email == before
    where = answer.redirect_chain[-1][0]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(where, {"code": code, "action": "verify"})
    maya.user.refresh_from_db()
    assert maya.user.email == "new@example.org"
    assert [one.email for one in EmailAddress.objects.filter(user=maya.user)] == [
        "new@example.org"
    ]
    told = [letter for letter in mail.outbox if letter.to == [before]]
    assert [letter.subject for letter in told] == ["About signing in"]


def test_a_new_address_that_somebody_has_looks_the_same(
    browser, django_capture_on_commit_callbacks
):
    factory.user(email="taken@example.org")
    answers = []
    for address in ("taken@example.org", "free@example.org"):
        client = browser(factory.patient().user)
        with django_capture_on_commit_callbacks(execute=True):
            new = {"email": address, "action_add": "1"}
            answer = client.post("/settings/sign-in/email/", new)
        answers.append((answer.status_code, answer.headers.get("Location")))
    assert answers[0] == answers[1]


def test_a_new_address_asks_for_a_proof_first(browser):
    maya = factory.patient()
    client = browser(maya.user)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 400
    session.save()
    answer = client.post(
        "/settings/sign-in/email/", {"email": "new@example.org", "action_add": "1"}
    )
    assert answer.url.startswith("/sign-in/again/")


def test_a_passkey_is_renamed_by_its_owner_alone(browser):
    maya, noor = factory.patient(), factory.patient("Noor")
    key = passkey_of(maya.user)
    path = f"/settings/sign-in/passkeys/{key.pk}/edit/"
    client = browser(maya.user, second_factor=True)
    assert client.post(path, {"name": "Old phone"}).status_code == 302
    key.refresh_from_db()
    assert key.data["name"] == "Old phone"
    assert "Old phone" in client.get("/settings/sign-in/passkeys/").content.decode()
    other = browser(noor.user, second_factor=True)
    assert other.post(path, {"name": "Mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "Old phone"


@pytest.mark.parametrize("name", ["", "x" * 10_000, "a\x00b"])
def test_a_name_that_is_none_gets_a_sentence(browser, name):
    maya = factory.patient()
    key = passkey_of(maya.user)
    client = browser(maya.user, second_factor=True)
    answer = client.post(f"/settings/sign-in/passkeys/{key.pk}/edit/", {"name": name})
    assert answer.status_code == 200
    assert "This field is required" not in answer.content.decode()


@pytest.fixture
def short(browser):
    """Somebody with a short password, which a second step allows."""
    maya = factory.patient()
    maya.user.set_password(SHORT)
    maya.user.save()
    with_app(maya.user)
    return maya.user, browser(maya.user, second_factor=True)


OFF = "/settings/sign-in/app/remove/"


def test_f6_the_last_second_step_stays_while_the_password_is_short(short):
    user, client = short
    assert "Your password" in client.get(OFF).content.decode()
    for typed, said in (
        ({}, "Enter your password"),
        ({"password": "something else entirely"}, "not the password you use"),
        ({"password": SHORT}, "too short to be the only step"),
    ):
        answer = client.post(OFF, typed)
        assert answer.status_code == 200
        assert said in answer.content.decode()
    assert user.authenticator_set.filter(type="totp").exists()


def test_f6_guessing_the_password_there_ends_after_five_tries(short):
    user, client = short
    answers = [client.post(OFF, {"password": f"guess {n}"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert user.authenticator_set.filter(type="totp").exists()


def test_f6_with_a_long_password_it_goes(browser):
    maya = factory.patient()
    with_app(maya.user)
    client = browser(maya.user, second_factor=True)
    assert client.post(OFF, {"password": factory.PASSWORD}).status_code == 302
    assert not maya.user.authenticator_set.filter(type="totp").exists()


def test_f6_one_of_two_second_steps_goes_without_a_question(short):
    user, client = short
    key = passkey_of(user)
    path = f"/settings/sign-in/passkeys/{key.pk}/remove/"
    assert "Your password" not in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert "Your password" in client.get(OFF).content.decode()


def test_f6_the_last_passkey_asks_as_well(browser):
    maya = factory.patient()
    maya.user.set_password(SHORT)
    maya.user.save()
    key = passkey_of(maya.user)
    client = browser(maya.user, second_factor=True)
    path = f"/settings/sign-in/passkeys/{key.pk}/remove/"
    assert client.post(path, {"password": SHORT}).status_code == 200
    assert Authenticator.objects.filter(pk=key.pk).exists()
