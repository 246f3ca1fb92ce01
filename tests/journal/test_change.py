"""The known-answer cases of clinical.md section 15 for change statistics."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import change
from journal.change import Scores

SCORE = st.integers(0, 27)


@pytest.mark.parametrize(
    ("baseline", "now", "percent", "response", "remission", "reliable"),
    [
        pytest.param(16, 8, "50.0", True, False, "improved", id="case-23"),
        pytest.param(16, 9, "43.8", False, False, "improved", id="case-24"),
        pytest.param(15, 7, "53.3", True, False, "improved", id="case-25"),
        pytest.param(9, 4, "55.6", True, True, "none", id="case-26"),
        pytest.param(20, 12, "40.0", False, False, "improved", id="case-28"),
        pytest.param(10, 16, "-60.0", False, False, "worsened", id="case-29"),
    ],
)
def test_phq9_change(baseline, now, percent, response, remission, reliable):
    assert change.improvement_percent(baseline, now) == Decimal(percent)
    assert change.response(baseline, now) is response
    assert change.remission_range("phq9", now) is remission
    assert change.reliable_change("phq9", baseline=baseline, now=now) == reliable


@pytest.mark.parametrize(("now", "says"), [(9, "none"), (8, "improved")])
def test_case_30_gad7(now, says):
    assert change.reliable_change("gad7", baseline=12, now=now) == says


@pytest.mark.parametrize(
    ("start", "end", "recovery", "improvement", "both", "worse"),
    [
        pytest.param((16, 13), (7, 6), True, True, True, False, id="case-32"),
        pytest.param((12, 9), (9, 7), True, False, False, False, id="case-33"),
        pytest.param((11, 6), (12, 9), False, False, False, False, id="case-34"),
    ],
)
def test_reliable_recovery(start, end, recovery, improvement, both, worse):
    first, last = Scores(*start), Scores(*end)

    assert change.recovery(first, last) is recovery
    assert change.reliable_improvement(first, last) is improvement
    assert change.reliable_recovery(first, last) is both
    assert change.reliable_deterioration(first, last) is worse


def test_one_better_and_one_worse_is_neither():
    first, last = Scores(20, 8), Scores(10, 14)

    assert not change.reliable_improvement(first, last)
    assert not change.reliable_deterioration(first, last)


def test_nothing_is_said_where_there_is_nothing_to_say():
    assert change.improvement_percent(0, 3) is None
    assert change.response(4, 0) is None
    assert change.remission_range("pcl5", 3) is None
    assert change.reliable_change("who5", baseline=1, now=9) is None
    assert change.clinically_meaningful("gad7", baseline=1, now=9) is None


@pytest.mark.parametrize(
    ("instrument", "now", "inside"),
    [("phq9", 4, True), ("phq9", 5, False), ("gad7", 4, True), ("gad7", 5, False)],
)
def test_the_remission_range_ends_below_5(instrument, now, inside):
    assert change.remission_range(instrument, now) is inside


@pytest.mark.parametrize(
    ("instrument", "points"), [("phq9", 6), ("gad7", 4), ("pcl5", 5)]
)
def test_a_reliable_change_starts_at_its_published_points(instrument, points):
    def says(now):
        return change.reliable_change(instrument, baseline=10, now=now)

    assert (says(10 - points), says(10 + points)) == ("improved", "worsened")
    assert (says(11 - points), says(9 + points)) == ("none", "none")


@pytest.mark.parametrize(("instrument", "points"), [("phq9", 5), ("pcl5", 10)])
def test_a_clinically_meaningful_change_goes_either_way(instrument, points):
    def says(now):
        return change.clinically_meaningful(instrument, baseline=20, now=now)

    assert says(20 - points)
    assert says(20 + points)
    assert not says(21 - points)


@pytest.mark.parametrize(
    ("phq9", "gad7", "says"),
    [(10, 0, True), (9, 0, False), (0, 8, True), (0, 7, False), (9, 7, False)],
)
def test_caseness_by_either_measure(phq9, gad7, says):
    assert change.caseness(Scores(phq9, gad7)) is says


@pytest.mark.parametrize(
    ("percent", "now", "says"), [(20, 16, True), (20, 17, False), (50, 10, True)]
)
def test_a_fall_in_percent_is_judged_exactly(percent, now, says):
    assert change.has_fallen_by(percent, baseline=20, now=now) is says


def test_response_needs_a_baseline_of_5():
    assert change.response(5, 2) is True
    assert change.response(5, 3) is False


@pytest.mark.parametrize(
    ("baseline", "now", "says"),
    [(20, 16, True), (20, 17, False), (20, 24, True), (0, 5, False)],
)
def test_a_noticeable_change_is_a_fifth_of_the_baseline(baseline, now, says):
    assert change.noticeable(baseline, now) is says


@pytest.mark.parametrize(
    ("baseline", "now", "says"),
    [(22, 11, True), (22, 12, False), (12, 9, True), (12, 10, False)],
)
def test_significant_improvement_of_collaborative_care(baseline, now, says):
    assert change.significant_improvement(baseline, now) is says


@given(SCORE, SCORE)
def test_response_agrees_with_the_shown_percent_wherever_rounding_cannot(baseline, now):
    if baseline < change.RESPONSE_FLOOR:
        return
    exact = 100 * (baseline - now) / baseline

    assert change.response(baseline, now) is (exact >= 50)
    assert change.has_fallen_by(50, baseline=baseline, now=now) is (exact >= 50)


@given(SCORE, SCORE)
def test_better_one_way_is_worse_the_other_way(baseline, now):
    forth = change.reliable_change("phq9", baseline=baseline, now=now)
    back = change.reliable_change("phq9", baseline=now, now=baseline)

    assert {forth, back} in ({"improved", "worsened"}, {"none"})
