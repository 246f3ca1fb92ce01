"""The twenty likeliest mistakes (security notes): each names what catches it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
NOTES = (BASE / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", NOTES, re.M)
TESTS = sorted(set(re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", NOTES)))


def test_all_twenty_are_named_with_what_catches_each():
    assert [int(number) for number, *_ in ROWS] == list(range(1, 21))
    assert [row[0] for row in ROWS if "`tests/" not in row[2]] == []


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_what_catches_it_is_there(file, name):
    text = (BASE / file).read_text(encoding="utf-8")
    assert not name or f"def {name}(" in text
