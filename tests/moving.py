"""Says when the project was edited while its tests ran.

A process keeps the Python it has imported and reads templates when it first needs them:
an edit in between makes pages fail that are whole before it and whole after it.
"""

import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READ = ("careplan", "journal", "patients", "templates", "static", "tests")
KINDS = {".py", ".html", ".txt", ".css", ".js", ".json", ".sql"}


class Moving:
    """A plugin: remembers when the run began, and looks back when it ends."""

    def __init__(self) -> None:
        self.began = time.time()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Name what changed where a person looks for the cause of a failure."""
        found = changed(self.began)
        if found:
            terminalreporter.write_line(
                f"{len(found)} files were edited during this run, so a failure may mean"
                f" nothing: {', '.join(found[:5])}"
            )


def changed(since: float) -> list[str]:
    """List the project's own files that were written after a moment."""
    files = (file for room in READ for file in (ROOT / room).rglob("*"))
    return sorted(
        str(file.relative_to(ROOT))
        for file in files
        if file.suffix in KINDS and file.is_file() and file.stat().st_mtime > since
    )
