"""R3, N4: steps as curve, bars, table and hatched band; arithmetic, not advice."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from careplan.plan.step_figure import Point, Schedule
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

FIRST = date(2026, 11, 1)


def schedule(*doses: str, ahead_from: int = 1, **more) -> Schedule:
    points = [
        Point(
            FIRST + timedelta(days=14 * place),
            Decimal(dose),
            "next" if place >= ahead_from else "now",
        )
        for place, dose in enumerate(doses)
    ]
    return Schedule("f0", "<b>Sertraline", "mg", tuple(points), **more)


def test_what_lies_ahead_is_hatched_and_what_is_taken_is_not():
    """R3: a bar a step, one curve over them, geometry in attributes alone."""
    svg = schedule("100", "75", "50", "0").svg
    root = ET.fromstring(svg)
    rects = root.findall("rect")
    assert [rect.get("class") for rect in rects] == ["d2", "dplan", "dplan"]
    assert [rect.get("fill") for rect in rects] == [None, *["url(#f0-hatch)"] * 2]
    heights = [float(rect.get("height")) for rect in rects]
    assert heights == [114, 85.5, 57]
    assert len([p for p in root.iter("path") if p.get("class") == "dtop"]) == 1
    assert "style" not in svg
    assert "&lt;b&gt;" in svg


def test_the_watch_goes_on_after_the_last_dose():
    """N4: a band from the last dose to the agreed day."""
    until = FIRST + timedelta(days=100)
    drawn = schedule("50", "0", watch_until=until)
    assert 'class="win"' in drawn.svg
    assert "keep watching until" in drawn.watch_words
    assert 'class="win"' not in schedule("50", "25", watch_until=until).svg


def test_the_table_says_each_change_in_percent_of_the_dose_before():
    """R3."""
    lines = schedule("100", "75", "0").lines
    assert [line.dose for line in lines] == ["100 mg", "75 mg", "Stop"]
    assert [line.change for line in lines] == ["", "-25 %", "-100 %"]
    assert lines[0].when.startswith("Since")
    assert lines[1].when.startswith("Not before")


@pytest.mark.parametrize("number", [2, 12, 40])
def test_labels_never_stand_on_each_other(number):
    """R3: on a phone too; the table has what the picture leaves out."""
    svg = schedule(*(str(200 - place) for place in range(number))).svg
    root = ET.fromstring(svg)
    days = [float(t.get("x")) for t in root.findall("text") if t.get("y") == "158"]
    assert all(b - a >= 58 for a, b in pairwise(days))
    assert len(svg) < 12_000


def test_one_step_or_nothing_is_not_drawn():
    assert not schedule("50").is_worth_drawing
    assert not schedule("0", "0").is_worth_drawing


@pytest.mark.django_db
def test_a_taper_is_drawn_where_it_is_suggested_and_where_it_stands(time_machine):
    """R3, N4: the suggestion and the medicine's page show picture and table."""
    time_machine.move_to(c.NOW, tick=False)
    team = c.cast()
    row = c.on_sertraline(team, "100")
    change = c.new_dose(
        row,
        c.step("75", c.TODAY + timedelta(days=9)),
        c.step("50", c.TODAY + timedelta(days=30)),
        c.step("0", c.TODAY + timedelta(days=60)),
        kind="taper",
        hold_rule="Sleep is short for a week.",
        step_back_rule="Low mood for a week.",
        watch_until=(c.TODAY + timedelta(days=150)).isoformat(),
    )
    taper = c.suggest(team, team.ada, change)
    assert taper.title == "Slowly stop sertraline"
    maya = signed_in(team.maya)
    words = page(maya, at(team, f"proposals/{taper.pk}/"))
    for part in ("dplan", "Steps as a table", "arithmetic, not advice", "-33.3 %"):
        assert part in words
    assert "dplan" not in page(maya, at(team))
    c.all_agree(team, taper)
    standing = page(maya, at(team, f"medicines/{row.pk}/"))
    for part in ("dplan", "d2", "Steps as a table", "arithmetic, not advice"):
        assert part in standing
    assert "keep watching until" in standing
