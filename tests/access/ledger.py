"""What of the whole table has been asked, address by address, so that a run can go on.

`manage.py prove access` names a file in ACCESS_LEDGER. Each address that has been asked
leaves a line there; the next run asks only the others.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FILE = os.environ.get("ACCESS_LEDGER", "")


def lines() -> list[dict[str, Any]]:
    """Give every line that was written."""
    file = Path(FILE)
    if not FILE or not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


class Ledger:
    """A plugin: leaves out what has been asked, and writes down what is asked now."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        """Leave out every address that has a line already."""
        asked = {line["test"] for line in lines()}
        items[:] = [item for item in items if item.nodeid not in asked]

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Write down one address. Only the process that gathers the reports does."""
        if report.when != "call" or "PYTEST_XDIST_WORKER" in os.environ:
            return
        noted = dict(report.user_properties)
        line = {
            "test": report.nodeid,
            "cells": noted.get("cells", 0),
            "leaks": noted.get("leaks", 0),
            "passed": report.passed,
            "seconds": round(report.duration, 1),
            "said": "" if report.passed else str(report.longrepr),
        }
        with Path(FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
