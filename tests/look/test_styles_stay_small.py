"""The style sheets: budget, own files only, every token that is used exists."""

import gzip
import re
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALL = "".join(sheet.read_text() for sheet in SHEETS)


def test_the_sheets_of_a_first_visit_fit_their_budget():
    """Pages with a chart, and those of the journal, add a small sheet of their own."""
    pages = {page: linked_by(page) for page in TEMPLATES.rglob("*.html")}
    shared = pages.pop(TEMPLATES / "base.html")
    heaviest = shared | max(pages.values(), key=weight)
    assert len(shared) == 4
    assert set().union(shared, *pages.values()) == set(SHEETS)
    assert weight(heaviest) <= 60_000
    assert sum(len(gzip.compress(s.read_bytes(), 9)) for s in shared) <= 12_000


def linked_by(page: Path) -> set[Path]:
    names = re.findall(r"css/([a-z]+)\.css", page.read_text())
    return {STATIC / "css" / f"{name}.css" for name in names}


def weight(sheets: set[Path]) -> int:
    return sum(sheet.stat().st_size for sheet in sheets)


def test_the_sheets_load_nothing_from_elsewhere():
    assert "http" not in ALL
    assert "data:" not in ALL
    for sheet in SHEETS:
        for url in re.findall(r'url\("([^"#][^"]*)"\)', sheet.read_text()):
            assert (sheet.parent / url).resolve().is_file(), url


def test_every_token_used_is_defined():
    used = set(re.findall(r"var\(--([a-z0-9-]+)", ALL))
    assert used - set(re.findall(r"--([a-z0-9-]+):", ALL)) == set()


def test_every_icon_used_is_in_the_sprite():
    drawn = set(
        re.findall(r'symbol id="([a-z]+)"', (STATIC / "icons/sprite.svg").read_text())
    )
    templates = Path(settings.BASE_DIR) / "templates"
    used = set()
    for page in templates.rglob("*.html"):
        used |= set(re.findall(r'{% icon "([a-z]+)"', page.read_text()))
        used |= set(re.findall(r'\bicon="([a-z]+)"', page.read_text()))
    assert used - drawn == set()


def test_scripts_bring_in_nothing():
    for script in (STATIC / "js").glob("*.js"):
        text = script.read_text()
        assert not re.search(r"^\s*import\b|\bimport\(|innerHTML|eval\(", text, re.M)
        assert "http" not in text.replace("https:", "")
