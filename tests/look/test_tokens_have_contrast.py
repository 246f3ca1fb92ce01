"""Every colour pair in use meets WCAG 2.2, light and dark (ux.md 8.1)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
TOKEN = re.compile(r"--([a-z0-9-]+): (#[0-9A-F]{6});")

TEXT = 4.5
SHAPE = 3.0
PAIRS = [
    *(
        (ink, back, TEXT)
        for ink in ("ink", "ink-2", "ink-3")
        for back in ("canvas", "surface", "sunken")
    ),
    *(
        ("ink", f"{kind}-soft", TEXT)
        for kind in ("attend", "support", "info", "agree", "error", "primary")
    ),
    *(
        (kind, f"{kind}-soft", TEXT)
        for kind in ("attend", "support", "info", "agree", "error")
    ),
    *(
        (kind, "surface", TEXT)
        for kind in ("attend", "support", "info", "agree", "error", "primary")
    ),
    ("surface", "error", TEXT),
    ("surface", "agree", TEXT),
    ("surface", "ink", TEXT),
    ("primary", "canvas", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    ("on-soft", "primary-soft", TEXT),
    ("ink", "med1", TEXT),
    ("ink", "med2", TEXT),
    ("mood", "surface", TEXT),
    ("phq", "surface", TEXT),
    ("gad", "surface", TEXT),
    ("line-strong", "surface", SHAPE),
    ("line-strong", "canvas", SHAPE),
    ("focus", "surface", SHAPE),
    ("focus", "canvas", SHAPE),
    ("med", "surface", SHAPE),
    ("med3", "surface", SHAPE),
    ("fx2", "surface", SHAPE),
    ("fx3", "surface", SHAPE),
    ("sleep", "surface", SHAPE),
]


def themes() -> dict[str, dict[str, str]]:
    light, by_device, by_choice = re.split(r"\n\s+color-scheme: ", CSS)[1:]
    return {
        "light": dict(TOKEN.findall(light)),
        "dark by device": dict(TOKEN.findall(by_device)),
        "dark by choice": dict(TOKEN.findall(by_choice)),
    }


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", themes())
def test_every_pair_in_use_has_enough_contrast(theme):
    colours = themes()[theme]
    poor = [
        (ink, back, round(contrast(colours[ink], colours[back]), 2))
        for ink, back, least in PAIRS
        if contrast(colours[ink], colours[back]) < least
    ]
    assert poor == []


def test_the_two_ways_to_dark_give_the_same_colours():
    assert themes()["dark by device"] == themes()["dark by choice"]
    assert set(themes()["light"]) == set(themes()["dark by device"])


def test_the_dark_look_changes_colours_and_moves_nothing():
    """So that what fits a width in one look fits it in the other (tests/looking.py)."""
    styles = (Path(settings.BASE_DIR) / "static/css").rglob("*.css")
    dark = [f.name for f in styles if "prefers-color-scheme" in f.read_text()]
    assert dark == ["tokens.css"]
    _light, *darks = re.split(r"\n\s+color-scheme: dark;", CSS)
    assert len(darks) == 2
    for block in darks:
        rules = block[: block.index("}")].split(";")
        assert all(
            TOKEN.fullmatch(f"{rule.strip()};") for rule in rules if rule.strip()
        )
