"""The scene is committed once a process; every cell undoes what it did."""

import logging
from collections.abc import Iterator

import pytest
import time_machine

from tests.access import cells
from tests.access import scene as scenes
from tests.access.thrift import ASKERS, REFUSALS


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker) -> Iterator[scenes.Scene]:
    """Give the records and the people of the table."""
    with django_db_blocker.unblock():
        try:
            built = scenes.build()
            REFUSALS.drawn.clear()
            ASKERS.forget()
            loggers = [logging.getLogger(name) for name in ("", "django")]
            for logger in loggers:
                logger.addHandler(cells.HEARD)
            with time_machine.travel(scenes.ASKED_AT, tick=False):
                yield built
            for logger in loggers:
                logger.removeHandler(cells.HEARD)
        finally:
            scenes.empty()
