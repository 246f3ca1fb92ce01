"""One real server and one Chromium for the people of a journey."""

import os

import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import sync_playwright

from tests import chromium
from tests.journeys.people import House


@pytest.fixture
def house(live_server, time_machine, monkeypatch):
    """Give the house; at the end nothing in it may have gone wrong unseen."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    cache.clear()
    address = live_server.url.replace("127.0.0.1", "localhost")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=str(chromium.find()), args=chromium.FLAGS
        )
        house = House(address, browser, time_machine)
        yield house
        browser.close()
    assert house.faults == []
