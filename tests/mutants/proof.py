"""A7: makes the mutants of both locks, each judged by what everybody may then do.

Asked for by name only (`manage.py prove mutants`): the suite does not collect it.
"""

import json
import os
import random
from pathlib import Path

import pytest

from patients import access
from tests.access import rows, switches
from tests.mutants import policies, python

# Where it writes what it tried, and how many of each kind it tries: 0 is all of them.
LEDGER = os.environ.get("MUTANTS_LEDGER", "")
MOST = int(os.environ.get("MUTANTS_MOST", "0"))
SEED = 20261128


@pytest.fixture(scope="module")
def laboratory(scene):
    with rows.laboratory() as cursor:
        yield rows.Rows(scene, cursor)


@pytest.fixture
def rows_open(scene):
    with switches.row_security_off():
        yield


def chosen(kind, mutants):
    """Give those that are to be tried now: a sample, or what no line tells of yet."""
    asked = {line["mutant"] for line in _lines() if line["kind"] == kind}
    left = [mutant for mutant in mutants if mutant.name not in asked]
    if MOST and len(left) > MOST:
        return random.Random(SEED).sample(left, MOST)
    return left


def _lines():
    file = Path(LEDGER)
    if not LEDGER or not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def survivors(kind, mutants, try_one):
    """Try them, and give the names of those that no list noticed."""
    left, every = [], len(mutants)
    for mutant in chosen(kind, mutants):
        red = try_one(mutant)
        if not red:
            left.append(mutant.name)
        if LEDGER:
            line = {"kind": kind, "of": every, "mutant": mutant.name, "red": red[:200]}
            with Path(LEDGER).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
    return left


@pytest.mark.parametrize("kind", ["policies", "functions"])
def test_a_mistake_in_row_security_turns_the_list_red(laboratory, kind):
    of = {"policies": policies.of_policies, "functions": policies.of_functions}[kind]
    mutants = list(of(laboratory.cursor))
    left = survivors(kind, mutants, lambda one: one.killed_by(laboratory))
    assert LEDGER or left == []


def test_a_mistake_in_the_door_turns_its_list_red(scene, rows_open):
    mutants = python.harmful(access)
    left = survivors("the door", mutants, lambda one: one.killed_by(scene))
    assert LEDGER or left == []
