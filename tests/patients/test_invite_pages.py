"""The page behind an invitation's link (C2: reading changes nothing)."""

import re

import pytest
from django.core import mail
from django.test import Client

from patients.models import Clinician, Invitation, User
from tests import factory

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Ada Okafor",
    "password": "seven green rivers",
    "practice": "Elm Street",
    "registration": "7012345",
    "adult": "on",
    "agrees": "on",
}


@pytest.fixture
def link(browser, django_capture_on_commit_callbacks):
    """Give the link that the patient's invitation sends to an address."""

    def send(email="ada@example.org", role="prescriber") -> str:
        maya = factory.patient()
        form = {"email": email, "role": role, "topics": ["plan"]}
        with django_capture_on_commit_callbacks(execute=True):
            browser(maya.user).post("/sharing/invite/", form)
        return re.search(r"/invite/\S+", mail.outbox[-1].body)[0]

    return send


def test_reading_a_hundred_times_changes_nothing(link):
    path = link()
    for _n in range(100):
        assert Client().get(path).status_code == 200
    assert Client().head(path).status_code == 200
    assert Invitation.objects.get().used_at is None


def test_a_new_clinician_makes_an_account_and_waits(link):
    path = link()
    client = Client()
    response = client.post(path, NEW)
    assert response.url == "/invite/waiting/"
    ada = User.objects.get(email="ada@example.org")
    post = Clinician.objects.get(user=ada)
    assert (post.organisation.name, post.verified_at) == ("Elm Street", None)
    assert client.get("/c/caseload/").url == "/settings/sign-in/needed/"
    assert Client().get(path).status_code == 404


def test_a_supporter_is_asked_for_no_practice(link):
    path = link("priya@example.org", "supporter")
    assert "practice" not in Client().get(path).content.decode()
    response = Client().post(path, NEW)
    assert response.url == "/"


def test_somebody_with_an_account_signs_in_and_says_yes(link, browser):
    post = factory.clinician("prescriber")
    path = link(post.user.email)
    assert "Sign in to answer" in Client().get(path).content.decode()
    client = browser(post.user, second_factor=True)
    assert client.post(path).url == "/"
    assert Invitation.objects.get().joined_at is not None


def test_a_known_address_cannot_be_taken_over_with_the_link(link):
    post = factory.clinician("prescriber")
    before = post.user.password
    path = link(post.user.email)
    response = Client().post(path, NEW)
    assert "Sign in to answer" in response.content.decode()
    post.user.refresh_from_db()
    assert post.user.password == before


def test_somebody_elses_invitation_says_so(link, browser):
    page = browser(factory.user()).get(link()).content.decode()
    assert "This went to another address" in page


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "..%2f", "🙂"])
def test_made_up_links_are_over(token):
    assert Client().get(f"/invite/{token}/").status_code == 404


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "a\x00b"])
def test_bad_input_gets_sentences_and_makes_no_account(link, bad):
    path = link()
    response = Client().post(path, dict.fromkeys(NEW, bad))
    assert response.status_code == 200
    assert "Check these answers" in response.content.decode()
    assert not User.objects.filter(email="ada@example.org").exists()
