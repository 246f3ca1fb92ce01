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


def found_in(pattern, *, but=()):
    """Give each place of the product's Python where these words stand."""
    wrong = re.compile(pattern)
    places = [path for path in SOURCES if path.suffix == ".py"]
    return [
        f"{path.relative_to(BASE)}: {line.strip()}"
        for path in places
        if str(path.relative_to(BASE)) not in but and "/proofs/" not in str(path)
        for line in path.read_text(encoding="utf-8").splitlines()
        if wrong.search(line)
    ]


def test_tasks_are_sent_by_the_tick_alone():
    """Mistake 9: everything else writes a row in its own transaction, and waits."""
    sends = r"\.delay\(|\.apply_async\(|\.send_task\("
    assert found_in(sends, but=("careplan/outbox/tasks.py",)) == []


def test_no_task_waits_in_the_broker():
    """Mistake 10: past the visibility timeout it would run twice."""
    assert found_in(r"\b(?:eta|countdown)\s*=") == []


def test_no_page_or_query_is_put_together_from_what_came_in():
    """Mistake 17: fields by name from a request, raw SQL, and HTML made in strings."""
    keys = (
        r"(?:annotate|alias|values|filter|order_by)\([^)]*\*{0,2}request\.(?:GET|POST)"
    )
    assert found_in(keys) == []
    assert found_in(r"\.extra\(|RawSQL\(|mark_safe\(|\.raw\(") == []
    scripts = (BASE / "static" / "js").rglob("*.js")
    html = re.compile(
        r"innerHTML|insertAdjacentHTML|outerHTML|document\.write|\beval\("
    )
    ours = [path for path in scripts if "htmx" not in path.name]
    assert [path.name for path in ours if html.search(path.read_text())] == []


@pytest.mark.parametrize("path", MESSAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_what_leaves_the_house_says_nothing(path):
    """C1: no illness, medicine, feeling, clinic or clinician in any message."""
    words = re.findall(r"{% trans(?:late)? [\"'](.*?)[\"']", path.read_text())
    text = COMMENTS.sub(" ", path.read_text()) + " ".join(words)
    assert DENIED.findall(text) == []
