"""Habits that the code keeps: identity a transaction, neutral words in every message."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
SOURCES = [
    path
    for folder in ("careplan", "journal", "patients")
    for kind in ("*.py", "*.sql")
    for path in (BASE / folder).rglob(kind)
]
MESSAGES = sorted((BASE / "templates" / "messages").rglob("*.txt"))
DENIED = re.compile(
    r"therap|mood|feeling|depress|bipolar|anxi|psych|mental|suicid|medic|dose|tablet"
    r"|\bpill|drug|clinic|prescri|diagnos|symptom|side effect|illness|patient|doctor",
    re.IGNORECASE,
)
COMMENTS = re.compile(r"{#.*?#}|{% comment .*?%}.*?{% endcomment %}|{%.*?%}", re.S)


def test_identity_never_outlives_its_transaction():
    """Section 8, mistake 5: a session-wide setting would be the next person's."""
    wrong = re.compile(r"set_config\([^)]*,\s*false\s*\)|[\"']\s*SET app\.", re.I)
    found = [str(path) for path in SOURCES if wrong.search(path.read_text())]
    assert found == []


@pytest.mark.parametrize("path", MESSAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_what_leaves_the_house_says_nothing(path):
    """C1: no illness, medicine, feeling, clinic or clinician in any message."""
    words = re.findall(r"{% trans(?:late)? [\"'](.*?)[\"']", path.read_text())
    text = COMMENTS.sub(" ", path.read_text()) + " ".join(words)
    assert DENIED.findall(text) == []
