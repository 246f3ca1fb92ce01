"""U2, E2: what a device may keep, and that no kept page says anything of a record."""

import json

import pytest
from django.test import Client

from careplan.common import offline
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya():
    return factory.patient()


@pytest.fixture
def phone(client, maya):
    client.force_login(maya.user)
    return client


WHO_MAY = [  # address, stranger, patient, clinician
    ("/sw.js", 200, 200, 200),
    ("/manifest.webmanifest", 200, 200, 200),
    ("/offline/", 200, 200, 200),
    ("/offline/check-in/", 200, 200, 200),
    ("/offline/safety/", 302, 404, 404),  # patients: only once they asked for it
    ("/check-in/offline/", 403, 200, 404),
]


@pytest.mark.parametrize(("path", "stranger", "patient", "clinician"), WHO_MAY)
def test_who_may_open_what(path, stranger, patient, clinician, maya):
    therapist = factory.clinician()
    factory.member(maya, therapist)
    got = [Client().get(path).status_code]
    for somebody in (maya.user, therapist.user):
        client = Client()
        client.force_login(somebody)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session.save()
        got.append(client.get(path).status_code)
    assert got == [stranger, patient, clinician]


def test_the_worker_is_at_the_root_and_never_cached():
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Service-Worker-Allowed"] == "/"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "/support/" in answer.content.decode()
    assert "journal/" not in answer.content.decode().split("\n")[1]


def test_the_home_screen_has_a_neutral_name_for_whoever_asked(client):
    plain = json.loads(client.get("/manifest.webmanifest").content)
    client.cookies["discreet"] = "1"
    discreet = json.loads(client.get("/manifest.webmanifest").content)
    assert plain["short_name"] == "Careplan"
    assert discreet["short_name"] == discreet["name"] == "Notes"
    assert "notes" in discreet["icons"][0]["src"]


@pytest.mark.parametrize("path", ["/offline/", "/offline/check-in/", "/support/"])
def test_a_kept_page_is_the_same_for_everybody(path):
    """Fetched without cookies, as the worker does."""
    said = Client().get(path).content.decode()
    assert 'name="csrfmiddlewaretoken"' not in said
    assert "Maya" not in said
    assert 'name="careplan-person"' not in said


def test_nothing_is_kept_unless_the_person_says_so(phone, maya):
    assert phone.get("/offline/safety/").status_code == 404
    said = phone.get("/settings/").content.decode()
    assert f'name="careplan-person" content="{offline.mark(maya.user)}"' in said
    assert 'data-keeps=""' in said


def test_the_choice_holds_for_this_person_on_this_device(phone, maya, client):
    phone.post("/settings/device/offline/", {"checkins": "1", "safety": "1"})
    assert 'data-keeps="cs"' in phone.get("/settings/").content.decode()
    assert phone.get("/offline/safety/").status_code == 200
    client.force_login(factory.patient("Ines Other").user)
    assert 'data-keeps=""' in client.get("/settings/").content.decode()
    assert client.get("/offline/safety/").status_code == 404


def test_the_choice_is_taken_back(phone):
    phone.post("/settings/device/offline/", {"checkins": "1"})
    phone.post("/settings/device/offline/", {})
    assert 'data-keeps=""' in phone.get("/settings/").content.decode()


def test_signing_out_tells_the_browser_to_forget(phone):
    answer = phone.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_out_with_a_locked_queue_leaves_only_that(phone):
    answer = phone.post("/sign-out/", {"keep": "1"})
    assert answer["Clear-Site-Data"] == '"cache"'
