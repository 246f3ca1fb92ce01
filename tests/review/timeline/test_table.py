"""V6: the text alternative is equal to the data, and its file is safe to open."""

import csv as reader
import io
from dataclasses import replace

import pytest

from careplan.review.timeline import csv, table
from careplan.review.timeline.data import LifeEvent, TimelineData
from careplan.review.timeline.words import day_and_year
from tests.review.timeline import stories


def cells(found: table.Table) -> set[tuple[str, str]]:
    return {(row.header, row.cells[-1]) for row in found.rows}


def test_the_summary_says_before_now_and_change() -> None:
    found = table.summary(stories.mock_up())
    assert found is not None
    assert found.columns == (
        "What",
        "Before (17 Aug to 13 Sep)",
        "Now (25 Oct to 21 Nov)",
        "Change",
    )
    rows = {row.header: row.cells for row in found.rows}
    assert rows["Sertraline"] == ("50 mg", "100 mg", "14 Sep 2026")
    assert rows["PHQ-9, 0 to 27 (lower is better)"] == (
        "16 (moderately severe)",
        "7 (mild)",
        "Lower (better)",
    )
    assert rows["Feeling sick"] == ("None", "None", "Gone since 3 Oct")
    assert rows["Shaky hands"][1] == "Mild 30 Oct to 5 Nov"
    assert rows["Sleep, hours a night"][2] == "Within goal of 7 to 8"


def test_every_mark_of_the_figure_is_in_the_table_of_events() -> None:
    data = stories.mock_up()
    found = cells(table.events(data))
    assert ("14 Sep 2026", "Sertraline from 50 to 100 mg") in found
    assert ("30 Nov 2026", "Plan version 7 suggested, not agreed yet") in found
    for medicine in data.medicines or ():
        assert len(medicine.steps) == sum(
            what.startswith(medicine.name) and "missed" not in what
            for _, what in found
            if "partly" not in what
        )
        for mark in medicine.answers or ():
            said = {what for on, what in found if on == day_and_year(mark.on)}
            assert any(what.startswith(medicine.name) for what in said)
    for score in data.scores or ():
        for point in score.points:
            said = [w for on, w in found if on == day_and_year(point.on)]
            assert any(w.startswith(f"{score.code} {point.total} of") for w in said)
    sessions = data.therapy.sessions if data.therapy else ()
    assert sum("CBT session" in what for _, what in found) == len(sessions)
    for event in data.events or ():
        assert (day_and_year(event.on), event.name) in found


def test_events_are_in_order_and_keep_their_addresses() -> None:
    data = stories.mock_up()
    found = table.events(data)
    assert found.rows[0].header == "1 Jun 2026"
    urls = {row.cells[-1]: row.url for row in found.rows}
    assert urls["Mum in hospital"] == "/e/3/"


def test_each_week_gives_the_mean_of_its_logged_days() -> None:
    data = stories.mock_up()
    found = table.weekly(data)
    assert len(found.rows) == 25
    at = found.columns.index("Mood, 1 to 7") - 1
    logged = found.columns.index("Days logged") - 1
    total = sum(int(row.cells[logged]) for row in found.rows)
    assert total == len(data.mood.points if data.mood else ())
    assert found.rows[-1].cells[at] != "Not logged"


def test_an_empty_cell_says_not_logged() -> None:
    found = table.weekly(stories.mock_up())
    gap = next(row for row in found.rows if row.header == "3 Aug 2026")
    assert gap.cells.count("Not logged") >= 6


def test_low_and_high_have_columns_of_their_own() -> None:
    columns = table.weekly(stories.bipolar()).columns
    assert columns[1:5] == ("Low, 0 to 3", "High, 0 to 3", "Mixed days", "Days logged")


def test_what_is_not_shared_has_no_row_and_no_column() -> None:
    data = stories.limited_consent()
    text = csv.written(data)
    for word in ("Sertraline", "PHQ-9", "Feeling sick", "Sleep"):
        assert word not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " ="])
def test_a_cell_that_looks_like_a_formula_is_defused(start: str) -> None:
    name = f"{start}HYPERLINK()"
    data = replace(stories.one_day(), events=(LifeEvent(on=stories.TODAY, name=name),))
    rows = list(reader.reader(io.StringIO(csv.written(data))))
    assert any(f"'{name}" in row for row in rows)
    assert not any(name in row for row in rows)


def test_the_file_holds_every_row_of_every_table() -> None:
    data = stories.mock_up()
    rows = list(reader.reader(io.StringIO(csv.written(data).lstrip("\ufeff"))))
    assert ["14 Sep 2026", "Medicine", "Sertraline from 50 to 100 mg"] in rows
    total = sum(len(found.rows) + 3 for found in all_tables(data))
    assert len(rows) == total


def all_tables(data: TimelineData) -> list[table.Table]:
    found = (table.summary(data), table.events(data), table.weekly(data))
    return [one for one in found if one]
