"""The first six pages (ux.md 4.1; N9, P4, P8, P9, R1): each can be left out."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from careplan.checkins.models import Schedule
from careplan.common.identity import acting_as, person
from careplan.plan.models import DoseStep, Medication
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
    for step in range(1, 7):
        assert f"Step {step} of 6" in client.get(f"/welcome/{step}/").content.decode()
        after = client.post(f"/welcome/{step}/", {"skip": "1"}).url
        assert after == (f"/welcome/{step + 1}/" if step < 6 else "/today/")
    assert record(maya).welcomed_at is not None
    assert record(maya).clinicians_may_talk is None


def test_there_is_no_seventh_page(client):
    assert client.get("/welcome/7/").status_code == 404
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


def test_medicines_taken_already_are_told_and_none_becomes_a_planned_dose(maya, client):
    """P4, R1 (decisions 2): as she says it, marked as told, no step, no dose to take."""
    told = {"name": "Sertraline", "reported_dose": "one in the morning", "more": "1"}
    assert client.post("/welcome/4/", told).url == "/welcome/4/"
    assert (
        "Sertraline, one in the morning" in client.get("/welcome/4/").content.decode()
    )
    assert client.post("/welcome/4/", {"name": "Melatonin"}).url == "/welcome/5/"
    with acting_as(person(maya.user_id, second_factor=False)):
        rows = {row.name: row for row in Medication.objects.filter(patient=maya)}
        assert {row.state for row in rows.values()} == {"reported"}
        assert not DoseStep.objects.filter(patient=maya).exists()
    assert set(rows) == {"Sertraline", "Melatonin"}
    plan = client.get("/plan/").content.decode()
    assert "Told by you, not yet taken over by a prescriber." in plan
    assert "Told by you" in client.get("/profile/").content.decode()
    assert "Sertraline" not in client.get("/today/").content.decode()


def test_no_medicine_is_an_answer_and_a_dose_without_a_name_is_asked_about(
    maya, client
):
    assert client.post("/welcome/4/", {"name": ""}).url == "/welcome/5/"
    said = client.post("/welcome/4/", {"name": "", "reported_dose": "20 mg"})
    assert "Write the name of the medicine" in said.content.decode()
    assert "20 mg" in said.content.decode()
    with acting_as(person(maya.user_id, second_factor=False)):
        assert not Medication.objects.exists()


def test_on_a_discreet_device_the_first_reminder_is_discreet_too(maya, client):
    client.cookies["discreet"] = "1"
    client.post("/welcome/5/", {"first": "18:30"})
    with acting_as(person(maya.user_id, second_factor=False)):
        assert Schedule.objects.get().words == "discreet"


def test_times_become_a_schedule_in_the_persons_zone(maya, client):
    answer = client.post("/welcome/5/", {"first": "18:30", "second": "09:00"})
    assert answer.url == "/welcome/6/"
    with acting_as(person(maya.user_id, second_factor=False)):
        schedule = Schedule.objects.get()
    assert schedule.times == [dt.time(9), dt.time(18, 30)]


def test_not_sure_switches_the_leave_button_on(client):
    answer = client.post("/welcome/6/", {"leave": "unsure"})
    assert answer.url == "/today/"
    assert answer.cookies["leave"].value == "1"


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "🙂", "a\x00b"])
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6])
def test_bad_input_never_breaks_a_page(client, step, bad):
    fields = [
        *ABOUT,
        "therapist",
        "prescriber",
        "reported_dose",
        "purpose",
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
