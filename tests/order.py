"""Tests marked `long` begin first, so that no process is left with one at the end.

A run over several processes gives each a stretch of the whole, and lets whoever is
done early take the end of another's. What lies first in a stretch stays where it is.
"""

import gc
import os

import pytest

from tests import kept


class LongFirst:
    """A plugin: orders the tests, and lets Python forget about what stays for good."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]):
        """Put the long tests at the beginning of each process's stretch."""
        outcome = yield
        processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
        items[:] = spread(kept.together(items), processes)
        return outcome

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """Spare the collector half a million objects that live as long as the run."""
        gc.collect()
        gc.freeze()


def spread(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """Deal the long tests out like cards, one module to each process in turn.

    Those of one module stay together: they share what took long to make. Which of them
    changes that comes last.
    """
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    found: list[pytest.Item] = []
    for n, hand in enumerate(_hands(long, processes)):
        upto = len(items) * (n + 1) // processes
        found += hand
        room = max(0, upto - len(found))
        taken, short = short[:room], short[room:]
        found += taken
    return found + short


def _hands(long: list[pytest.Item], processes: int) -> list[list[pytest.Item]]:
    modules: dict[str, list[pytest.Item]] = {}
    for item in long:
        modules.setdefault(item.nodeid.split("::")[0], []).append(item)
    hands: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for n, module in enumerate(modules.values()):
        hands[n % processes] += sorted(module, key=_comes_last)
    return hands


def _comes_last(item: pytest.Item) -> bool:
    return item.get_closest_marker("last") is not None
