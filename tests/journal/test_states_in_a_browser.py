"""J2, U1: the journal's states on a phone: two sides of mood, nothing yet, an error,
deleted, asked again; with axe, at 320 pixels, and without JavaScript."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction

from careplan.common import clock
from journal import entries
from journal.inputs import EffectInput
from journal.models import Entry
from patients.models import Patient
from tests import factory
from tests.journal.made import as_user, checkin
from tests.journal.test_pages_in_a_browser import (
    context_of,
    faults_of,
    phone,
    story,  # noqa: F401 - the fixture
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMPTY = (
    "/today/",
    "/check-in/",
    "/journal/",
    "/journal/months/",
    "/journal/doses/",
    "/journal/insights/",
    "/journal/trackers/",
    "/journal/checklists/",
    "/journal/search/",
    "/journal/bin/",
    "/journal/scales/",
    "/measures/",
)


@pytest.fixture
def ines(story):  # noqa: F811 - the fixture
    """Somebody on the scale with two sides who has logged nothing yet."""
    made = factory.patient("Ines Costa")
    with as_user(made.user), transaction.atomic():
        Patient.objects.filter(pk=made.pk).update(mood_scale="elevated")
    return made


def opened(story, user, **more):  # noqa: F811 - the fixture
    browser, address, *_rest = story
    more = {"bypass_csp": True, "service_workers": "block"} | more
    page = context_of(browser, address, user, **phone(320), **more).new_page()
    return page, address


def test_both_sides_of_mood_without_javascript(story, ines):  # noqa: F811
    page, address = opened(story, ines.user, java_script_enabled=False)
    page.goto(f"{address}/check-in/")
    page.locator("summary", has_text="Both at once").click()
    page.locator("label[for=id_low_2]").click()
    page.locator("label[for=id_high_1]").click()
    page.get_by_role("button", name="Save check-in").click()
    assert page.url == f"{address}/today/"
    assert "at once" in page.content()
    with as_user(ines.user), transaction.atomic():
        entry = Entry.objects.get()
    assert (entry.low, entry.high, entry.is_mixed) == (2, 1, True)


def test_empty_pages_and_both_sides_have_no_barrier(story, ines):  # noqa: F811
    page, address = opened(story, ines.user)
    faults = []
    for path in EMPTY:
        page.goto(address + path)
        faults += faults_of(page, path)
    assert faults == []


def test_an_error_a_red_flag_a_deletion_and_a_return_have_no_barrier(story):  # noqa: F811
    _browser, _address, maya, _okafor, places = story
    page, address = opened(story, maya.user)
    faults = []
    page.goto(f"{address}/check-in/")
    page.get_by_role("button", name="Save check-in").click()
    page.get_by_text("Choose at least one thing to save").first.wait_for()
    faults += faults_of(page, "error")
    page.locator("label.chip", has_text="Another").click()
    page.fill("#id_another", "My chest hurts")
    page.get_by_role("button", name="Save check-in").click()
    page.wait_for_load_state()
    faults += faults_of(page, "after an effect in own words")
    page.goto(f"{address}/support/{places['moment']}/")
    page.get_by_role("button", name="I am safe for now").click()
    page.wait_for_load_state()
    faults += faults_of(page, "safe for now")
    page.goto(f"{address}/check-in/{places['entry']}/")
    page.get_by_role("button", name="Delete this check-in").click()
    page.get_by_role("button", name="Undo").wait_for()
    faults += faults_of(page, "deleted")
    for path in ("/journal/bin/", f"/journal/{places['day']}/", "/measures/phq9/1/"):
        page.goto(address + path)
        faults += faults_of(page, path)
    assert faults == []


def test_after_a_week_away_nothing_is_counted_and_help_is_asked_again(story, ines):  # noqa: F811
    now = clock.now()
    with as_user(ines.user), transaction.atomic():
        felt = (EffectInput(code="self_harm", strength=1),)
        said = checkin(low=2, high=0, scale="elevated", effects=felt)
        long_ago = now - dt.timedelta(days=8)
        entries.save_checkin(
            ines, replace(said, at=long_ago), by=ines.user, now=long_ago
        )
    page, address = opened(story, ines.user, java_script_enabled=False)
    page.goto(f"{address}/today/")
    assert "You do not need to fill in the days you missed" in page.content()
    assert "8 days" not in page.content()
    page.get_by_role("link", name="How are you now?").click()
    page.get_by_role("button", name="I am safe for now").click()
    assert "Thank you for telling us" in page.content()
