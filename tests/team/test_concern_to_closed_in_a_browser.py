"""N6, P9: a concern from asked to closed in three browsers, with consent given,
narrowed, ended in the middle and given again. The end by a plan version is in
test_a_question_becomes_a_version.py."""

import os

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.team.people import Three, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def hands(live_server, monkeypatch):
    """Give each person a browser of their own, on a phone or at a desk."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    address = live_server.url.replace("127.0.0.1", "localhost")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=str(chromium.find()), args=chromium.FLAGS
        )

        def hand(user, width):
            context = browser.new_context(
                viewport={"width": width, "height": 800}, base_url=address
            )
            cookie = signed_in(user).cookies["session"].value
            context.add_cookies([{"name": "session", "value": cookie, "url": address}])
            return context.new_page()

        yield hand
        browser.close()


def says_about_talking(maya, answer: str) -> None:
    """Two clicks from the page of all people."""
    maya.goto("/sharing/talk/")
    maya.get_by_role("radio", name=answer).check()
    maya.get_by_role("button", name="Save").click()
    maya.get_by_text("Saved. The change starts at once.").wait_for()


def fits(page) -> bool:
    return page.evaluate(SIDEWAYS) <= 0


def test_a_concern_in_three_hands_with_consent_changing_under_it(hands):
    three = Three(talk=None)
    maya, sam, ada = (
        hands(three.me, 320),
        hands(three.sam, 1280),
        hands(three.ada, 1280),
    )
    sam.goto(f"{three.at}/concerns/new/")
    assert "has not said yes" in sam.inner_text("main"), "unanswered means no"
    says_about_talking(maya, "Yes")

    sam.goto(f"{three.at}/concerns/new/")
    sam.get_by_label("Your question").fill("Too sleepy before 10. Is it the dose?")
    sam.get_by_label("What it is about").fill("Session on 3 November")
    sam.get_by_role("button", name="Send").click()
    sam.get_by_text("Sent. It is with Dr Ada Okafor now.").wait_for()
    here = sam.url

    ada.goto("/c/inbox/")
    ada.get_by_text("Too sleepy before 10").first.wait_for()
    ada.goto(here)
    ada.get_by_label("Your answer").fill("It could be. I will ask her.")
    ada.get_by_role("button", name="Send answer").click()
    ada.get_by_text("It could be. I will ask her.").wait_for()
    maya.goto(here)
    assert "Session on 3 November" in maya.inner_text("main")
    assert fits(maya)

    # Narrowed: the prescriber loses therapy; the question stays open to her.
    maya.goto("/sharing/")
    maya.get_by_role("link", name="Change what Dr Okafor sees").click()
    maya.get_by_label("Therapy and exercises").uncheck()
    maya.get_by_role("button", name="Save").click()
    maya.get_by_text("Saved. The change starts at once.").wait_for()
    assert ada.goto(f"{three.at}/plan/therapy/").status == 403
    assert ada.goto(here).status == 200

    # Ended in the middle: nobody but Maya reads it any more.
    says_about_talking(maya, "No")
    assert [one.goto(here).status for one in (sam, ada, maya)] == [404, 404, 200]
    assert "It could be." in maya.inner_text("main")

    # Given again: it goes on where it was, and ends with a reason.
    says_about_talking(maya, "Yes")
    assert ada.goto(here).status == 200
    ada.get_by_label("No change because").fill("We wait two more weeks.")
    ada.get_by_role("button", name="Close without a change").click()
    ada.get_by_text("Closed. It can be opened again.").wait_for()
    for page in (sam, maya):
        page.goto(here)
        assert "We wait two more weeks." in page.inner_text("main")
    assert fits(maya)
