"""A3, A4: what each lock alone lets each person do.

`ROWS_WRITE=1` writes the lists anew: then read what changed in them, line by line.
"""

import os

import pytest

from tests.access import doors, rows, states, switches

WRITE = os.environ.get("ROWS_WRITE") == "1"


@pytest.fixture(scope="module")
def laboratory(scene):
    with rows.laboratory() as cursor:
        yield rows.Rows(scene, cursor)


@pytest.fixture(scope="module")
def reach(laboratory):
    return laboratory.reach()


@pytest.fixture
def rows_open(scene):
    with switches.row_security_off():
        yield


def test_each_table_is_open_to_whom_the_list_says(reach):
    if WRITE:
        rows.FILE.write_text(rows.written(reach), encoding="utf-8")
    assert rows.differences(reach, rows.meant()) == []


def test_each_table_is_open_in_other_states_to_whom_the_list_says(laboratory):
    said = states.written(laboratory)
    if WRITE:
        states.FILE.write_text(said, encoding="utf-8")
    assert said.splitlines() == states.FILE.read_text(encoding="utf-8").splitlines()


def test_nobody_without_a_place_reaches_a_row(reach):
    strangers = {"nobody", "made up", "link for anything else", "system:other", "admin"}
    reached = {key[:2] for key, who in reach.items() if who & strangers}
    # Every part of the house puts messages into the queue; the worker alone reads them.
    assert reached == {("outbox_message", "add")}


def test_what_is_private_is_the_patients_own(reach):
    private = {key: who for key, who in reach.items() if key[2] == "maya private"}
    people = {name for who in private.values() for name in who if ":" not in name}
    assert people == {"patient"}


def test_no_person_moves_a_row_to_another_record(reach):
    moved = {name for key, who in reach.items() if key[1] == "move" for name in who}
    assert {name for name in moved if not name.startswith("system:")} == set()


def test_every_table_with_rows_has_a_floor(laboratory):
    assert rows.without_a_floor(laboratory.cursor) == set()


def test_the_door_opens_to_whom_the_list_says(scene, rows_open):
    said = doors.written(scene)
    if WRITE:
        doors.FILE.write_text(said, encoding="utf-8")
    assert said.splitlines() == doors.FILE.read_text(encoding="utf-8").splitlines()
