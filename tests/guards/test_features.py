"""A feature counts as done while the tests that show it exist (docs/features/)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
PAGES = sorted((BASE / "docs" / "features").glob("*.yml"))
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
ENTRIES = re.split(r"^- id: ", TEXT, flags=re.M)[1:]
TESTS = re.findall(r"^    - (tests/\S+)::(\w+)$", TEXT, re.M)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda text: text.split()[0])
def test_a_feature_says_when_it_is_done_and_names_a_test(entry):
    assert "\n  done when: " in entry
    assert re.search(r"^    - tests/\S+::\w+$", entry, re.M)


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_the_test_behind_a_feature_exists(file, name):
    assert f"def {name}(" in (BASE / file).read_text(encoding="utf-8")


def test_no_feature_is_entered_twice():
    ids = [entry.split()[0] for entry in ENTRIES]
    assert sorted(set(ids)) == sorted(ids)
