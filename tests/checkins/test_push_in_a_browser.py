"""Q1, C1: a browser is asked to show reminders, and shows no more than that."""

import json

import pytest
from django.db import transaction

from careplan.common.identity import acting_as, person
from careplan.home.proofs import offline_browser as phone
from careplan.outbox.models import PushSubscription
from tests import factory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
# The push service is another company's: the browser's part of it is played here.
PLAYED = f"""
const kept = {{ endpoint: "{ENDPOINT}", keys: {{ p256dh: "BAAA", auth: "AAAA" }} }};
let on = null;
const made = () => ({{ ...kept, toJSON: () => kept, unsubscribe: async () => (on = null) }});
PushManager.prototype.subscribe = async (wish) => {{
  if (!wish.userVisibleOnly || wish.applicationServerKey.length !== 65) throw new Error();
  return (on = made());
}};
PushManager.prototype.getSubscription = async () => on;
"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(
    ({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""


@pytest.fixture
def maya():
    return factory.patient()


@pytest.fixture
def page(maya, settings, whole_chrome):
    settings.STORAGES = phone.PLAIN
    settings.PUSH_PRIVATE_KEY, settings.PUSH_PUBLIC_KEY = "set", "B" + "A" * 86
    cookies = phone.signed_in(maya.user)
    with phone.site() as (_server, address):
        context = whole_chrome.new_context(viewport={"width": 390, "height": 844})
        context.set_default_timeout(30_000)
        context.add_cookies(cookies)
        context.grant_permissions(["notifications"], origin=address)
        context.add_init_script(PLAYED)
        opened = context.new_page()
        opened.said = []
        opened.on("console", lambda line: opened.said.append(line.text))
        opened.goto(f"{address}/settings/reminders/")
        yield opened
        context.close()


def devices(record):
    def read():
        with transaction.atomic():
            with acting_as(person(record.user_id, second_factor=False)):
                found = PushSubscription.objects.filter(gone_at=None)
                return [json.loads(one.subscription)["endpoint"] for one in found]

    return phone._aside(read)


def test_a_device_is_added_and_taken_away_again(maya, page):
    page.get_by_role("button", name="Show reminders on this device").click()
    page.get_by_text("This browser can show your reminders.").wait_for()
    assert devices(maya) == [ENDPOINT]
    page.get_by_role("button", name="Stop on this device").click()
    page.get_by_role("button", name="Show reminders on this device").wait_for()
    assert devices(maya) == []
    assert not [line for line in page.said if "Content Security Policy" in line]


def test_what_shows_on_the_screen_tells_a_stranger_nothing(page):
    """The message holds an id; the same id again replaces the first (D1)."""
    page.get_by_role("button", name="Show reminders on this device").wait_for()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    session = page.context.new_cdp_session(page)
    found = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    for _ in range(2):
        page.wait_for_timeout(300)
        session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": page.evaluate("location.origin"),
                "registrationId": found[0]["registrationId"],
                "data": json.dumps({"id": "7d5c", "canary": "sertraline"}),
            },
        )
    page.wait_for_timeout(700)
    assert page.evaluate(SHOWN) == [
        {
            "title": "Reminder",
            "body": "A reminder you set.",
            "tag": "7d5c",
            "data": None,
        }
    ]
