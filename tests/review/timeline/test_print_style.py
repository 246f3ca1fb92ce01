"""N1, X2: paper and screen share one set of marks."""

import re
from pathlib import Path

import pytest

from careplan.review.timeline.print_style import embedded
from tests.review.timeline import stories
from tests.review.timeline.test_figures import FORMATS

ROOT = Path(__file__).parents[3]
TEXT_ONLY = {"mh", "msub", "halo", "chart"}


def classes_drawn() -> set[str]:
    found: set[str] = set()
    for story in stories.STORIES.values():
        for module in FORMATS.values():
            for names in re.findall(r'class="([^"]+)"', module.draw(story()).svg):
                found |= set(names.split())
    return found


@pytest.mark.parametrize("sheet", ["screen", "paper"])
def test_every_class_that_is_drawn_has_a_rule(sheet: str) -> None:
    css = embedded() if sheet == "paper" else _screen()
    known = set(re.findall(r"\.([a-z][\w-]*)", css))
    filled_by_attribute = {"nolog"}
    assert classes_drawn() - TEXT_ONLY - filled_by_attribute <= known


def _screen() -> str:
    return (ROOT / "static" / "css" / "chart.css").read_text()


def test_the_colours_on_paper_are_the_light_tokens() -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text().upper()
    neutral = {"#000", "#F0F0EE"}
    colours = set(re.findall(r"#[0-9A-Fa-f]{3,6}", embedded()))
    assert {colour.upper() for colour in colours} - neutral <= set(
        re.findall(r"#[0-9A-F]{3,6}", tokens)
    )
