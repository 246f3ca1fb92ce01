"""Display and discretion (ux.md 4.2, 6.2, 6.8): choices of one device."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from careplan.checkins import schedules
from careplan.checkins.models import Kind, Schedule, Words
from careplan.checkins.schedules import Wish
from careplan.common import clock
from careplan.common.identity import acting_as, person
from tests import factory

pytestmark = pytest.mark.django_db
PAGE = "/settings/display/"
USUAL = {"theme": "auto", "text": "100", "leave": "no"}


@pytest.fixture
def maya():
    return factory.patient()


@pytest.fixture
def client(maya):
    client = Client()
    client.force_login(maya.user)
    return client


def html_of(client, path="/today/") -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize(
    ("choice", "mark"),
    [
        ({"contrast": "more"}, 'data-contrast="more"'),
        ({"motion": "less"}, 'data-motion="less"'),
        ({"faces": "yes"}, "data-faces"),
    ],
)
def test_contrast_motion_and_faces_are_chosen_and_taken_back(client, choice, mark):
    opening = re.compile(r"<html[^>]*>")
    assert mark not in opening.search(html_of(client))[0]
    assert client.post(PAGE, USUAL | choice).status_code == 302
    assert mark in opening.search(html_of(client))[0]
    client.post(PAGE, USUAL)
    assert mark not in opening.search(html_of(client))[0]


def test_every_mood_tile_has_a_line_face_that_is_seen_only_when_chosen(client):
    page = html_of(client)
    assert page.count('class="face"') == 7
    css = (Path(settings.BASE_DIR) / "static/css/components.css").read_text()
    assert ".tide .face { display: none;" in css
    assert "html[data-faces] .tide .face { display: block; }" in css


@pytest.mark.parametrize(
    "path", ["/today/", "/sharing/", "/stopping/", "/settings/", "/support/"]
)
def test_a_discreet_device_shows_a_neutral_tab_name_and_picture(client, path):
    assert "Careplan</title>" in html_of(client, path)
    client.post(PAGE, USUAL | {"discreet": "yes"})
    page = html_of(client, path)
    assert "<title>Notes</title>" in page
    assert "icons/notes" in page
    assert "icons/favicon" not in page
    assert "<span>Careplan</span>" not in page
    assert "sprite.svg#careplan" not in page


def test_the_name_of_the_home_screen_and_the_reminders_follow_the_switch(client, maya):
    with acting_as(person(maya.user_id, second_factor=False)):
        schedules.set_schedule(
            maya,
            kind=Kind.CHECKIN,
            wish=Wish((clock.now().time().replace(microsecond=0),)),
            now=clock.now(),
        )
    client.post(PAGE, USUAL | {"discreet": "yes"})
    assert client.get("/manifest.webmanifest").json()["short_name"] == "Notes"
    with acting_as(person(maya.user_id, second_factor=False)):
        assert Schedule.objects.get().words == Words.DISCREET


def test_signed_out_the_switch_holds_for_the_device_alone():
    client = Client()
    client.post(PAGE, USUAL | {"discreet": "yes"})
    assert "<title>Notes</title>" in html_of(client, "/support/")
