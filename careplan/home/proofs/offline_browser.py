"""The same sequences in Chromium: real page, worker, IndexedDB, and a network that fails."""

from __future__ import annotations

import random
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.test import Client, override_settings

from careplan.common import offline
from careplan.common.identity import acting_as, person
from journal.models import EntryNote
from patients import people
from patients.models import Patient, User

try:
    from playwright.sync_api import Error as PageError
except ImportError:  # only where the tools for tests are not installed
    PageError = Exception  # type: ignore[assignment,misc]

if TYPE_CHECKING:
    from careplan.home.proofs.offline import Tally

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOOR = "/check-in/offline/"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


class Site(ThreadingMixIn, WSGIServer):
    """Our pages behind a network that can be cut, or lose answers to what it took in."""

    daemon_threads = True
    # "closed": nothing gets through; "deaf": posts are taken in and never answered;
    # "busy": the queue's door alone is shut.
    mode = "open"
    unheard = 0

    def process_request_thread(self, *request: Any) -> None:
        """Answer, and give the thread's connection to the database back at once."""
        try:
            super().process_request_thread(*request)
        finally:
            connections.close_all()

    def handle_error(self, *_: object) -> None:
        """A cut connection is what we meant."""


class Line(WSGIRequestHandler):
    """One connection."""

    def log_message(self, *args: object) -> None:
        pass

    def handle(self) -> None:
        if self.server.mode == "closed":  # type: ignore[attr-defined]
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        super().handle()

    def address_string(self) -> str:
        return str(self.client_address[0])


def _deafened(site: Site, application: Any) -> Any:
    """Let a request have its effect and lose its answer."""

    def answer(environ: dict[str, Any], start: Any) -> Any:
        if site.mode == "busy" and environ["PATH_INFO"] == DOOR:
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        said: list[Any] = []
        body = application(environ, lambda *head: said.append(head))
        if site.mode == "deaf" and environ["REQUEST_METHOD"] == "POST":
            site.unheard += 1
            body.close()
            raise ConnectionResetError
        start(*said[-1])
        return body

    return answer


@contextmanager
def site() -> Iterator[tuple[Site, str]]:
    """Serve the product on a free port of the loopback."""
    server = make_server("127.0.0.1", 0, None, Site, Line)  # type: ignore[arg-type]
    server.set_app(_deafened(server, StaticFilesHandler(get_wsgi_application())))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def signed_in(user: User, keeps: str = "cs") -> list[dict[str, Any]]:
    """The cookies of a phone on which this person is signed in and has chosen."""
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    choice = f"{offline.mark(user)}.{keeps}.GB"
    named = {settings.SESSION_COOKIE_NAME: session, offline.COOKIE: choice}
    where = {"domain": "127.0.0.1", "path": "/"}
    return [{"name": name, "value": value} | where for name, value in named.items()]


def ready(page: Any, address: str, path: str = "/settings/") -> None:
    """Open a page with signal and wait until the worker stands before it, cache filled."""
    page.goto(address + path)
    until(
        page,
        """async () => navigator.serviceWorker.controller
             && await (await caches.open("careplan-shell")).match("/offline/check-in/")
             && Boolean(await careQueue.who())""",
    )


def until(page: Any, question: str, *, patience: float = 30) -> None:
    """Ask the page again and again until it says yes."""
    last = time.monotonic() + patience
    while time.monotonic() < last:
        with suppress(PageError):  # it may be going to another address
            if page.evaluate(question):
                return
        page.wait_for_timeout(50)
    message = f"never became true: {question}"
    raise AssertionError(message)


class Hand:
    """A person with a phone: what she writes, and what she was told is kept."""

    def __init__(self, context: Any, server: Site, address: str, dice: random.Random):
        self.context, self.server, self.address = context, server, address
        self.dice = dice
        self.told: list[str] = []  # kept or saved, the page said so
        self.unsure: list[str] = []  # the tab died before it could say anything
        self.page = context.new_page()
        self.killed = 0
        ready(self.page, address)

    def offline(self) -> None:
        self.server.mode = "closed"
        self.context.set_offline(True)

    def online(self) -> None:
        self.server.mode = "open"
        self.context.set_offline(False)

    def reload(self) -> None:
        self.page.reload()

    def kill(self) -> None:
        """The tab dies, whatever it was doing."""
        self.page.close(run_before_unload=False)
        self.page = self.context.new_page()
        self.killed += 1
        self.page.goto(self.address + "/offline/check-in/")

    def write(self, *, then_kill: bool = False) -> None:
        """Write on the phone's own form; sometimes press Save twice."""
        words = f"note {uuid4().hex}"
        self.page.goto(self.address + "/offline/check-in/")
        self.page.wait_for_selector("[data-offline-form]:not([hidden])")
        self._fill(words)
        presses = self.dice.choice((1, 1, 2, 3))
        self.page.evaluate(
            """n => { const b = document.querySelector(".savebar button");
                 for (let i = 0; i < n; i++) b.click(); }""",
            presses,
        )
        if then_kill:
            self.unsure.append(words)
            self.kill()
            return
        until(
            self.page,
            "() => !document.querySelector('[data-offline-banner]').hidden"
            " && !document.getElementById('id_note').value",
        )
        self.told.append(words)

    def write_on_the_usual_page(self, mode: str) -> None:
        """Fill the usual form with signal, and lose the signal while saving."""
        self.online()
        words = f"note {uuid4().hex}"
        self.page.goto(self.address + "/check-in/")
        self._fill(words)
        self.server.mode = mode
        self.page.locator(".savebar button").first.click()
        self.page.wait_for_url("**/offline/check-in/**")
        self.told.append(words)
        self.server.mode = "open"

    def _fill(self, words: str) -> None:
        self.page.locator("input[name=mood]").nth(self.dice.randrange(7)).check()
        self.page.evaluate(
            "words => { document.getElementById('id_note').value = words }", words
        )

    def finish(self) -> None:
        """Signal again: open a page and wait until nothing waits."""
        self.online()
        self.page.goto(self.address + "/settings/")
        until(
            self.page,
            """async () => { if (await careQueue.count() === 0) return true;
                 await careQueue.send(); return false }""",
        )


def live(hand: Hand) -> None:
    """One random sequence."""
    dice = hand.dice
    acts = ["offline", "online", "write", "write", "reload", "kill", "dying", "usual"]
    hand.offline()
    hand.write()
    for _step in range(dice.randint(2, 5)):
        match dice.choice(acts):
            case "write":
                hand.write()
            case "dying":
                hand.write(then_kill=True)
            case "usual":
                hand.write_on_the_usual_page(dice.choice(("closed", "deaf")))
            case act:
                getattr(hand, act)()
    hand.finish()


def judge(patient: Patient, hand: Hand, tally: Tally) -> None:
    """Look into the record: each note told to be kept once, an unsure one once at most."""
    with transaction.atomic(), acting_as(person(patient.user_id, second_factor=False)):
        found = Counter(row.words for row in EntryNote.objects.filter(patient=patient))
    tally.sequences += 1
    tally.written += len(hand.told) + len(hand.unsure)
    tally.killed += hand.killed
    tally.lost += sum(found[words] < 1 for words in hand.told)
    tally.doubled += sum(found[words] > 1 for words in (*hand.told, *hand.unsure))


def sequences(seed: int, many: int, *, say: Any = None) -> Tally:
    """Run `many` sequences in Chromium, each on a phone of its own."""
    from playwright.sync_api import sync_playwright

    from careplan.home.proofs.offline import Tally

    dice, tally = random.Random(seed), Tally()  # noqa: S311 - to be repeated
    chosen = next(found for name in NAMES if (found := shutil.which(name)))
    with (
        override_settings(STORAGES=PLAIN, DEBUG=False),
        site() as (server, address),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chosen, args=FLAGS)
        for number in range(many):
            one(browser, server, address, random.Random(dice.random()), tally)  # noqa: S311
            if callable(say) and number % 10 == 9:
                say(
                    f"{number + 1} in Chromium: {tally.lost} lost, {tally.doubled} doubled,"
                    f" {len(tally.faults)} could not be judged"
                )
        tally.unheard = server.unheard
        browser.close()
    return tally


def one(
    browser: Any, server: Site, address: str, dice: random.Random, tally: Tally
) -> None:
    """One phone, one person, one sequence."""
    patient = _aside(_person)
    server.mode = "open"
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    context.add_cookies(_aside(lambda: signed_in(patient.user)))
    try:
        hand = Hand(context, server, address, dice)
        live(hand)
        _aside(lambda: judge(patient, hand, tally))
    except Exception as fault:
        tally.faults.append(str(fault).splitlines()[0])
    finally:
        context.close()


def _aside(work: Any) -> Any:
    """Work with the database beside Playwright, whose thread runs an event loop."""
    got: list[Any] = []
    failed: list[BaseException] = []

    def go() -> None:
        try:
            got.append(work())
        except BaseException as fault:
            failed.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return got[0]


def _person() -> Patient:
    tag = uuid4().hex[:10]
    user = User.objects.create_user(f"b{tag}@sink.example", name="Browser Proof")
    return people.register_patient(user, now=datetime.now(UTC), time_zone="UTC")
