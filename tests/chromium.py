"""Browser tests need a Chromium; where there is none they are left out, and counted."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same engine without windows, notifications and background sync starts in a third
# of the processor time and shows a page in two thirds.
SHELL = "chromium-headless-shell"
# Those that Playwright turns off by itself (a later list replaces an earlier one), and a
# process in store for the next page: each test closes its pages before it is used.
TURNED_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "SpareRendererForSitePerProcess",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(TURNED_OFF)}",
]


def find(*, whole: bool = False) -> Path | None:
    """Give the machine's Chromium: the one without windows, unless all of it is needed.

    CHROMIUM names one, or "none" hides it.
    """
    wanted = os.environ.get("CHROMIUM")
    names = (wanted,) if wanted else NAMES if whole else (SHELL, *NAMES)
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def _lacks_its_browser(item: pytest.Item) -> bool:
    if not item.get_closest_marker("browser"):
        return False
    return find(whole="whole_chrome" in getattr(item, "fixturenames", ())) is None


class Browsers:
    """Leaves browser tests out without Chromium, says how many, and fails in CI."""

    def __init__(self) -> None:
        self.left_out = 0

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Deselect what cannot run here."""
        left_out = [item for item in items if _lacks_its_browser(item)]
        if not left_out:
            return
        if os.environ.get("CI"):
            message = f"{len(left_out)} browser tests need Chromium; run .ci/run."
            raise pytest.UsageError(message)
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
        self.left_out = len(left_out)
        if hasattr(config, "workeroutput"):
            config.workeroutput["browser_tests_left_out"] = self.left_out

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Hear from a worker process how many it left out."""
        output = getattr(node, "workeroutput", {})
        self.left_out = max(self.left_out, output.get("browser_tests_left_out", 0))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say it where a person looks."""
        if self.left_out:
            terminalreporter.write_line(
                f"{self.left_out} browser tests left out: there is no Chromium here."
            )
