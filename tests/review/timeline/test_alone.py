"""N1: the drawing room knows no web framework, and speaks through a lent voice."""

import subprocess
import sys

from careplan.review.timeline import draw_print, spark
from careplan.review.timeline.legend import legend
from careplan.review.timeline.sentence import answer
from careplan.review.timeline.words import spoken_by
from tests.review.timeline import stories

ALONE = """
import sys
sys.modules["django"] = None
from careplan.review.timeline import draw_compact, draw_desktop, draw_phone
from careplan.review.timeline import csv, draw_print, legend, sentence, spark, table
"""


def test_the_package_loads_where_there_is_no_django() -> None:
    subprocess.run([sys.executable, "-c", ALONE], check=True)


class Shouting:
    def gettext(self, message: str, /) -> str:
        return message.replace("mood is", "MOOD IS")

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        return singular if number == 1 else plural


def test_words_go_through_the_translator_that_the_page_lends() -> None:
    with spoken_by(Shouting()):
        assert answer(stories.mock_up()).sentence.startswith("MOOD IS higher")
    assert answer(stories.mock_up()).sentence.startswith("Mood is higher")


def test_the_style_for_pdf_is_embedded_only_when_asked_for() -> None:
    """Decision 40: a PDF maker draws class-coloured shapes black otherwise."""
    plain = draw_print.draw(stories.mock_up())
    styled = draw_print.draw(stories.mock_up(), with_style=True)
    assert "<style" not in plain.svg
    assert styled.svg.count("<style>") == 1
    assert "var(" not in styled.svg


def test_the_legend_names_only_what_is_there() -> None:
    words = [item.words for item in legend(stories.mock_up())]
    assert "Missed dose" in words
    assert "Taken late" not in words
    assert [item.words for item in legend(stories.empty())] == []


def test_a_sparkline_breaks_where_nothing_was_logged() -> None:
    drawn = spark.spark([3, 4, None, 5, 6])
    assert drawn.count("M") == 2
    assert 'aria-hidden="true"' in drawn
    assert spark.spark([None, None]) == ""
