"""The brief as a tagged PDF of one page: typst, with data only through its inputs."""

import json
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from careplan.review.brief import Brief, Line
from careplan.review.timeline.words import day_long, spoken_by

TEMPLATE = Path(__file__).parent / "paper" / "brief.typ"
LONGEST = 200  # characters of one line: the page stays one page
MOST = 4  # lines in a box


def written(page: Brief) -> bytes:
    """Give the PDF: PDF/UA-1, tagged, one page; reads its fonts and no network."""
    pdf: bytes = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[TEMPLATE.parent],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_data(page)), "figure": drawn(str(page.paper))},
        pdf_standards=["ua-1"],
    )
    return pdf


def drawn(figure: str) -> str:
    """The drawing as typst reads it: only weights in whole hundreds, and our fonts,
    which have no arrows: a line with one would be set whole in another font."""
    drawing = figure.replace("font-weight:650", "font-weight:700")
    return drawing.replace(" ↑<", "<").replace(" ↓<", "<")


def _data(page: Brief) -> dict[str, Any]:
    return {
        "title": _("Summary for a visit"),
        "lang": (get_language() or "en").split("-")[0],
        "name": page.name,
        "about": page.about,
        "visit": page.visit_words,
        "agenda": [_short(point) for point in page.agenda[:MOST]],
        "facts": [
            {"name": fact.name, "word": fact.word, "text": _short(fact.text)}
            for fact in page.facts
        ],
        "alt": page.alt,
        "boxes": list(_boxes(page)),
        "notice": _(
            "This page holds health information shared by consent. It may not be "
            "passed on without written consent, unless the law says so. "
            "Private entries are not in it. Printed {day}."
        ).format(day=_day(page)),
        "words": {
            "agenda": _("What they want to talk about"),
            "nothing": _("Nothing written down yet."),
            "facts": _("Since {day}").format(day=page.since),
            "columns": [_("What"), _in_a_word(page), _("Figures")],
            "proof": _("Timing is not proof."),
        },
    }


def _day(page: Brief) -> str:
    with spoken_by(translation):
        return day_long(page.today)


def _in_a_word(page: Brief) -> str:
    # The patient's copy has no words: they are decision support.
    return _("In a word") if any(fact.word for fact in page.facts) else ""


def _boxes(page: Brief) -> list[dict[str, Any]]:
    boxes = (
        (_("Waiting"), page.waiting),
        (_("Safety"), page.safety),
        (page.therapy_title, page.therapy),
        (_("What medicine changed"), page.medicine),
        (_("Goals"), page.goals),
    )
    return [
        {"title": title, "lines": [_line(line) for line in lines[:MOST]]}
        for title, lines in boxes
        if lines
    ]


def _line(line: Line) -> str:
    parts = (line.tag, line.text, line.about)
    return _short(". ".join(part.rstrip(".") for part in parts if part) + ".")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
