"""N1, V6: the drawings, kept as golden files and within their budgets.

Renew the golden files after a change that was looked at:
``RENEW_GOLDEN=1 python -m pytest tests/review/timeline/test_figures.py``
"""

import gzip
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from careplan.review.timeline import draw_compact, draw_desktop, draw_phone, draw_print
from careplan.review.timeline.choice import EVERY_LANE, LaneKind, Show
from careplan.review.timeline.data import Range, TimelineData
from careplan.review.timeline.figure import Figure
from tests.review.timeline import stories
from tests.review.timeline.stories import parts

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {
    "desktop": draw_desktop,
    "phone": draw_phone,
    "print": draw_print,
    "compact": draw_compact,
}
SVG = "{http://www.w3.org/2000/svg}"
CASES = [
    *((story, "desktop") for story in stories.STORIES),
    *((story, "phone") for story in ("phone", "two_years", "bipolar", "empty")),
    *((story, "compact") for story in ("brief", "bipolar", "limited_consent")),
    *((story, "print") for story in ("mock_up", "overlapping_tapers")),
]


def drawing(story: str, form: str) -> Figure:
    return FORMATS[form].draw(stories.STORIES[story]())


@pytest.mark.parametrize(("story", "form"), CASES)
def test_the_drawing_is_the_one_that_was_looked_at(story: str, form: str) -> None:
    path = GOLDEN / f"{story}-{form}.svg"
    drawn = drawing(story, form).svg.replace("><", ">\n<") + "\n"
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(drawn)
    assert drawn == path.read_text(), f"{path.name} differs; RENEW_GOLDEN=1 renews it"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("story", stories.STORIES)
def test_a_figure_is_well_formed_within_budget_and_without_style(
    story: str, form: str
) -> None:
    figure = drawing(story, form)
    root = ElementTree.fromstring(figure.svg)
    assert figure.marks <= 500
    assert len(figure.svg.encode()) <= 60_000
    assert len(gzip.compress(figure.svg.encode())) <= 10_000
    assert "style=" not in figure.svg
    assert "<style" not in figure.svg
    assert root.get("viewBox")


@pytest.mark.parametrize("story", stories.STORIES)
def test_every_id_carries_the_prefix_of_its_figure(story: str) -> None:
    figure = draw_desktop.draw(stories.STORIES[story](), uid="x7")
    assert set(re.findall(r'\bid="([^"]+)"', figure.svg)) == {
        "x7-t",
        "x7-d",
        "x7-hatch",
        "x7-dots",
    }
    assert set(re.findall(r"url\(#([^)]+)\)", figure.svg)) <= {"x7-hatch", "x7-dots"}


def test_marks_with_a_record_are_links_with_full_names() -> None:
    root = ElementTree.fromstring(drawing("mock_up", "desktop").svg)
    links = {a.get("aria-label"): a.get("href") for a in root.iter(f"{SVG}a")}
    assert root.get("role") == "group"
    assert links["14 September 2026, Sertraline from 50 to 100 mg"] == "/s/2026-09-14/"
    assert links["20 November 2026, PHQ-9 7 of 27, mild"] == "/m/2026-11-20/"
    assert links["1 September 2026, CBT session, did not happen"] == "/t/2026-09-01/"
    assert links["3 October 2026, Mirtazapine partly taken"].endswith("2026-10-03")
    assert links["26 October 2026, Mum in hospital"] == "/e/3/"
    assert None not in links


def test_links_stand_in_groups_named_after_their_lanes() -> None:
    root = ElementTree.fromstring(drawing("mock_up", "desktop").svg)
    groups = [g.get("aria-label") for g in root.iter(f"{SVG}g")]
    assert groups[:4] == ["Plan version", "Sertraline", "Mirtazapine", "Therapy"]


def test_paper_has_no_links_and_is_one_picture() -> None:
    root = ElementTree.fromstring(drawing("mock_up", "print").svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "tp-t tp-d"
    assert not list(root.iter(f"{SVG}a"))


def test_on_paper_the_drawing_is_as_wide_as_the_room_for_it() -> None:
    """A4 landscape leaves two and a half times the height: none of it stays empty."""
    root = ElementTree.fromstring(drawing("mock_up", "print").svg)
    _left, _top, width, height = map(float, root.get("viewBox").split())
    assert width / height == pytest.approx(2.5, abs=0.01)


def test_a_scores_name_stands_before_a_line_that_would_run_through_it() -> None:
    """Two years squeeze the forms of a few weeks under the length of a name."""
    weeks = parts.days_from(date(2026, 9, 1), 6, every=14)
    data = TimelineData(
        range=Range(start=date(2024, 12, 1), end=date(2026, 12, 1), today=weeks[-1]),
        scores=(
            parts.phq(*((d, 17 - 2 * n) for n, d in enumerate(weeks))),
            parts.gad(*((d, 13 - 2 * n) for n, d in enumerate(weeks))),
        ),
    )
    root = ElementTree.fromstring(draw_desktop.draw(data).svg)
    words = {t.text: t.get("class") for t in root.iter(f"{SVG}text")}
    assert "end" in words["GAD-7 worry 13"].split()
    alone = ElementTree.fromstring(drawing("mock_up", "desktop").svg)
    words = {t.text: t.get("class") for t in alone.iter(f"{SVG}text")}
    assert "end" not in words["GAD-7 worry 16"].split()


def test_a_side_effect_with_a_long_name_is_broken_and_not_cut() -> None:
    data = stories.STORIES["brief"]()
    long = replace(data.effects[0], name="Somnolence / sedation", term="")
    svg = draw_compact.draw(replace(data, effects=(long,))).svg
    assert ">Somnolence /<" in svg
    assert ">sedation<" in svg
    assert "Somnolence / sed…" not in svg


def test_the_description_names_the_lanes_and_the_table() -> None:
    root = ElementTree.fromstring(drawing("mock_up", "print").svg)
    words = root.findtext(f"{SVG}desc")
    assert words.startswith("Lanes on one time axis: Plan version, Sertraline,")
    assert "14 September 2026: sertraline 50 → 100" in words
    assert words.endswith("The same data are in the table.")


def test_a_lane_that_is_not_shared_is_absent_and_not_empty() -> None:
    """Consent is applied before the data exists: no lane, no name, no gap."""
    svg = drawing("limited_consent", "desktop").svg
    for word in ("Sertraline", "Mirtazapine", "PHQ-9", "Feeling sick", "Sleep"):
        assert word not in svg
    assert "Mood" in svg


def test_a_shared_lane_without_data_says_so() -> None:
    svg = drawing("empty", "desktop").svg
    assert "Nothing logged in these weeks" in svg
    assert "None written down here" in svg


def test_four_medicines_and_five_side_effects_are_drawn_and_the_rest_is_named() -> None:
    figure = drawing("six_medicines", "desktop")
    assert [f.name for f in figure.folded] == ["Sertraline", "Zopiclone"]
    every = draw_desktop.draw(stories.six_medicines(), show=Show(every_one=True))
    assert every.folded == ()
    assert "Zopiclone" in every.svg


def test_the_medicine_in_question_comes_first() -> None:
    svg = drawing("six_medicines", "desktop").svg
    assert svg.index(">Lamotrigine<") < svg.index(">Lithium<")


def test_a_lane_can_be_switched_off() -> None:
    show = Show(lanes=EVERY_LANE - {LaneKind.SLEEP, LaneKind.EFFECTS})
    svg = draw_desktop.draw(stories.mock_up(), show=show).svg
    assert "Sleep" not in svg
    assert "Shaky hands" not in svg
    assert "Mood" in svg


def test_a_planned_dose_is_hatched_and_a_gap_is_dotted() -> None:
    svg = drawing("mock_up", "desktop").svg
    assert '<rect class="dplan" fill="url(#tl-hatch)"' in svg
    assert '<path class="nolog" fill="url(#tl-dots)"' in svg


def test_low_and_high_are_never_averaged_into_the_middle() -> None:
    """J2: a mixed day is one mark with two ends, joined."""
    svg = drawing("bipolar", "desktop").svg
    assert svg.count('class="mixed"') >= 10
    assert "mood mixed, low 3 and high 2 of 3" in svg


def test_the_night_of_a_clock_change_is_as_wide_as_any_other() -> None:
    root = ElementTree.fromstring(drawing("clock_change", "desktop").svg)
    widths = [
        float(bar.get("width"))
        for bar in root.iter(f"{SVG}rect")
        if bar.get("class") == "slp"
    ]
    assert max(widths[:-1]) - min(widths[:-1]) < 0.2


def test_two_dense_years_are_thinned_to_weeks() -> None:
    figure = drawing("two_years", "desktop")
    assert "Weekly average" in figure.svg
    assert figure.marks < 400


def test_what_people_write_is_escaped() -> None:
    from dataclasses import replace

    from careplan.review.timeline.data import LifeEvent

    nasty = '<script>alert("1")</script>\x00'
    events = (LifeEvent(on=stories.day(9, 1), name=nasty, url='/e/"><b>/'),)
    svg = draw_desktop.draw(replace(stories.mock_up(), events=events)).svg
    ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert "<b>" not in svg


def test_a_template_prints_a_figure_as_markup() -> None:
    figure = drawing("one_day", "desktop")
    assert figure.__html__() == figure.svg == str(figure)
