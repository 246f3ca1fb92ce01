"""One Chromium for all the browser tests of a process, and a fresh profile for each.

To start one costs as much as looking at some pages. What a test opens in it is a context
of its own, without cookies, workers or storage of another's, and closed when it ends.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.db import connections
from django.http import HttpRequest, HttpResponseBase
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests import chromium


class Kept:
    """The browsers, and the event loop on which Playwright speaks to them.

    Between tests the loop is taken off the thread: a test without a browser finds none,
    so that Django refuses there what it refuses beside a running loop.
    """

    def __init__(self, play: Playwright) -> None:
        self._play, self._loop = play, asyncio.get_running_loop()
        self._started: dict[Path, Browser] = {}
        asyncio._set_running_loop(None)

    @contextmanager
    def lent(self, program: Path) -> Iterator[Browser]:
        """Give a browser for one test, and close what that opened in it."""
        asyncio._set_running_loop(self._loop)
        try:
            browser = self._running(program)
            yield browser
            for context in browser.contexts:
                context.close()
        finally:
            asyncio._set_running_loop(None)

    def _running(self, program: Path) -> Browser:
        browser = self._started.get(program)
        if browser is None or not browser.is_connected():  # a test may have killed it
            browser = self._play.chromium.launch(
                executable_path=str(program), args=chromium.FLAGS
            )
            self._started[program] = browser
        return browser

    def close(self) -> None:
        """End with the process's last test."""
        asyncio._set_running_loop(self._loop)
        for browser in self._started.values():
            browser.close()


@pytest.fixture(scope="session")
def kept_browsers() -> Iterator[Kept]:
    with sync_playwright() as play:
        kept = Kept(play)
        yield kept
        kept.close()


@pytest.fixture
def chrome(kept_browsers: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Give a Chromium in which nothing is open. Django may be asked beside it."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with kept_browsers.lent(chromium.find()) as browser:
        yield browser


@pytest.fixture
def whole_chrome(
    kept_browsers: Kept, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """Give the browser as a person has it, with what it puts on the screen itself."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with kept_browsers.lent(chromium.find(whole=True)) as browser:
        yield browser


def _kept_by_the_browser(
    handler: StaticFilesHandlerMixin,
    request: HttpRequest,
    *,
    serve=StaticFilesHandlerMixin.serve,
) -> HttpResponseBase:
    """Serve a file as production does: a browser asks for it once, not on each page."""
    response = serve(handler, request)
    response.headers["Cache-Control"] = "max-age=86400"
    return response


@pytest.fixture
def address(live_server, monkeypatch: pytest.MonkeyPatch) -> str:
    """Serve the product, and say where.

    A thread serves one connection of the browser's, with one to the database that ends
    when it does: to begin one anew costs as much as what a page asks of it.
    """
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", None)
    monkeypatch.setattr(StaticFilesHandlerMixin, "serve", _kept_by_the_browser)
    return live_server.url.replace("127.0.0.1", "localhost")
