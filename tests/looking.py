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
# Of rows and chips that are the same but for their words (and stand behind the same) the
# first two and the last are asked about their colours, for all of them: that is most of
# what axe does on a long page. Every other rule is asked about every one.
ALIKE = """() => {
  const words = new Set(["id", "for", "name", "value", "href", "title", "datetime",
    "aria-label", "aria-labelledby", "aria-describedby"]);
  const known = new Map();
  const number = (s) => known.get(s) ?? (known.set(s, known.size), known.size - 1);
  const shapes = new WeakMap();
  const said = (text) => Math.min(text.trim().length, 2);
  const shape = (e) => {
    const about = [...e.attributes].filter((a) => !words.has(a.name))
      .map((a) => `${a.name}=${JSON.stringify(a.value)}`);
    const inside = [...e.childNodes].map((n) => n instanceof Element ? `<${shape(n)}>`
      : n instanceof Text ? said(n.data) : "");
    const is = [e.checked, e.disabled, e === document.activeElement];
    const found = number([e.localName, ...about, ...is, ...inside].join());
    shapes.set(e, found);
    return found;
  };
  shape(document.documentElement);
  const mark = (parent) => {
    const alike = new Map();
    for (const e of parent.children) {
      const before = e.previousElementSibling;
      const key = `${before && shapes.get(before)} ${shapes.get(e)}`;
      alike.set(key, [...(alike.get(key) ?? []), e]);
    }
    const same = new Set([...alike.values()].flatMap((all) => all.slice(2, -1)));
    for (const e of parent.children)
      if (same.has(e)) for (const n of [e, ...e.querySelectorAll("*")]) n.dataset.alike = "";
      else mark(e);
  };
  mark(document.body);
}"""
UNMARK = """() => document.querySelectorAll("[data-alike]").forEach(
  (e) => e.removeAttribute("data-alike"))"""
# Asked in the page: of all that axe knows, only what is wrong comes back.
LOOK = f"""async (rules) => {{
  const only = rules ? {{runOnly: {{type: "rule", values: rules}}}} : {{}};
  ({ALIKE})();
  axe.configure({{rules: [{{id: "color-contrast", selector: "*:not([data-alike])"}}]}});
  const found = await axe.run(document, {{resultTypes: ["violations"], ...only}});
  ({UNMARK})();
  return found.violations.map((v) => [v.id, v.nodes[0].html.slice(0, 160)]);
}}"""


def barriers(page: Page, where: str, rules: Sequence[str] = ()) -> list[str]:
    """Name what axe finds on the page as it stands: by all its rules, or by some.

    It is put into a page once, and stays until that goes to another address.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(LOOK, list(rules) or None)
    return [f"{where}: {rule} {html}" for rule, html in found]


def looked_at(page: Page, where: str, looks: Iterable[tuple[int, str]]) -> list[str]:
    """Look at a page in each width; say where it scrolls sideways.

    The dark look moves nothing (test_tokens_have_contrast.py), so that it is shown here
    for its picture alone.
    """
    found = []
    for width, scheme in looks if PICTURES else _widths(looks):
        _resized(page, width)
        if scheme:
            page.emulate_media(color_scheme=scheme)
        if (over := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{where} {width}: {over} px sideways")
        if PICTURES:
            picture = Path(PICTURES) / f"{where}-{width}-{scheme}.png"
            page.screenshot(path=picture, full_page=True)
    return found


def _widths(looks: Iterable[tuple[int, str]]) -> list[tuple[int, None]]:
    return [(width, None) for width in dict.fromkeys(width for width, _ in looks)]


def _resized(page: Page, width: int) -> None:
    """Give the page this width, if it has another: each change lays it out and paints."""
    size = {"width": width, "height": 900}
    if page.viewport_size != size:
        page.set_viewport_size(size)
