"""What browser tests look at on a page: barriers, sideways scroll, and pictures to keep."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
PICTURES = os.environ.get("PICTURES", "")  # a folder to keep pictures in, to look at
# The dark look of a page differs from its light one by its colours alone, and a width
# from the next one by what is hidden: where all rules have been asked once, only these
# have anything new to say.
ABOUT_COLOURS = ("color-contrast", "link-in-text-block")
# Asked in the page: of all that axe knows, only what is wrong comes back.
LOOK = """async (rules) => {
  const only = rules ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], ...only});
  return found.violations.map((v) => [v.id, v.nodes[0].html.slice(0, 160)]);
}"""


def barriers(page: Page, where: str, rules: Sequence[str] = ()) -> list[str]:
    """Name what axe finds on the page as it stands: by all its rules, or by some.

    It is put into a page once, and stays until that goes to another address.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(LOOK, list(rules) or None)
    return [f"{where}: {rule} {html}" for rule, html in found]


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
