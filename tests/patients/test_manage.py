"""Administration of accounts (O1, O2; security.md A8; decisions 23, 28)."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from careplan.common.errors import NotAllowed
from careplan.common.identity import acting_as, person
from patients import accounts, checked, people
from patients.models import (
    ActivityEvent,
    Clinician,
    HelplineCheck,
    Invitation,
    Organisation,
    Patient,
)
from tests import factory

pytestmark = pytest.mark.django_db

PAGES = ("accounts/", "invite/", "teams/", "activity/", "service/")


@pytest.fixture
def practice():
    return factory.organisation()


@pytest.fixture
def admin(practice):
    return factory.administrator(practice)


def clinician_in(practice, name="Sam Lind", **fields) -> Clinician:
    post = factory.clinician(name=name)
    post.organisation = practice
    for field, value in fields.items():
        setattr(post, field, value)
    post.save()
    return post


def act(client, post, name):
    return client.post(f"/manage/accounts/{post.pk}/{name}/")


def test_an_administrator_sees_the_clinicians_of_their_own_practice_only(
    browser, practice, admin
):
    clinician_in(practice, "Here Hill")
    clinician_in(factory.organisation("Other"), "There Thorn")
    page = browser(admin, second_factor=True).get("/manage/accounts/").content.decode()
    assert "Here Hill" in page
    assert "There Thorn" not in page


def test_no_patient_appears_anywhere_in_administration(browser, practice, admin):
    maya = factory.patient("Zelda Canary")
    factory.member(maya, clinician_in(practice))
    for who in (admin, factory.operator()):
        client = browser(who, second_factor=True)
        for path in PAGES:
            response = client.get(f"/manage/{path}")
            assert response.status_code in {200, 403}
            assert "Canary" not in response.content.decode()
        with acting_as(person(who.pk, second_factor=True)):
            assert not Patient.objects.exists()


@pytest.mark.parametrize("path", PAGES)
def test_only_administrators_get_in_and_only_with_a_second_factor(browser, admin, path):
    assert Client().get(f"/manage/{path}").status_code == 302
    assert browser(factory.patient().user).get(f"/manage/{path}").status_code == 404
    post = factory.clinician()
    clinician = browser(post.user, second_factor=True)
    assert clinician.get(f"/manage/{path}").status_code == 404
    answer = browser(admin).get(f"/manage/{path}")
    assert answer.url == "/settings/sign-in/needed/"


def test_another_practices_clinician_is_not_found(browser, admin):
    other = clinician_in(factory.organisation("Other"))
    client = browser(admin, second_factor=True)
    assert client.get(f"/manage/accounts/{other.pk}/").status_code == 404
    for name in ("verify", "suspend", "restore", "reset"):
        assert act(client, other, name).status_code == 404
    other.refresh_from_db()
    assert other.suspended_at is None
    with pytest.raises(NotAllowed):
        accounts.suspend(other, by=admin, now=timezone.now())


def test_suspending_closes_records_and_sessions_at_once(browser, practice, admin):
    post = clinician_in(practice)
    maya = factory.patient()
    factory.member(maya, post)
    theirs = browser(post.user, second_factor=True)
    assert act(browser(admin, second_factor=True), post, "suspend").status_code == 302
    assert theirs.get("/settings/sign-in/").status_code == 302
    with acting_as(person(post.user_id, second_factor=True)):
        assert not Patient.objects.exists()
    act(browser(admin, second_factor=True), post, "restore")
    with acting_as(person(post.user_id, second_factor=True)):
        assert Patient.objects.exists()


def test_suspending_leaves_a_clinicians_own_record_to_them(practice, admin):
    post = clinician_in(practice)
    own = people.register_patient(post.user, now=timezone.now())
    maya = factory.patient()
    factory.member(maya, post)
    accounts.suspend(post, by=admin, now=timezone.now())
    with acting_as(person(post.user_id, second_factor=True)):
        assert list(Patient.objects.all()) == [own]


def test_resetting_removes_the_second_factor_and_sets_no_password(
    browser, practice, admin
):
    post = clinician_in(practice)
    totp.TOTP.activate(post.user, totp.generate_totp_secret())
    before = post.user.password
    act(browser(admin, second_factor=True), post, "reset")
    post.user.refresh_from_db()
    assert post.user.password == before
    assert not Authenticator.objects.filter(user=post.user).exists()


def test_a_sole_practitioner_is_verified_by_an_operator_only(practice):
    sole = Organisation.objects.create(name="One", is_sole=True)
    post = clinician_in(sole, verified_at=None, verified_by=None)
    with pytest.raises(NotAllowed):
        accounts.verify(post, by=factory.administrator(sole), now=timezone.now())
    accounts.verify(post, by=factory.operator(), now=timezone.now())
    post.refresh_from_db()
    assert post.verified_at is not None


def test_nobody_verifies_or_suspends_themselves(practice, admin):
    post = clinician_in(practice, user=admin, verified_at=None, verified_by=None)
    for rule in (accounts.verify, accounts.suspend, accounts.reset_second_factor):
        with pytest.raises(accounts.NotYourself):
            rule(post, by=admin, now=timezone.now())


def test_the_last_administrator_stays(browser, practice, admin):
    held = admin.admin_posts.get()
    client = browser(admin, second_factor=True)
    remove = f"/manage/administrators/{held.pk}/remove/"
    told = client.get(remove).content.decode()
    assert "Invite another administrator first" in told
    assert "btn danger" not in told
    client.post(remove)
    assert admin.admin_posts.exists()
    factory.administrator(practice, "Second")
    assert "btn danger" in client.get(remove).content.decode()
    client.post(remove)
    assert not admin.admin_posts.exists()


def test_the_only_administrator_cannot_be_suspended_by_an_operator(practice, admin):
    post = clinician_in(practice, user=admin)
    with pytest.raises(accounts.LastAdministrator):
        accounts.suspend(post, by=factory.operator(), now=timezone.now())


@pytest.mark.parametrize("name", ["verify", "suspend", "restore", "reset"])
def test_a_dangerous_act_asks_again_after_five_minutes(browser, practice, admin, name):
    totp.TOTP.activate(admin, totp.generate_totp_secret())
    post = clinician_in(practice)
    client = browser(admin, second_factor=True)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - 301
    session.save()
    answer = act(client, post, name)
    assert answer.url.startswith("/sign-in/again/code/")
    post.refresh_from_db()
    assert post.suspended_at is None


def test_a_successor_works_in_the_same_practice_and_profession(
    browser, practice, admin
):
    leaving, after = clinician_in(practice, "Leaving"), clinician_in(practice, "After")
    elsewhere = factory.clinician()
    client = browser(admin, second_factor=True)
    path = f"/manage/accounts/{leaving.pk}/successor/"
    assert client.post(path, {"successor": elsewhere.pk}).status_code == 200
    client.post(path, {"successor": after.pk})
    leaving.refresh_from_db()
    assert leaving.successor == after
    assert not after.user.memberships.exists()


def test_hours_and_helplines_count_once_a_person_has_checked_them(
    browser, practice, admin
):
    client = browser(admin, second_factor=True)
    details = {
        "name": "Elm Street",
        "country": "GB",
        "time_zone": "Europe/London",
        "reply_hours": "weekdays",
        "reading_promise": "by 5pm",
    }
    answer = client.post(f"/manage/teams/{practice.pk}/", details | {"confirmed": "on"})
    assert "before confirming" in answer.content.decode()
    client.post(
        f"/manage/teams/{practice.pk}/",
        details | {"confirmed": "on", "helplines": "Samaritans 116 123"},
    )
    practice.refresh_from_db()
    assert practice.confirmed_by == admin


def test_an_administrator_invites_into_their_own_practice_only(
    browser, practice, admin
):
    other = factory.organisation("Other")
    client = browser(admin, second_factor=True)
    data = {"email": "new@example.org", "role": "therapist"}
    refused = client.post("/manage/invite/", data | {"where": str(other.pk)})
    assert refused.status_code == 200
    assert not Invitation.objects.exists()
    client.post("/manage/invite/", data | {"where": str(practice.pk)})
    assert Invitation.objects.get().organisation == practice


def test_only_an_operator_opens_practices_and_reads_the_counts(browser, admin):
    client = browser(admin, second_factor=True)
    assert client.get("/manage/teams/new/").status_code == 403
    assert client.get("/manage/service/").status_code == 403
    operator = browser(factory.operator(), second_factor=True)
    assert operator.post("/manage/teams/new/", {"name": "New"}).status_code == 302
    assert "Waiting" in operator.get("/manage/service/").content.decode()


def test_each_act_leaves_a_line_that_nobody_can_change(browser, practice, admin):
    post = clinician_in(practice)
    client = browser(admin, second_factor=True)
    act(client, post, "suspend")
    page = client.get("/manage/activity/?kind=suspended").content.decode()
    assert "Sam Lind" in page
    assert client.get("/manage/activity/?as=csv").content.decode().count("\r\n") == 2
    lines = ActivityEvent.objects.all()
    for change in (lines.delete, lambda: lines.update(note="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "🙂", "a\x00b"])
@pytest.mark.parametrize("path", ["invite/", "teams/new/", "teams/{}/"])
def test_bad_input_never_breaks_a_form(browser, practice, bad, path):
    client = browser(factory.operator(), second_factor=True)
    fields = (
        "email",
        "role",
        "where",
        "name",
        "country",
        "time_zone",
        "reply_hours",
        "helplines",
    )
    answer = client.post(
        f"/manage/{path}".format(practice.pk), dict.fromkeys(fields, bad)
    )
    assert answer.status_code == 200 or (bad == "🙂" and path == "teams/new/")
    assert "This field is required" not in answer.content.decode()


def test_the_built_in_admin_site_is_not_installed(settings):
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert Client().get("/admin/").status_code == 404


def test_the_list_asks_as_many_questions_for_many_as_for_few(
    browser, practice, admin, django_assert_max_num_queries
):
    for n in range(12):
        clinician_in(practice, f"Person {n}")
    client = browser(admin, second_factor=True)
    client.get("/manage/accounts/")
    with django_assert_max_num_queries(14):
        client.get("/manage/accounts/")


def test_an_operator_writes_down_which_helplines_were_tried(browser, practice):
    """Before launch, and again after half a year; the act asks for the second step."""
    operator = factory.operator()
    client = browser(operator, second_factor=True)
    page = client.get("/manage/service/helplines/").content.decode()
    ids = re.findall(r'name="line" value="([^"]+)"', page)
    assert ids
    assert "never tried" in page
    path = "/manage/service/helplines/"
    assert "Tick the lines" in client.post(path, {}).content.decode()
    assert client.post(path, {"line": ["made_up"]}).status_code == 200
    assert not HelplineCheck.objects.exists()
    assert client.post(path, {"line": ids}).url == "/manage/service/"
    assert (
        "all tried within half a year"
        in client.get("/manage/service/").content.decode()
    )
    assert ActivityEvent.objects.filter(kind="helplines", by=operator).count() == 1
    later = timezone.now() + timedelta(days=200)
    assert checked.served(now=later)[0].due == len(ids)


def test_helplines_are_the_operators_business_and_asked_again_after_a_while(
    browser, practice, admin
):
    path = "/manage/service/helplines/"
    assert browser(admin, second_factor=True).get(path).status_code == 403
    operator = factory.operator()
    totp.TOTP.activate(operator, totp.generate_totp_secret())
    client = browser(operator, second_factor=True)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - 301
    session.save()
    assert client.post(path, {"line": "x"}).url.startswith("/sign-in/again/code/")
    assert not HelplineCheck.objects.exists()
