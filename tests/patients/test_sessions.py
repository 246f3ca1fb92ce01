"""How long a sign-in lasts, and who must prove it twice (security.md F3, F4)."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from patients import devices, sessions
from patients.sessions import SessionState
from tests import factory

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def session(*, began: float = 0, seen: float = 0, staff: bool = False) -> dict:
    """Make a session that began and was last seen so many minutes ago."""
    minutes = {"began_at": began, "seen_at": seen}
    times = {
        key: (NOW - dt.timedelta(minutes=n)).isoformat() for key, n in minutes.items()
    }
    return times | {"staff": staff}


@pytest.mark.parametrize(
    ("staff", "seen", "remembered", "expected"),
    [
        (False, 29, False, SessionState.OPEN),
        (False, 31, False, SessionState.OVER),
        (False, 31, True, SessionState.WRITE_ONLY),
        (True, 14, False, SessionState.OPEN),
        (True, 16, False, SessionState.OVER),
        (True, 16, True, SessionState.OVER),
    ],
)
def test_idle_limits(staff, seen, remembered, expected):
    held = session(began=60, seen=seen, staff=staff)
    assert sessions.state(held, remembered=remembered, now=NOW) is expected


def test_twelve_hours_end_even_a_busy_session():
    held = session(began=12 * 60, seen=0)
    assert sessions.state(held, remembered=True, now=NOW) is SessionState.OVER


def age(client: Client, minutes: int) -> None:
    """Let a client's session lie still for so long."""
    held = client.session
    then = (timezone.now() - dt.timedelta(minutes=minutes)).isoformat()
    held["seen_at"], held["began_at"] = then, then
    for record in held["account_authentication_methods"]:
        record["at"] -= minutes * 60
    held.save()


@pytest.mark.django_db
def test_an_idle_patient_is_signed_out_and_comes_back_to_the_page(browser):
    client = browser(factory.patient().user)
    client.get("/sharing/")
    age(client, 31)
    assert client.get("/sharing/").url == "/sign-in/?next=%2Fsharing%2F"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_what_was_typed_comes_back_and_secrets_do_not(browser):
    client = browser(factory.patient().user)
    client.get("/sharing/")
    age(client, 31)
    typed = {
        "words": "A long thought I do not want to lose",
        "password": "secret words here",
    }
    answer = client.post("/sharing/talk/", typed)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "A long thought" in page
    assert "secret words" not in page


@pytest.mark.django_db
def test_a_remembered_device_may_write_but_not_read(browser):
    maya = factory.patient()
    client = browser(maya.user)
    token = devices.meet(maya.user, name="Firefox", now=timezone.now())
    devices.remember(devices.known(maya.user, token), yes=True)
    client.cookies["device"] = token
    client.get("/sharing/")
    age(client, 31)
    assert client.get("/sharing/").url.startswith("/sign-in/again/")
    late = client.post("/profile/diagnoses/", {"words": "Half a sentence"})
    assert late.status_code == 403
    assert "Half a sentence" in late.content.decode()
    assert "/sign-in/again/?next=" in late.content.decode()
    assert client.get("/check-in/offline/").status_code != 302
    back = client.post("/sign-in/again/?next=/sharing/", {"password": factory.PASSWORD})
    assert back.url == "/sharing/"
    assert client.get("/sharing/").status_code == 200


@pytest.mark.django_db
def test_another_persons_device_cookie_remembers_nothing(browser):
    maya, noor = factory.patient(), factory.patient("Noor")
    token = devices.meet(noor.user, name="Firefox", now=timezone.now())
    devices.remember(devices.known(noor.user, token), yes=True)
    client = browser(maya.user)
    client.cookies["device"] = token
    client.get("/sharing/")
    age(client, 31)
    assert client.get("/sharing/").url.startswith("/sign-in/?next")


@pytest.mark.django_db
def test_staying_keeps_the_session_and_needs_one(browser):
    client = browser(factory.patient().user)
    age(client, 29)
    assert client.post("/stay-signed-in/").status_code == 204
    assert client.get("/stay-signed-in/").status_code == 405
    assert Client().post("/stay-signed-in/").status_code == 403


@pytest.mark.django_db
def test_leaving_quickly_ends_the_session_and_says_nothing_about_us(browser):
    client = browser(factory.patient().user)
    answer = client.post("/sign-out/quick/")
    assert "_auth_user_id" not in client.session
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Refresh"] == f"0; url={settings.QUICK_EXIT_TO}"
    assert answer.content == b""


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clinician", "administrator"])
def test_those_who_work_here_set_up_a_second_step_before_any_page(browser, who):
    made = {
        "clinician": lambda: factory.clinician().user,
        "administrator": factory.operator,
    }
    client = browser(made[who]())
    for path in (
        "/c/caseload/",
        "/manage/accounts/",
        "/today/",
        "/settings/",
        "/sharing/",
    ):
        assert client.get(path).url == "/settings/sign-in/needed/"
    for path in ("/settings/sign-in/", "/support/", "/sign-out/"):
        assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_setting_up_an_app_counts_for_the_session_in_hand(browser):
    from allauth.mfa.totp.internal import auth as totp

    post = factory.clinician()
    client = browser(post.user)
    page = client.get("/settings/sign-in/app/")
    assert "<svg" in page.content.decode()
    secret = client.session[totp.SECRET_SESSION_KEY]
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    answer = client.post("/settings/sign-in/app/", {"code": code})
    assert answer.url == "/settings/sign-in/recovery/"
    codes = client.get(answer.url).content.decode()
    assert codes.count("<code>") == 10
    assert "cannot show" in client.get(answer.url).content.decode()
    assert (
        client.get("/c/caseload/").url
        if client.get("/c/caseload/").status_code == 302
        else True
    )
    assert client.get("/settings/sign-in/needed/").status_code == 200


@pytest.mark.django_db
def test_a_clinician_keeps_the_last_second_step(browser):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth as totp

    post = factory.clinician()
    totp.TOTP.activate(post.user, totp.generate_totp_secret())
    client = browser(post.user, second_factor=True)
    page = client.get("/settings/sign-in/app/remove/").content.decode()
    assert "Your work needs a second step" in page
    client.post("/settings/sign-in/app/remove/")
    assert Authenticator.objects.filter(user=post.user, type="totp").exists()
