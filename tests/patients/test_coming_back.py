"""Changing one's mind after leaving: the letter opens the account again, for 30 days."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from careplan.common.identity import acting_as, person
from patients import leaving, people
from patients.models import CareTeamMember, Patient, User
from tests import factory
from tests.patients.test_data import told

pytestmark = pytest.mark.django_db


def left(patient, now=None):
    """Leave; give the path that the letter holds."""
    with acting_as(person(patient.user_id, second_factor=False)):
        leaving.close(patient, by=patient.user, now=now or timezone.now())
        return f"/data/return/{leaving.way_back(patient)}/"


def is_closed(patient):
    with acting_as(person(patient.user_id, second_factor=False)):
        found = Patient.objects.filter(pk=patient.pk).first()
        return found is None or found.closed_at is not None


@pytest.mark.django_db(transaction=True)
def test_leaving_sends_the_way_back_and_no_clinical_word(mailoutbox, browser):
    maya = factory.patient()
    browser(maya.user).post("/data/leave/", {"sure": "on"})
    (letter,) = mailoutbox
    path = re.search(r"http\S+?(/data/return/\S+/)", letter.body)[1]
    assert Client().get(path).status_code == 200
    assert letter.to == [maya.user.email]


def test_the_letter_opens_the_record_again_once_and_for_its_owner_alone():
    maya = factory.patient()
    sam = factory.member(maya, factory.clinician())
    told(maya, "Words of before")
    path, client = left(maya), Client()
    assert client.get(path).status_code == 200
    assert is_closed(maya)  # reading opens nothing
    assert client.post(path).url == "/sign-in/"
    assert not is_closed(maya)
    assert User.objects.get(pk=maya.user_id).is_active
    with acting_as(person(sam.user_id, second_factor=True)):
        assert not Patient.objects.exists()
    with acting_as(person(maya.user_id, second_factor=False)):
        assert not CareTeamMember.objects.filter(state="active").exists()
    assert client.post(path).status_code == 404


def test_whoever_signs_in_meanwhile_hears_of_the_letter():
    maya = factory.patient()
    left(maya)
    words = {"login": maya.user.email, "password": factory.PASSWORD}
    page = Client().post("/sign-in/", words, follow=True)
    assert "the letter we sent you then opens it again" in page.content.decode()


def test_after_thirty_days_or_with_another_link_there_is_no_way_back():
    maya = factory.patient()
    late = left(maya, timezone.now() - leaving.WAIT - dt.timedelta(hours=1))
    for path in (late, f"/data/return/{'0' * 43}/"):
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code == 404
    assert is_closed(maya)


def test_a_way_back_to_an_earlier_closing_opens_no_later_one():
    maya = factory.patient()
    first, now = left(maya), timezone.now()
    Client().post(first)
    left(maya, now + dt.timedelta(hours=1))
    assert Client().post(first).status_code == 404
    assert is_closed(maya)


def test_the_way_back_lifts_no_suspension_of_somebody_who_works_here():
    maya = factory.patient()
    post = factory.clinician()
    post.user = maya.user
    post.save(update_fields=["user"])
    path = left(maya)
    User.objects.filter(pk=maya.user_id).update(is_active=False)
    assert Client().post(path).status_code == 404
    assert not User.objects.get(pk=maya.user_id).is_active


def test_who_leaves_supports_nobody_any_more():
    maya, noor = factory.patient(), factory.patient("Noor")
    with acting_as(person(noor.user_id, second_factor=False)):
        people.join_team(
            noor,
            maya.user,
            role="supporter",
            topics=["plan"],
            by=noor.user,
            now=timezone.now(),
        )
    left(maya)
    with acting_as(person(noor.user_id, second_factor=False)):
        assert not CareTeamMember.objects.filter(state="active").exists()
