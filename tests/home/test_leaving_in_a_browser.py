"""F4, ux 6.8: gone at once, back leads nowhere, and a slow server keeps nobody."""

import time

import pytest
from django.conf import settings

from tests import factory
from tests.team.people import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
WATCH = """() => new Promise((done) => {
  const begun = performance.now();
  const seen = () => document.querySelector(".cover")
    ? done([performance.now() - begun, document.title.trim()])
    : requestAnimationFrame(seen);
  document.querySelector("form[data-leave] button").click();
  seen();
})"""


@pytest.fixture
def pages(address, chrome):
    def opened(user, *, scripts=True):
        context = chrome.new_context(base_url=address, java_script_enabled=scripts)
        held = {"session": signed_in(user).cookies["session"].value, "leave": "1"}
        context.add_cookies(
            [{"name": n, "value": v, "url": address} for n, v in held.items()]
        )
        context.route(
            f"{settings.QUICK_EXIT_TO}**",
            lambda route: route.fulfill(body="<title>Weather</title>Rain"),
        )
        return context.new_page()

    return opened


def test_the_page_is_covered_in_a_tenth_of_a_second_and_neutral_in_one(pages):
    maya = factory.patient()
    page = pages(maya.user)
    page.goto("/sharing/")
    begun = time.monotonic()
    took, title = page.evaluate(WATCH)
    page.wait_for_url(f"{settings.QUICK_EXIT_TO}**")
    assert took < 100, took
    assert title == ""
    assert time.monotonic() - begun < 1.5  # a busy machine's half second on top
    page.go_back(wait_until="commit")
    assert "Sharing and privacy" not in page.content()
    page.goto("/sharing/")
    assert "/sign-in/" in page.url, "the session is over"


def test_a_server_that_does_not_answer_keeps_nobody_on_the_page(pages):
    page = pages(factory.patient().user)
    page.goto("/sharing/")
    page.route("**/sign-out/quick/", lambda route: None)
    begun = time.monotonic()
    page.evaluate(WATCH)
    page.wait_for_url(f"{settings.QUICK_EXIT_TO}**")
    assert time.monotonic() - begun < 1.5


def test_without_javascript_the_button_leaves_too(pages):
    page = pages(factory.patient().user, scripts=False)
    page.goto("/sharing/")
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url(f"{settings.QUICK_EXIT_TO}**")
    page.goto("/sharing/")
    assert "/sign-in/" in page.url
