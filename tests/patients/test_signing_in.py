"""Signing in, up and out (O3, security.md F5 and F6)."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from patients import adapters
from patients.models import ActivityEvent, Patient, TermsAnswer, User
from tests import factory

pytestmark = pytest.mark.django_db

SIGN_UP = {
    "name": "Maya Raman",
    "email": "maya@example.org",
    "password1": "seven green rivers",
    "adult": "on",
    "agrees": "on",
}


def sign_in(client, user, password=factory.PASSWORD, **more):
    data = {"login": user.email, "password": password} | more
    return client.post("/sign-in/", data, REMOTE_ADDR=more.pop("ip", "127.0.0.1"))


def with_app(user) -> str:
    """Give the user an authenticator app and return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_somebody_signs_up_with_a_code_and_gets_a_record_of_her_own(
    django_capture_on_commit_callbacks,
):
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/sign-up/", SIGN_UP)
    assert response.url == "/sign-up/code/"
    code = re.search(r"code is (\S+)", mail.outbox[0].body)[1]
    response = client.post("/sign-up/code/", {"code": code, "action": "verify"})
    assert response.url == "/welcome/1/"
    user = User.objects.get(email="maya@example.org")
    assert user.name == "Maya Raman"
    assert TermsAnswer.objects.filter(user=user).count() == 2
    assert ActivityEvent.objects.get(kind="signed_up").about == user


def test_before_the_code_nobody_is_signed_in():
    client = Client()
    client.post("/sign-up/", SIGN_UP)
    assert "_auth_user_id" not in client.session


def test_signing_up_with_a_known_address_looks_the_same(
    django_capture_on_commit_callbacks,
):
    factory.user(email="known@example.org")
    answers = []
    for address in ("known@example.org", "unknown@example.org"):
        client = Client()
        with django_capture_on_commit_callbacks(execute=True):
            posted = client.post("/sign-up/", SIGN_UP | {"email": address})
        page = client.get(posted.url)
        said = page.content.decode().replace(address, "ADDRESS")
        said = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", said)
        answers.append((posted.status_code, posted.url, page.status_code, said))
    assert answers[0] == answers[1]
    assert {m.to[0] for m in mail.outbox} == {
        "known@example.org",
        "unknown@example.org",
    }


def test_children_are_refused_kindly():
    response = Client().post("/sign-up/", SIGN_UP | {"adult": ""})
    assert response.status_code == 200
    assert "18 and older" in response.content.decode()
    assert not User.objects.exists()


def test_signing_in_leads_to_the_persons_own_start():
    maya = factory.patient()
    assert sign_in(Client(), maya.user).url == "/welcome/1/"


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_a_wrong_password_and_an_unknown_address_get_one_answer(who):
    user = factory.user(email="known@example.org")
    user.email = f"{who}@example.org"
    response = sign_in(Client(), user, "not the password at all")
    assert response.status_code == 200
    assert "That email and password do not match." in response.content.decode()


def test_the_sixth_try_on_one_account_is_refused_from_anywhere():
    user = factory.user()
    for n in range(5):
        sign_in(Client(), user, "wrong password here", ip=f"10.0.0.{n}")
    response = sign_in(Client(), user, ip="10.0.1.1")
    assert response.status_code == 200
    assert "too many tries" in response.content.decode()


def test_the_limit_is_counted_where_every_web_process_sees_it(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")


def test_an_account_with_an_app_is_asked_for_the_code():
    maya = factory.patient()
    secret = with_app(maya.user)
    client = Client()
    assert sign_in(client, maya.user).url == "/sign-in/code/"
    assert "_auth_user_id" not in client.session
    response = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert response.url == "/welcome/1/"


def test_a_code_works_once():
    maya = factory.patient()
    code = code_of(with_app(maya.user))
    for expected in (302, 200):
        client = Client()
        sign_in(client, maya.user)
        response = client.post("/sign-in/code/", {"code": code})
        assert response.status_code == expected


def test_a_second_factors_secret_is_sealed_in_the_database():
    user = factory.user()
    secret = with_app(user)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    assert adapters.SecondFactorAdapter().decrypt(stored) == secret


def test_a_reset_never_skips_the_second_factor(django_capture_on_commit_callbacks):
    maya = factory.patient()
    with_app(maya.user)
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/password/reset/", {"email": maya.user.email})
    path = re.search(r"/password/reset/\S+", mail.outbox[0].body)[0]
    page = client.get(path)
    done = client.post(page.url, {"password1": "other words for my door"})
    assert done.url == "/password/reset/done/"
    assert "_auth_user_id" not in client.session
    assert sign_in(client, maya.user, "other words for my door").url == "/sign-in/code/"


def test_a_reset_link_works_once_and_asking_looks_the_same_for_any_address(
    django_capture_on_commit_callbacks,
):
    user = factory.user()
    client = Client()
    answers = []
    with django_capture_on_commit_callbacks(execute=True):
        for address in (user.email, "nobody@example.org"):
            response = client.post("/password/reset/", {"email": address})
            answers.append((response.status_code, response.url))
    assert answers[0] == answers[1]
    path = re.search(r"/password/reset/\S+", mail.outbox[0].body)[0]
    page = client.get(path)
    client.post(page.url, {"password1": "other words for my door"})
    assert "no longer works" in Client().get(path).content.decode()


def test_a_suspended_account_is_out_at_the_next_request(browser):
    maya = factory.patient()
    client = browser(maya.user)
    assert client.get("/settings/sign-in/").status_code == 200
    maya.user.is_active = False
    maya.user.save(update_fields=["is_active"])
    assert client.get("/settings/sign-in/").status_code == 302
    assert sign_in(Client(), maya.user).url == "/sign-in/closed/"


def test_signing_in_on_a_new_device_is_told_by_a_letter_without_details(
    django_capture_on_commit_callbacks,
):
    maya = factory.patient()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(Client(), maya.user)
    assert mail.outbox == []  # the first device is no news
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(Client(HTTP_USER_AGENT="Firefox on Windows"), maya.user)
    assert mail.outbox[0].subject == "A new sign-in"
    assert "Firefox on Windows" in mail.outbox[0].body
    for word in ("Careplan", "therap", "clinic", "mood", "plan"):
        assert word not in mail.outbox[0].body


def test_signing_out_asks_first_and_then_ends_the_session(browser):
    client = browser(factory.patient().user)
    assert client.get("/sign-out/").status_code == 200
    assert client.post("/sign-out/").url == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_other_sessions_can_be_ended():
    maya = factory.patient()
    here, there = Client(), Client()
    sign_in(here, maya.user)
    sign_in(there, maya.user)
    assert here.get("/settings/sign-in/devices/").content.decode().count("<tr>") == 3
    here.post("/settings/sign-in/devices/")
    assert there.get("/settings/sign-in/").status_code == 302
    assert here.get("/settings/sign-in/").status_code == 200


def test_next_leads_nowhere_else():
    maya = factory.patient()
    response = sign_in(Client(), maya.user, next="https://evil.example/")
    assert response.url == "/welcome/1/"


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "🙂" * 50, "a\x00b", "' OR 1=1 --"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in/", ("login", "password")),
        ("/sign-up/", ("name", "email", "password1")),
        ("/password/reset/", ("email",)),
    ],
)
def test_bad_input_gets_a_sentence_and_never_an_error_page(path, fields, bad):
    data = SIGN_UP if path == "/sign-up/" else {}
    response = Client().post(path, data | dict.fromkeys(fields, bad))
    assert response.status_code == 200
    assert "Check these answers" in response.content.decode()
    assert "This field is required" not in response.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("path", "data", "kept"),
    [
        ("/sign-in/", {"login": "maya@example.org", "password": "wrong"}, False),
        ("/sign-up/", SIGN_UP | {"name": ""}, False),
        ("/password/reset/", {"email": "no"}, True),
    ],
)
def test_nobody_is_told_that_a_password_was_kept(path, data, kept):
    page = Client().post(path, data).content.decode()
    assert "Check these answers" in page
    assert ("Nothing you typed is lost" in page) is kept
