"""U2, E1, E2: a phone without signal, in Chromium: real page, worker and database."""

import random

import pytest
from axe_playwright_python.sync_playwright import Axe

from careplan.common.identity import acting_as, person
from careplan.home.proofs import offline_browser as phone
from careplan.home.proofs.offline import Tally
from careplan.plan.models import SafetyLine, SafetyPlan
from journal.models import EntryNote
from tests import factory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
CANARY = "CANARY-by-the-lake"
DUMP = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((yes, no) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => yes(request.result);
      request.onerror = no;
    });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((yes) => {
        const request = db.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => yes(request.result);
      });
      for (const row of rows) {
        found.push(JSON.stringify(row));
        for (const part of Object.values(row))
          if (part instanceof ArrayBuffer) found.push(new TextDecoder("latin1").decode(part));
      }
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const kept of await cache.keys())
      found.push(kept.url, await (await cache.match(kept, { ignoreVary: true })).text());
  }
  return found.join("\\n");
}"""
PLAN_KEPT = """async () =>
  (await careQueue.page("/offline/safety/"))?.html.includes("CANARY") ?? false"""
FILLED = """async () => Boolean(
  await (await caches.open("careplan-shell")).match("/offline/check-in/"))"""
ROWS = """async () => {
  const db = await new Promise((yes) => {
    const request = indexedDB.open("careplan", 1);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => yes(request.result);
    request.onerror = () => yes(null);
  });
  if (!db) return 0;
  let rows = 0;
  for (const store of db.objectStoreNames)
    rows += await new Promise((yes) => {
      const request = db.transaction(store).objectStore(store).count();
      request.onsuccess = () => yes(request.result);
    });
  db.close();
  return rows;
}"""


@pytest.fixture
def maya():
    return factory.patient()


@pytest.fixture
def site(settings):
    settings.STORAGES = phone.PLAIN
    with phone.site() as served:
        yield served


def context_of(browser, record):
    made = browser.new_context(viewport={"width": 390, "height": 844})
    made.set_default_timeout(30_000)
    made.add_cookies(phone.signed_in(record.user))
    return made


@pytest.fixture
def context(maya, site, chrome):
    made = context_of(chrome, maya)
    yield made
    made.close()


@pytest.fixture
def hand(context, site):
    """Give a phone whose browser has no background sync: the pages send what waits."""
    server, address = site
    return phone.Hand(context, server, address, random.Random(3))


@pytest.fixture
def hand_with_sync(maya, site, whole_chrome):
    server, address = site
    context = context_of(whole_chrome, maya)
    yield phone.Hand(context, server, address, random.Random(3))
    context.close()


def notes(record):
    def read():
        from django.db import transaction

        with transaction.atomic():
            with acting_as(person(record.user_id, second_factor=False)):
                return sorted(row.words for row in EntryNote.objects.all())

    return phone._aside(read)


def banner(page):
    return page.locator("[data-offline-banner]").inner_text()


def test_a_check_in_without_signal_is_kept_said_taken_back_and_sent(maya, hand):
    hand.offline()
    hand.page.goto(hand.address + "/check-in/")  # the usual address, no network
    hand.write()
    hand.write()
    # The form is empty again a moment before the banner has counted anew.
    phone.until(
        hand.page,
        "() => document.querySelector('[data-offline-count]')"
        ".textContent.includes('Two check-ins are waiting.')",
    )
    said = banner(hand.page)
    assert "You have no signal. Your check-in is saved on this phone" in said
    assert "Two check-ins are waiting." in said
    hand.page.get_by_role("button", name="Take back the last one").click()
    phone.until(
        hand.page,
        "() => document.querySelector('[data-offline-count]')"
        ".textContent.includes('One check-in is waiting.')",
    )
    hand.finish()
    assert notes(maya) == [hand.told[0]]


def test_the_worker_sends_what_waits_when_the_signal_is_back_and_no_page_is_open(
    maya, hand_with_sync
):
    """Background sync: what Chromium fires once the network returns."""
    hand = hand_with_sync
    hand.offline()
    hand.page.goto(hand.address + "/check-in/")
    hand.write()
    assert notes(maya) == []
    found = hand.page.evaluate(
        "async () => (await (await navigator.serviceWorker.ready).sync.getTags())"
    )
    assert found == ["checkins"]
    hand.page.goto("about:blank")
    hand.online()
    for _again in range(60):
        if notes(maya) == hand.told:
            break
        hand.page.wait_for_timeout(500)
    assert notes(maya) == hand.told


def test_the_form_and_its_banner_are_for_everyone_and_break_no_policy(hand, context):
    said = []
    context.on("console", lambda message: said.append(message.text))
    hand.offline()
    hand.write()
    hand.page.locator("#effect_nausea").check()
    assert hand.page.locator("[data-strength-of=effect_nausea]").is_visible()
    hand.page.set_viewport_size({"width": 320, "height": 720})
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert hand.page.evaluate(wide) <= 0
    found = Axe().run(hand.page)
    assert found.violations_count == 0, found.generate_report()
    words = ("Content Security Policy", "Trusted", "refused")
    assert not [text for text in said if any(word in text for word in words)]


def test_an_answer_that_needs_help_leads_there_without_signal(maya, hand):
    hand.offline()
    hand.page.goto(hand.address + "/offline/check-in/")
    hand.page.locator("#effect_suicidal").check()
    hand.page.locator(".savebar button").click()
    hand.page.wait_for_url("**/support/")
    assert "If you are in danger now" in hand.page.inner_text("main")
    assert hand.page.evaluate("() => careQueue.count()") == 1


def test_the_phone_holds_fifty_and_says_so(hand):
    hand.offline()
    hand.page.goto(hand.address + "/offline/check-in/")
    became = hand.page.evaluate(
        """async () => {
          const said = [];
          for (let i = 0; i < 51; i++)
            said.push(await careQueue.put([["mood", "4"], ["client_id", crypto.randomUUID()]]));
          return [said.filter((word) => word === "kept").length, said.at(-1)];
        }"""
    )
    assert became == [50, "full"]
    kept_for = "careQueue.expire(Date.now() + 7 * 24 * 3600 * 1000 + 1000)"
    hand.page.evaluate(f"async () => {{ await {kept_for} }}")
    assert hand.page.evaluate("() => careQueue.count()") == 0


def test_leaving_quickly_locks_what_waits_and_clears_the_rest(maya, hand, context):
    where = {"domain": "127.0.0.1", "path": "/"}
    context.add_cookies([{"name": "leave", "value": "1"} | where])
    hand.offline()
    _write(hand, CANARY)
    hand.server.mode = "busy"
    context.set_offline(False)
    hand.page.goto(hand.address + "/privacy/")
    hand.page.route("**bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    hand.page.get_by_role("button", name="Leave this page").click()
    hand.page.wait_for_url("**bbc.co.uk/**")
    hand.page.goto(hand.address + "/support/")
    assert hand.page.evaluate("() => careQueue.count()") == 1
    sealed = "async () => (await careQueue.who()).sealedAt > 0"
    phone.until(hand.page, sealed)
    assert hand.page.evaluate("() => careQueue.page('/offline/safety/')") is None


def test_a_usual_form_that_loses_its_signal_is_kept_by_the_worker(maya, hand):
    hand.write_on_the_usual_page("closed")
    hand.write_on_the_usual_page("deaf")
    hand.finish()
    assert notes(maya) == sorted(hand.told)


def test_nothing_readable_lies_on_the_phone_and_nothing_at_all_after_sign_out(
    maya, hand
):
    _a_safety_plan(maya)
    hand.online()
    phone.ready(hand.page, hand.address)
    phone.until(hand.page, PLAN_KEPT)
    hand.offline()
    _write(hand, CANARY)
    assert CANARY not in hand.page.evaluate(DUMP)
    hand.online()
    hand.page.goto(hand.address + "/settings/")
    hand.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    hand.page.wait_for_url("**/sign-in/**")
    dump = hand.page.evaluate(DUMP)
    assert "CANARY" not in dump
    assert hand.page.evaluate(ROWS) == 0
    assert notes(maya) == [CANARY]  # signing out sent it first


def test_what_cannot_be_sent_is_asked_about_and_opens_for_the_same_person_only(
    maya, hand, context
):
    hand.offline()
    _write(hand, CANARY)
    hand.server.mode = "busy"  # pages answer, the queue's door does not
    context.set_offline(False)
    hand.page.goto(hand.address + "/settings/")
    hand.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    hand.page.get_by_role("button", name="Keep them locked").click()
    hand.page.wait_for_url("**/sign-in/**")
    assert hand.page.evaluate("() => careQueue.count()") == 1
    phone.until(hand.page, FILLED)
    hand.offline()
    hand.page.goto(hand.address + "/offline/check-in/")
    assert hand.page.locator("[data-offline-form]").is_hidden()
    hand.online()
    context.add_cookies(phone._aside(lambda: phone.signed_in(maya.user)))
    hand.finish()
    assert notes(maya) == [CANARY]


def test_another_person_on_the_same_phone_finds_nothing(maya, hand, context):
    hand.offline()
    _write(hand, CANARY)
    other = phone._aside(lambda: factory.patient("Ines Other"))
    context.add_cookies(phone._aside(lambda: phone.signed_in(other.user, keeps="")))
    hand.online()
    hand.page.goto(hand.address + "/settings/")
    phone.until(hand.page, "async () => await careQueue.count() === 0")
    assert hand.page.evaluate(ROWS) == 0
    assert notes(maya) == notes(other) == []


def test_help_and_the_safety_plan_open_without_signal(maya, hand, context):
    _a_safety_plan(maya)
    hand.page.reload()
    phone.until(hand.page, PLAN_KEPT)
    hand.offline()
    hand.page.goto(hand.address + "/support/")
    assert "If you are in danger now" in hand.page.inner_text("main")
    assert "999" in hand.page.inner_text("main")
    hand.page.get_by_role("link", name="My safety plan", exact=True).click()
    assert f"{CANARY}-walk" in hand.page.inner_text("main")  # one tap (L9)
    hand.page.goto(hand.address + "/plan/safety/")
    assert f"{CANARY}-walk" in hand.page.inner_text("main")
    hand.page.goto(hand.address + "/journal/")
    assert "You have no signal" in hand.page.inner_text("main")


def test_signed_out_and_without_signal_there_are_helplines_only(site, context):
    server, address = site
    context.clear_cookies()
    page = context.new_page()
    page.goto(address + "/support/?country=GB")
    phone.until(
        page,
        "async () => Boolean(await (await caches.open('careplan-shell'))"
        ".match('/offline/check-in/'))",
    )
    # What it keeps is there before it answers for a page.
    phone.until(
        page, "async () => Boolean((await navigator.serviceWorker.ready).active)"
    )
    server.mode = "closed"
    context.set_offline(True)
    page.goto(address + "/support/")
    assert "If you are in danger now" in page.inner_text("main")
    page.goto(address + "/offline/check-in/")
    assert page.locator("[data-offline-form]").is_hidden()


@pytest.mark.parametrize("seed", range(6))
def test_random_lives_in_chromium_lose_nothing_and_double_nothing(
    whole_chrome, site, seed
):
    server, address = site
    tally = Tally()
    phone.one(whole_chrome, server, address, random.Random(seed), tally)
    assert tally.held, tally
    assert tally.written


def _write(hand, words):
    hand.page.goto(hand.address + "/offline/check-in/")
    hand.page.wait_for_selector("[data-offline-form]:not([hidden])")
    hand._fill(words)
    hand.page.locator(".savebar button").click()
    phone.until(hand.page, "async () => await careQueue.count() === 1")


def _a_safety_plan(record):
    def make():
        from tests.access.canaries import as_one_who_may_write

        with as_one_who_may_write():
            plan = SafetyPlan.objects.create(patient=record)
            SafetyLine.objects.create(
                patient=record,
                safety_plan=plan,
                heading=SafetyLine.Heading.ALONE,
                order=1,
                words=f"{CANARY}-walk",
            )

    phone._aside(make)
