"""What the tools say of the whole tree: style, types, templates."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
BIN = Path(sys.executable).parent
TEMPLATES = sorted(map(str, (BASE / "templates").rglob("*.html")))
TOOLS = {
    "lint": [BIN / "ruff", "check", "--no-cache", "."],
    "format": [BIN / "ruff", "format", "--no-cache", "--check", "."],
    "templates": [BIN / "djade", "--check", "--target-version", "5.2", *TEMPLATES],
    "types": [BIN / "mypy", "careplan", "journal", "patients"],
}


LONG = {"types"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.long if n in LONG else ()) for n in TOOLS],
)
def test_a_tool_has_nothing_to_say(name):
    told = subprocess.run(
        TOOLS[name], cwd=BASE, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-1000:]
