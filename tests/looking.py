"""What browser tests look at on a page: barriers, sideways scroll, and pictures to keep."""

import os
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page

SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
PICTURES = os.environ.get("PICTURES", "")  # a folder to keep pictures in, to look at


def barriers(page: Page, where: str) -> list[str]:
    """Name what axe finds on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{where}: {b['id']} {b['nodes'][0]['html'][:90]}" for b in found]


def looked_at(page: Page, where: str, looks: Iterable[tuple[int, str]]) -> list[str]:
    """Look at a page in each width and colours; say where it scrolls sideways."""
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if (over := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{where} {width}: {over} px sideways")
        if PICTURES:
            picture = Path(PICTURES) / f"{where}-{width}-{scheme}.png"
            page.screenshot(path=picture, full_page=True)
    return found
