"""Says at the end of a run how many cells of the access table were asked."""

from typing import Any


class Told:
    """A plugin: adds up what each test of the table noted, over all processes."""

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print "N cells, 0 leaks" where a person looks."""
        totals = {"cells": 0, "leaks": 0, "pages": 0}
        for outcome in ("passed", "failed"):
            for report in terminalreporter.stats.get(outcome, []):
                for name, value in getattr(report, "user_properties", []):
                    if name in totals:
                        totals[name] += value
        if totals["cells"]:
            line = "access table: {cells} cells, {leaks} leaks".format(**totals)
            terminalreporter.write_line(line)
        if totals["pages"]:
            terminalreporter.write_line(f"barriers: {totals['pages']} pages looked at")
