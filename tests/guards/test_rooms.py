"""The house keeps its shape: imports go down, rooms say what they are."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

BASE = Path(settings.BASE_DIR)
ROOMS = [app for app in apps.get_app_configs() if Path(app.path).is_relative_to(BASE)]
OURS = [app for app in ROOMS if ".venv" not in Path(app.path).parts]


def test_imports_go_down_and_never_up():
    linter = [sys.executable, "-m", "importlinter.cli", "lint", "--no-cache"]
    told = subprocess.run(linter, cwd=BASE, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)
def test_every_room_says_what_it_is_for_in_forty_lines(app):
    readme = Path(app.path) / "README.md"
    assert readme.exists(), f"{app.name} has no README.md"
    assert len(readme.read_text().splitlines()) <= 40


def test_nothing_is_left_unfinished_or_unsafe_in_the_code():
    words = ("TODO", "FIXME", "XXX", "mark_safe(", "NotImplementedError", "print(")
    allowed = {"careplan/bootstrap.py", "manage.py"}
    found = [
        f"{path.relative_to(BASE)}: {word}"
        for folder in ("careplan", "journal", "patients")
        for path in (BASE / folder).rglob("*.py")
        if "embedded" not in path.parts and "commands" not in path.parts
        for word in words
        if word in path.read_text() and str(path.relative_to(BASE)) not in allowed
    ]
    assert found == []
