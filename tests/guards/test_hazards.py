"""G1: the hazard log lives; a control whose test is gone is no control."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
LOG = (BASE / "docs" / "hazards.yml").read_text(encoding="utf-8")
TESTS = re.findall(r"^      - (tests/\S+)::(\w+)$", LOG, re.M)
HAZARDS = re.split(r"^  - id: ", LOG, flags=re.M)[1:]
PARTS = ("hazard", "effect", "cause", "severity", "likelihood", "controls", "tests")


def test_there_are_hazards_enough_and_none_stays_unacceptable():
    assert len(HAZARDS) >= 25
    after = [int(figure) for figure in re.findall(r"after: (\d)", LOG)]
    assert len(after) == len(HAZARDS)
    assert max(after) <= 2


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda text: text[:3])
def test_a_hazard_names_effect_cause_controls_and_a_test(hazard):
    missing = [part for part in PARTS if f"\n    {part}:" not in f"\n{hazard}"]
    assert missing == []
    assert re.search(r"^      - tests/", hazard, re.M)


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_the_test_behind_a_control_exists(file, name):
    assert f"def {name}(" in (BASE / file).read_text(encoding="utf-8")
