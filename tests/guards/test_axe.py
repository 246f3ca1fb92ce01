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
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.db import transaction
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

from tests import chromium
from tests.access import cells
from tests.access.scene import Scene
from tests.guards.test_query_counts import pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.skipif("AXE" not in os.environ, reason="run by manage.py prove axe"),
]
SITE = "http://careplan.test"
WHOLE = os.environ.get("AXE_WHOLE") == "1"
SEED = 20261120
LOOKS = tuple(itertools.product((390, 1440), ("light", "dark")))
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


def shown(scene: Scene) -> dict[str, tuple[str, bytes, dict[str, str]]]:
    """Ask for every page once: name, body and headers by path."""
    found: dict[str, tuple[str, bytes, dict[str, str]]] = {}
    for cell in pages(scene):
        path = cells.path_of(cell, scene)
        if path in found and cell.who.name != "therapist":
            continue
        with transaction.atomic():
            answer = scene.clients[cell.who.name].get(path)
            transaction.set_rollback(True)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 200 and kind.startswith("text/html"):
            # One path may look different to two readers: keep both.
            address = f"{path}?as={cell.who.name}"
            found[address] = (str(cell), answer.content, dict(answer.headers))
    return found


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


def barriers(page: Page, looks: list[tuple[int, str]]) -> list[str]:
    """Say what axe and a narrow screen find on the page that is open."""
    wrong = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for found in Axe().run(page).response["violations"]:
            where = found["nodes"][0]["html"][:160]
            wrong.append(f"{width} {scheme}: {found['id']}: {where}")
    page.set_viewport_size({"width": 320, "height": 844})
    if (over := page.evaluate(SIDEWAYS)) > 0:
        wrong.append(f"320: scrolls {over} px sideways")
    return wrong


@pytest.mark.timeout(1800)
def test_no_page_has_a_barrier_that_axe_finds(scene, record_property):
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
        for address, (name, _body, _headers) in bodies.items():
            page.goto(f"{SITE}{address}")
            looks = list(LOOKS) if WHOLE else [choose.choice(LOOKS)]
            wrong += [f"{name}: {what}" for what in barriers(page, looks)]
        browser.close()
    record_property("pages", len(bodies))
    if wrong:
        pytest.fail(f"{len(wrong)} barriers:\n" + "\n".join(wrong), pytrace=False)
