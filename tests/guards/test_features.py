"""A feature counts as done while the tests that show it exist (docs/features/)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
PAGES = sorted((BASE / "docs" / "features").glob("*.yml"))
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
ENTRIES = re.split(r"^- id: ", TEXT, flags=re.M)[1:]
# What counts as built; what is "not now" (P11, imports, FHIR) is not among them.
LAST = {"P": 10, "J": 34, "L": 16, "R": 9, "T": 12, "W": 6, "V": 11, "Q": 6, "S": 6,
        "O": 6, "N": 20, "B": 5, "C": 6}  # fmt: skip
WANTED = {f"{letter}{n}" for letter, last in LAST.items() for n in range(1, last + 1)}
TESTS = re.findall(r"^    - (tests/\S+)::(\w+)$", TEXT, re.M)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda text: text.split()[0])
def test_a_feature_says_when_it_is_done_and_names_a_test(entry):
    assert "\n  done when: " in entry
    assert re.search(r"^    - tests/\S+::\w+$", entry, re.M)


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_the_test_behind_a_feature_exists(file, name):
    assert f"def {name}(" in (BASE / file).read_text(encoding="utf-8")


def test_every_feature_is_entered():
    assert {entry.split()[0] for entry in ENTRIES} >= WANTED


def test_no_feature_is_entered_twice():
    ids = [entry.split()[0] for entry in ENTRIES]
    assert sorted(set(ids)) == sorted(ids)
