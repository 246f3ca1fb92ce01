"""The first five pages (ux.md 4.1; N9, P8, P9): each can be left out."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from careplan.checkins.models import Schedule
from careplan.common.identity import acting_as, person
from patients.models import Consent, Invitation, Patient
from tests import factory

pytestmark = pytest.mark.django_db

ABOUT = {
    "name": "Maya Raman",
    "preferred_name": "May",
    "pronouns": "she",
    "time_zone": "Europe/Berlin",
    "language": "en",
}


@pytest.fixture
def maya():
    cache.clear()
    return factory.patient()


@pytest.fixture
def client(maya):
    client = Client()
    client.force_login(maya.user)
    return client


def record(maya) -> Patient:
    with acting_as(person(maya.user_id, second_factor=False)):
        return Patient.objects.get(pk=maya.pk)


def test_every_page_shows_and_can_be_skipped(maya, client):
    for step in range(1, 6):
        assert f"Step {step} of 5" in client.get(f"/welcome/{step}/").content.decode()
        after = client.post(f"/welcome/{step}/", {"skip": "1"}).url
        assert after == (f"/welcome/{step + 1}/" if step < 5 else "/today/")
    assert record(maya).welcomed_at is not None
    assert record(maya).clinicians_may_talk is None


def test_there_is_no_sixth_page(client):
    assert client.get("/welcome/6/").status_code == 404
    assert client.get("/welcome/0/").status_code == 404


def test_name_and_place_are_kept_and_the_record_moves_along(maya, client):
    assert client.post("/welcome/1/", ABOUT).url == "/welcome/2/"
    maya.user.refresh_from_db()
    assert (maya.user.called, maya.user.pronouns) == ("May", "she")
    assert record(maya).time_zone == "Europe/Berlin"


def test_two_clinicians_are_invited_and_what_they_see_is_asked(maya, client):
    people = {"therapist": "sam@example.org", "prescriber": "ada@example.org"}
    assert client.post("/welcome/2/", people).url == "/welcome/3/"
    offers = {offer.role: offer for offer in Invitation.objects.all()}
    page = client.get("/welcome/3/").content.decode()
    assert "sam@example.org" in page
    assert "ada@example.org" in page
    sam = f"o{offers['therapist'].pk.hex[:8]}"
    answer = client.post("/welcome/3/", {f"{sam}-topics": ["mood"], "answer": "yes"})
    assert answer.url == "/welcome/4/"
    offers["therapist"].refresh_from_db()
    offers["prescriber"].refresh_from_db()
    assert offers["therapist"].topics == ["mood"]
    assert offers["prescriber"].topics == []
    assert record(maya).clinicians_may_talk is True


def test_leaving_the_question_open_means_no_and_writes_nothing(maya, client):
    client.post("/welcome/3/", {})
    assert record(maya).clinicians_may_talk is None
    with acting_as(person(maya.user_id, second_factor=False)):
        assert not Consent.objects.filter(topic="talk").exists()


def test_members_are_asked_about_as_well(maya, client):
    member = factory.member(maya, factory.clinician(), topics=["plan"])
    prefix = f"m{member.pk.hex[:8]}"
    client.post("/welcome/3/", {f"{prefix}-topics": ["plan", "mood"]})
    with acting_as(person(maya.user_id, second_factor=False)):
        member.refresh_from_db()
    assert member.topics == ["plan", "mood"]


def test_times_become_a_schedule_in_the_persons_zone(maya, client):
    answer = client.post("/welcome/4/", {"first": "18:30", "second": "09:00"})
    assert answer.url == "/welcome/5/"
    with acting_as(person(maya.user_id, second_factor=False)):
        schedule = Schedule.objects.get()
    assert schedule.times == [dt.time(9), dt.time(18, 30)]


def test_not_sure_switches_the_leave_button_on(client):
    answer = client.post("/welcome/5/", {"leave": "unsure"})
    assert answer.url == "/today/"
    assert answer.cookies["leave"].value == "1"


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "🙂", "a\x00b"])
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_bad_input_never_breaks_a_page(client, step, bad):
    fields = [
        *ABOUT,
        "therapist",
        "prescriber",
        "first",
        "second",
        "supporter",
        "leave",
    ]
    answer = client.post(
        f"/welcome/{step}/", dict.fromkeys(fields, bad) | {"answer": bad}
    )
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        assert "This field is required" not in answer.content.decode()


def test_somebody_without_a_record_is_told_how_to_get_one():
    client = Client()
    client.force_login(factory.user())
    assert client.get("/welcome/").status_code == 200
    assert client.get("/welcome/1/").status_code == 404
    assert Client().get("/welcome/1/").status_code == 302
