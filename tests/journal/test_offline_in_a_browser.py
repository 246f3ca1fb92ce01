"""E1, E2, U2: without signal in a real browser: sealed, sent once, wiped on sign-out."""

import os

import pytest
from django.db import connections, transaction
from django.test import Client
from playwright.sync_api import sync_playwright

from journal.models import Entry, EntryNote
from tests import chromium, factory
from tests.journal.made import as_user, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CANARY = "Canary-in-the-queue"
DUMP = """async () => {
  const names = (await indexedDB.databases()).map((d) => d.name);
  if (!names.includes("journal")) return { names, rows: 0, text: "" };
  const said = (asked) => new Promise((done) => {
    asked.onsuccess = () => done(asked.result);
  });
  const db = await said(indexedDB.open("journal"));
  const rows = await said(db.transaction("queue").objectStore("queue").getAll());
  db.close();
  const read = (row) => new TextDecoder().decode(row.sealed.data);
  const text = rows.map((row) => JSON.stringify(row) + read(row)).join();
  return { names, rows: rows.length, text };
}"""


def until(page, holds):
    """Wait; the page's policy forbids Playwright's own way of polling."""
    for _ in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("waited fifteen seconds")


def has_worker(page):
    return page.evaluate("() => navigator.serviceWorker.controller !== null")


@pytest.fixture
def phone(live_server, monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    # The server's threads must not hold on to the database after the test.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    maya = factory.patient()
    cookie = signed_in(Client(), maya.user).cookies["session"].value
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=str(chromium.find()), args=chromium.FLAGS
        )
        context = browser.new_context(viewport={"width": 390, "height": 844})
        address = live_server.url.replace("127.0.0.1", "localhost")
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        yield maya, context, context.new_page(), address
        browser.close()


def read(maya, model, name):
    with as_user(maya.user), transaction.atomic():
        return [getattr(row, name) for row in model.objects.all()]


def switch_on(page, address):
    page.goto(f"{address}/check-in/offline/settings/")
    until(page, lambda: has_worker(page))
    page.locator("[data-on]").click()
    page.locator("[data-offline-switch][data-state=on]").wait_for()


def test_a_checkin_without_signal_is_sealed_sent_once_and_wiped(phone):
    maya, context, page, address = phone
    switch_on(page, address)
    page.goto(f"{address}/check-in/")
    context.set_offline(True)
    page.locator("#id_mood_1").check(force=True)
    page.locator("summary", has_text="A note").click()
    page.locator("#id_note").fill(CANARY)
    page.get_by_role("button", name="Save check-in").click()
    page.get_by_role("heading", name="Saved on this phone").wait_for()
    kept = page.evaluate(DUMP)
    assert kept["rows"] == 1
    assert CANARY not in kept["text"]
    assert read(maya, Entry, "mood") == []

    page.goto(f"{address}/support/")
    assert "mergency number" in page.content()
    page.goto(f"{address}/check-in/")
    assert "Check in without signal" in page.content()

    context.set_offline(False)
    page.goto(f"{address}/journal/")
    until(page, lambda: page.evaluate(DUMP)["rows"] == 0)
    page.reload()
    assert read(maya, Entry, "source") == ["offline"]
    assert read(maya, EntryNote, "words") == [CANARY]

    page.goto(f"{address}/sign-out/")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    assert "journal" not in page.evaluate(DUMP)["names"]


def test_nothing_is_kept_unless_switched_on(phone):
    _maya, context, page, address = phone
    page.goto(f"{address}/check-in/")
    until(page, lambda: has_worker(page))
    context.set_offline(True)
    page.locator("#id_mood_1").check(force=True)
    page.get_by_role("button", name="Save check-in").click()
    page.get_by_role("heading", name="No signal").wait_for()
    assert page.evaluate(DUMP)["rows"] == 0
