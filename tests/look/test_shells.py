"""Shells and navigation: right entries, one that is open, support at one place."""

import re

import pytest

from careplan.common.navigation import CLINICIAN, MANAGE, PATIENT, address, here


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/today/", "today"),
        ("/check-in/", "today"),
        ("/journal/2026-11-21/", "journal"),
        ("/p/5d0f3e6c-0000-4000-8000-000000000000/plan/versions/", "plan"),
        ("/c/caseload/", "caseload"),
        ("/c/people/5d0f3e6c-0000-4000-8000-000000000000/review/", "caseload"),
        ("/manage/teams/", "teams"),
        ("/", ""),
        ("/p/", ""),
    ],
)
def test_an_address_belongs_to_one_entry(path, key):
    assert here(path) == key


def test_an_entry_without_a_room_keeps_its_plain_address():
    assert address("nowhere:at-all", "/journal/") == "/journal/"


def test_a_bottom_bar_holds_five_at_most():
    for entries in (PATIENT, CLINICIAN, MANAGE):
        assert sum(entry.on_phone for entry in entries) <= 5


@pytest.mark.parametrize("shell", ["patient", "clinician", "manage", "public"])
def test_a_page_has_skip_link_one_h1_and_one_main(client, shell):
    html = client.get(f"/look/gallery/?shell={shell}").content.decode()
    assert html.index('href="#main"') < html.index(
        "<nav" if "<nav" in html else "<main"
    )
    assert html.count("<h1>") == html.count("<main") == 1
    assert re.search(r"<title>\S", html)


@pytest.mark.parametrize("page", ["gallery", "form", "404", "privacy"])
def test_get_support_is_at_one_place_signed_in_or_not(client, page):
    for shell in ("patient", "public"):
        html = client.get(f"/look/{page}/?shell={shell}").content.decode()
        header = html[html.index('<header class="topline">') : html.index("<main")]
        assert 'href="/support/"' in header
        assert header.rindex("Get support") > header.rindex('class="crumb"')


def test_the_leave_button_shows_only_when_asked_for(client):
    assert b"Leave this page" not in client.get("/look/form/").content
    html = client.get("/look/form/?leave=1").content
    assert b"Leave this page" in html
    assert b"leave.js" in html


def test_a_dot_says_in_words_that_something_waits(client):
    html = client.get("/look/form/").content.decode()
    assert html.count("Something waits for you") == 2  # rail and bottom bar


def test_theme_and_text_size_come_from_cookies_and_nothing_else_does(client):
    client.cookies["theme"] = "dark"
    client.cookies["text"] = '150"><script>'
    html = client.get("/look/form/").content.decode()
    assert 'data-theme="dark"' in html
    assert "data-text" not in html


def test_an_error_is_told_in_the_title(client):
    html = client.get("/look/form/?bad=1").content.decode()
    assert re.search(r"<title>Error:\s+Check in", html)
