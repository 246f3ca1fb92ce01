"""The journal's pages in Chromium: axe, 320 pixels, policy, and without JavaScript."""

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from careplan.common import clock
from journal import entries, responses
from journal.inputs import EffectInput
from journal.models import DoseAnswer, Entry, SideEffectReport
from tests import factory
from tests.journal import made
from tests.journal.made import as_user, checkin, signed_in
from tests.looking import ABOUT_COLOURS, barriers, looked_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "/today/",
    "/check-in/",
    "/journal/",
    "/journal/months/",
    "/journal/doses/",
    "/journal/trackers/",
    "/journal/checklists/",
    "/journal/search/?q=walk",
    "/measures/",
    "/measures/phq9/",
    "/measures/phq9/9/",
    "/measures/phq9/check/",
    "/measures/gad7/history/",
    "/offline/check-in/",
    "/offline/",
    "/settings/",
    "/support/{moment}/",
    "/check-in/{entry}/",
)
CLINICIANS = (
    "/p/{record}/journal/",
    "/p/{record}/journal/{day}/",
    "/p/{record}/measures/",
    "/p/{record}/measures/gad7/",
    "/p/{record}/journal/doses/",
    "/c/people/{record}/measures/assign/",
    "/c/check-in-time/",
)


@pytest.fixture
def story(address, chrome, monkeypatch):
    """A patient with something on every page, her prescriber, and a browser.

    Today at two: early in the morning no dose would be due yet.
    """
    afternoon = clock.now().replace(hour=14, minute=10)
    with time_machine.travel(afternoon):
        yield chrome, address, *written(monkeypatch)


def written(monkeypatch):
    """Write what the pages show; give the two people and where it stands."""
    now = clock.now()
    monkeypatch.setattr(made, "NOW", now)
    monkeypatch.setattr(made, "TODAY", now.date())
    maya, post = factory.patient(), factory.clinician("prescriber", "Dr Ada Okafor")
    factory.member(maya, post)
    made.medicine(maya, post.user)
    with as_user(maya.user), transaction.atomic():
        felt = (EffectInput(code="nausea", strength=2), EffectInput(code="suicidal"))
        said = checkin(mood=3, note="A walk", effects=felt, at=now)
        saved = entries.save_checkin(maya, said, by=maya.user, now=now)
        long = "Schlaftablettenverordnungen, day 3 after 50 \u2192 75 mg every night"
        SideEffectReport.objects.filter(code="nausea").update(suspected_label=long)
        responses.begin(maya, "phq9", now=now)
        form = responses.begin(maya, "gad7", now=now)
        for number in range(1, 8):
            responses.answer(form, maya, number=number, value=1, now=now)
        responses.send(form, maya, is_private=False, now=now)
    places = {
        "moment": saved.moment.pk,
        "entry": saved.entry_id,
        "record": maya.pk,
        "day": now.date().isoformat(),
    }
    return maya, post.user, places


def context_of(browser, address, user, **more):
    context = browser.new_context(reduced_motion="reduce", **more)
    cookie = signed_in(Client(), user).cookies["session"].value
    context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    return context


def phone(width=390):
    return {"viewport": {"width": width, "height": 844}}


def faults_of(page, where):
    """Look at the page in light and in dark."""
    faults = looked_at(page, where, [(320, "light"), (320, "dark")])
    for scheme, rules in (("light", ()), ("dark", ABOUT_COLOURS)):
        page.emulate_media(color_scheme=scheme)
        faults += barriers(page, f"{where} {scheme}", rules)
    return faults


def test_axe_finds_no_barrier_and_nothing_scrolls_sideways_at_320(story):
    browser, address, maya, okafor, places = story
    faults = []
    for user, paths in ((maya.user, PAGES), (okafor, CLINICIANS)):
        context = context_of(
            browser,
            address,
            user,
            **phone(320),
            bypass_csp=True,
            service_workers="block",
        )
        page = context.new_page()
        for path in paths:
            page.goto(address + path.format(**places))
            faults += faults_of(page, path)
    assert faults == []


def test_five_taps_from_today_without_javascript(story):
    browser, address, maya, _okafor, _places = story
    context = context_of(
        browser, address, maya.user, **phone(), java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{address}/check-in/")
    page.locator("#id_mood_4").check(force=True)
    page.locator(".medq label", has_text="Taken").click()
    page.locator("label.chip", has_text="My head hurts").click()
    page.locator("fieldset.fxrow:visible label", has_text="Mild").click()
    page.get_by_role("button", name="Save check-in").click()
    assert page.url == f"{address}/today/"
    assert "Saved at" in page.content()
    with as_user(maya.user), transaction.atomic():
        assert Entry.objects.filter(mood=5).exists()
        assert DoseAnswer.objects.get().answer == "taken"
        report = SideEffectReport.objects.get(code="headache")
        assert (report.strength, report.change_day) == (1, 6)


def test_two_taps_on_today_break_no_policy(story):
    browser, address, maya, _okafor, _places = story
    context = context_of(
        browser, address, maya.user, **phone(), service_workers="block"
    )
    page = context.new_page()
    refused = []
    page.on("console", lambda m: refused.append(m.text) if "Policy" in m.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{address}/today/")
    page.locator("summary", has_text="Log how it is now").click()
    page.locator("#id_mood_5").check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved at").first.wait_for()
    with as_user(maya.user), transaction.atomic():
        assert Entry.objects.filter(mood=6).exists()
    assert refused == []
