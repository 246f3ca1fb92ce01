"""N2: a side effect is pre-linked to the dose change it followed, in words."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from journal import linking, words
from journal.linking import DoseChange

CHANGED = date(2026, 11, 1)
RAISED = DoseChange(
    step_id="s1",
    medicine_id="sertraline",
    medicine_name="Sertraline",
    changed_on=CHANGED,
    before=Decimal("50.0"),
    after=Decimal(75),
    unit="mg",
)


def link(days, *changes):
    return linking.preceding_change(CHANGED + timedelta(days=days), changes)


def test_n2_day_6_after_50_to_75_mg():
    assert words.link_words(link(6, RAISED)) == "day 6 after 50 → 75 mg"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (None, Decimal("37.5"), "day 0 after starting 37.5 mg"),
        (Decimal(100), None, "day 0 after stopping 100 mg"),
        (Decimal("7.50"), Decimal("2.5"), "day 0 after 7.5 → 2.5 mg"),
        (Decimal("1E+2"), Decimal(200), "day 0 after 100 → 200 mg"),
    ],
)
def test_a_start_and_a_stop_have_words_of_their_own(before, after, says):
    found = link(0, replace(RAISED, before=before, after=after))

    assert words.link_words(found) == says


@pytest.mark.parametrize(("days", "linked"), [(-1, 0), (0, 1), (28, 1), (29, 0)])
def test_only_a_change_inside_the_window_is_linked(days, linked):
    assert (link(days, RAISED) is not None) is bool(linked)


def test_the_latest_change_wins():
    later = replace(RAISED, step_id="s2", changed_on=CHANGED + timedelta(days=5))

    assert link(6, RAISED, later).change.step_id == "s2"


def test_on_the_same_day_the_medicine_known_for_it_wins():
    known = replace(RAISED, step_id="s3", medicine_name="Z", is_known_for_it=True)

    assert link(6, RAISED, known).change.step_id == "s3"


def test_no_change_means_no_link():
    assert link(6) is None
