"""Each thing somebody can look at has a plain sentence for the patient (N17)."""

import re
from pathlib import Path

from patients import words

ROOT = Path(__file__).parents[2]
GIVEN = r'\bseen(?:_in_list)?\((?:[^"()]|\([^()]*\)){0,120}?"([a-z -]+)"'
NAMED = re.compile(r'\bpart="([a-z -]+)"|' + GIVEN)


def parts_in_the_code() -> set[str]:
    found: set[str] = set()
    for folder in ("careplan", "journal"):
        for file in (ROOT / folder).rglob("*.py"):
            for named, given in NAMED.findall(file.read_text()):
                found.add(named or given)
    return found


def test_every_part_a_room_names_has_its_sentence():
    named = parts_in_the_code()
    assert {"plan", "brief", "profile", "inbox"} <= named
    assert {part for part in named if part not in words.PARTS} == set()
