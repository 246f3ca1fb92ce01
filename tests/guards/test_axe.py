"""Every page of the world in Chromium: axe finds nothing, nothing scrolls sideways.

Pages are asked for in this process and handed to one browser, so that no server and no
second database connection is needed. `manage.py prove axe` looks at each page in all
four combinations of width and theme; AXE=1 alone in one of them, by seed.
"""

import datetime as dt
import itertools
import mimetypes
import os
import random
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

from careplan.common import http
from tests import chromium
from tests.access import cells
from tests.access.scene import Scene
from tests.access.thrift import REFUSALS, thrift
from tests.guards.walk import pages
from tests.looking import ABOUT_COLOURS, SIDEWAYS, barriers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.skipif("AXE" not in os.environ, reason="run by manage.py prove axe"),
]
SITE = "http://careplan.test"
WHOLE = os.environ.get("AXE_WHOLE") == "1"
SEED = 20261120
PATIENCE = 300_000  # ms: a proof of hours is not to end at one slow moment
LOOKERS = (
    "patient", "therapist", "prescriber", "anonymous", "link_holder", "admin",
    "operator", "no_second_factor",
)  # fmt: skip
WRITERS = ("patient", "therapist", "prescriber", "anonymous", "operator")
WIDTHS = (390, 1440)
LOOKS = tuple(itertools.product(WIDTHS, ("light", "dark")))

Shown = tuple[str, bytes, dict[str, str]]  # name, body, headers
TAG = re.compile(rb"<(\w+)([^>]*)>")
SHAPE = re.compile(rb'\b(class|role|type|aria-[\w-]+)(?:="([\w -]*)")?')


def shown(scene: Scene) -> dict[str, Shown]:
    """Give every page by its address: as its readers see it, refused, and filled in
    with nothing. What two readers see alike but for the words is given once."""
    found: dict[str, Shown] = {}
    shapes: set[tuple[str, int]] = set()
    parts = {"open": asked_for, "empty": sent_empty, "refused": refused}
    wanted = os.environ.get("AXE_PARTS", " ".join(parts)).split()
    asked = itertools.chain.from_iterable(parts[part](scene) for part in wanted)
    for route, name, answer in asked:
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        if 300 <= answer.status_code < 400 or not answer.content:
            continue
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            continue  # a file to keep: the browser opens no page for it
        shape = (route, shape_of(answer.content))
        if shape not in shapes:
            shapes.add(shape)
            path = f"{answer.request['PATH_INFO']}?page={len(found)}"
            found[path] = (name, answer.content, dict(answer.headers))
    return found


def shape_of(body: bytes) -> int:
    """Tell pages apart by their elements, classes and states, not by their words."""
    tags = (tag + b" ".join(map(b"".join, SHAPE.findall(rest))) for tag, rest in
            TAG.findall(body))  # fmt: skip
    return hash(b">".join(tags))


def asked_for(scene: Scene) -> Iterator[tuple[str, str, HttpResponse]]:
    """Ask for each page as everybody to whom it is open and shows something else."""
    for cell in pages(scene, readers=LOOKERS):
        yield cell.address.name, str(cell), _asked(scene, cell, "GET")


def sent_empty(scene: Scene) -> Iterator[tuple[str, str, HttpResponse]]:
    """Send each form with nothing in it: the page with what is wrong said."""
    for cell in pages(scene, readers=WRITERS, method="POST"):
        answer = _asked(scene, cell, "POST")
        if answer.status_code in {200, 400, 422}:
            yield cell.address.name, str(cell), answer


def refused(scene: Scene) -> Iterator[tuple[str, str, HttpResponse]]:
    """Make each page that refuses, for somebody signed out and each kind of person."""
    for name in ("anonymous", "patient", "therapist", "operator"):
        REFUSALS.asking = (name,)
        client = scene.clients[name]
        request = client.get("/nothing/is/here/").wsgi_request
        request.csp_nonce = "of-an-answer-of-its-own"
        for make in REFUSING:
            answer = make(request)
            answer.request = {"PATH_INFO": f"/refused/{make.__name__}/"}
            yield make.__name__, f"{name} {make.__name__}", answer


REFUSING = (
    http.bad_request,
    http.forbidden,
    http.not_found,
    http.stale,
    http.too_many,
    http.server_error,
    http.csrf_failure,
)


def _asked(scene: Scene, cell: cells.Cell, method: str) -> HttpResponse:
    REFUSALS.asking = (cell.who.name,)
    client = scene.clients[cell.who.name]
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, cells.path_of(cell, scene))
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def served(context: BrowserContext, bodies: dict) -> None:
    """Answer the browser from what was asked for, and from the static files."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        body = bodies.get(f"{asked.path}?{asked.query}")
        if body is not None:
            route.fulfill(status=200, body=body[1], headers=body[2])
            return
        file = finders.find(asked.path.removeprefix("/static/"))
        if not asked.path.startswith("/static/") or file is None:
            route.fulfill(status=404, body="")
            return
        kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        route.fulfill(status=200, body=Path(file).read_bytes(), content_type=kind)

    context.route("**/*", answer)


def wrong_with(page: Page, looks: Collection[tuple[int, str]]) -> list[str]:
    """Say what axe and a narrow screen find on the page that is open.

    One load serves every look: width and colours change under axe.
    """
    wrong = []
    for width in sorted({width for width, _ in looks}):
        page.set_viewport_size({"width": width, "height": 900})
        schemes = [scheme for wide, scheme in looks if wide == width]
        for number, scheme in enumerate(schemes):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            rules = ABOUT_COLOURS if number else ()
            wrong += barriers(page, f"{width} {scheme}", rules)
    page.set_viewport_size({"width": 320, "height": 844})
    if (over := page.evaluate(SIDEWAYS)) > 0:
        wrong.append(f"320: scrolls {over} px sideways")
    return wrong


@pytest.mark.timeout(0)
def test_no_page_has_a_barrier_that_axe_finds(scene, record_property):
    with thrift():
        bodies = shown(scene)
    choose = random.Random(SEED)
    now = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    wrong = []
    with time_machine.travel(now), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=chromium.FLAGS
        )
        context = browser.new_context()
        served(context, bodies)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        for address, (name, _body, _headers) in bodies.items():
            page.goto(f"{SITE}{address}")
            looks = list(LOOKS) if WHOLE else [choose.choice(LOOKS)]
            wrong += [f"{name}: {what}" for what in wrong_with(page, looks)]
        browser.close()
    record_property("pages", len(bodies))
    if wrong:
        pytest.fail(f"{len(wrong)} barriers:\n" + "\n".join(wrong), pytrace=False)
