"""Q2, C3: later, stop and pause, as a person does them in Chromium."""

from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from careplan.checkins import schedules, tick
from careplan.checkins.models import Kind, Prompt, Schedule
from careplan.checkins.schedules import Wish
from careplan.common import clock
from careplan.common.identity import acting_as, person, system
from careplan.home.proofs import offline_browser as phone
from careplan.outbox import links
from careplan.outbox.models import Message, OptOut
from tests import factory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def maya():
    return factory.patient(time_zone="UTC")


@pytest.fixture
def asked(maya):
    """A check-in that fell due a minute ago."""
    now = clock.now().replace(second=0, microsecond=0)
    wish = Wish(times=(time(now.hour, now.minute),))
    with acting_as(person(maya.user_id, second_factor=False)):
        schedules.set_schedule(
            maya, kind=Kind.CHECKIN, wish=wish, now=now - timedelta(minutes=2)
        )
    tick.plan_due(at=now + timedelta(seconds=20))
    return seen(lambda: Prompt.objects.get())


@pytest.fixture
def page(maya, settings, chrome):
    settings.STORAGES = phone.PLAIN
    cookies = phone.signed_in(maya.user)
    with phone.site() as (_server, address):
        context = chrome.new_context(
            viewport={"width": 390, "height": 844}, base_url=address
        )
        context.set_default_timeout(30_000)
        opened = context.new_page()
        opened.sign_in = lambda: context.add_cookies(cookies)
        yield opened
        context.close()


def seen(read):
    with acting_as(system("tick")), transaction.atomic():
        return read()


def later_seen(read):
    return phone._aside(lambda: seen(read))


def test_later_from_the_link_asks_again_in_half_an_hour(asked, page):
    secret = links.secret_of("checkin", asked.pk)
    for times in (1, 2, 3):
        page.goto(f"/l/{secret}/")
        page.get_by_role("button", name="Later").click()
        page.get_by_text("We will ask again in half an hour.").wait_for()
        assert later_seen(lambda: Prompt.objects.get().snoozes) == times
    page.goto(f"/l/{secret}/")
    page.get_by_role("button", name="Later").click()
    page.get_by_text("You can put this off three times.").wait_for()


def test_one_click_stops_these_messages_without_signing_in(asked, page):
    message = later_seen(lambda: Message.objects.get())
    page.goto(urlsplit(links.stop_address(message.pk)).path)
    page.get_by_role("button", name="Stop them").click()
    page.get_by_text("No more of these.").wait_for()
    assert later_seen(lambda: OptOut.objects.count()) == 1
    assert later_seen(lambda: Message.objects.get().state) == "cancelled"


def test_a_reminder_is_paused_on_the_settings_page(asked, page):
    page.sign_in()
    page.goto("/settings/reminders/")
    card = page.locator("#checkin")
    card.locator("summary").click()
    card.get_by_label("Remind me").uncheck()
    card.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").first.wait_for()
    assert "Off." in page.locator("#next-checkin").inner_text()
    assert later_seen(lambda: Schedule.objects.get().next_due_at) is None
