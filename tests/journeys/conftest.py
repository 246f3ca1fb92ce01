"""One real server and one Chromium for the people of a journey."""

import pytest
from django.core.cache import cache

from tests.journeys.people import House


@pytest.fixture
def house(address, chrome, time_machine):
    """Give the house; at the end nothing in it may have gone wrong unseen."""
    cache.clear()
    house = House(address, chrome, time_machine)
    yield house
    assert house.faults == []
