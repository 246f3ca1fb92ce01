"""A7: some mistakes in `patients/access.py`, of which the door's list must notice each.

`manage.py prove mutants` makes them all, and those in row security.
"""

import random

import pytest

from patients import access
from tests.access import switches
from tests.mutants import python

SEED, SAMPLE = 20261128, 5


@pytest.fixture
def rows_open(scene):
    with switches.row_security_off():
        yield


def test_the_doors_list_notices_a_mistake_in_the_door(scene, rows_open):
    mistakes = random.Random(SEED).sample(python.harmful(access), SAMPLE)
    assert [one.name for one in mistakes if not one.killed_by(scene)] == []


def test_what_is_called_harmless_is_a_mistake_that_can_be_made():
    places = {one.place for one in python.of_module(access)}
    lines = python.HARMLESS.read_text(encoding="utf-8").splitlines()
    assert {line.split(" -- ")[0] for line in lines} <= places
    assert all(line.split(" -- ")[1:] for line in lines)
