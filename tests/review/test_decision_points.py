"""Decision points at the weeks of V2: cases 37-55 of clinical.md section 15 (N11)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.review import decision_points
from careplan.review.decision_points import Output, Point, Situation
from journal.adherence import Adherence


def at(day, scores=None, burden=None, adherence=None, **more):
    baseline, now = scores or (None, None)
    doses = None if adherence is None else Adherence(planned=100, taken=adherence)
    if adherence is not None and adherence < 100:
        doses = Adherence(planned=100, taken=adherence, not_taken=100 - adherence)
    return Situation(
        day=day, baseline=baseline, now=now, burden=burden, adherence=doses, **more
    )


CASES = [
    pytest.param(at(14, (18, 17), 1, 100), "CONTINUE", id="case-37"),
    pytest.param(at(28, (20, 17), 2, 90), "REVIEW_PLAN", id="case-38"),
    pytest.param(at(28, (20, 16), 2, 90), "CONTINUE", id="case-39"),
    pytest.param(at(28, (20, 17), 3, 90), "ADDRESS_SIDE_EFFECTS", id="case-40"),
    pytest.param(at(28, (20, 8), 5, 100), "REVIEW_TOLERABILITY", id="case-41"),
    pytest.param(at(42, (18, 10), 0, 71), "ADHERENCE_FIRST", id="case-42"),
    pytest.param(at(42, (18, 9), 0, 100), "CONTINUE", id="case-44"),
    pytest.param(
        at(63, (18, 12), 1, 95, days_on_adequate_dose=28), "CASE_REVIEW", id="case-46"
    ),
    pytest.param(at(84, (18, 4), 1, 95), "RELAPSE_PREVENTION", id="case-47"),
    pytest.param(at(84, (18, 5), 1, 95), "CASE_REVIEW", id="row-16-at-5"),
    pytest.param(at(42), "MEASURE_DUE", id="case-49"),
    pytest.param(at(63, (18, 12), medicine_active=False), "CASE_REVIEW", id="case-50"),
    pytest.param(at(42, (18, 9), safety_flag_open=True), "SAFETY_FIRST", id="case-51"),
    pytest.param(at(34, (18, 15), 0, 100), "REVIEW_PLAN", id="case-54"),
    pytest.param(at(9), "NO_DECISION_POINT", id="case-55"),
    pytest.param(at(42, (18, 10), 0, 100), "REVIEW_PLAN_AND_THERAPY", id="row-12"),
    pytest.param(at(63, (18, 9), 0, 100), "CONTINUE", id="row-13"),
    pytest.param(at(63, (18, 12), 0, 100), "REVIEW_PLAN", id="row-15"),
    pytest.param(at(84, (18, 9), 0, 100), "CASE_REVIEW", id="row-16"),
    pytest.param(at(28, (12, 14), 0, 100, best=8), "CASE_REVIEW", id="row-8"),
    pytest.param(
        at(9, antidepressant_active=True, high_mood_positive=True),
        "PRESCRIBER_REVIEW_HIGH_MOOD",
        id="row-2",
    ),
]


@pytest.mark.parametrize(("situation", "output"), CASES)
def test_decision_table(situation, output):
    assert decision_points.find(situation).output == output


@pytest.mark.parametrize(("situation", "output"), CASES)
def test_every_finding_shows_its_rule_inputs_and_source(situation, output):
    found = decision_points.find(situation)

    assert found.rule
    assert found.source
    assert found.inputs[0].value == str(situation.day)


@pytest.mark.parametrize(
    ("situation", "row"),
    [
        (at(42, safety_flag_open=True), 1),
        (at(9, antidepressant_active=True, high_mood_positive=True), 2),
        (at(9, antidepressant_active=True), 3),
        (at(9, high_mood_positive=True), 3),
        (at(42, (18, None), 0, 100), 4),
        (at(42, (None, 9), 0, 100), 4),
        (at(42, (18, 9), None, 100), 4),
        (at(42, (18, 9), 0), 4),
        (at(42, (18, 9), 5, 100), 5),
        (at(42, (18, 9), 6, 100), 5),
        (at(42, (18, 9), 3, 100), 6),
        (at(42, (18, 9), 4, 100), 6),
        (at(42, (18, 9), 2, 79), 7),
        (at(42, (18, 9), 2, 80), 12),
        (at(42, (12, 14), 0, 100, best=8), 8),
        (at(42, (12, 13), 0, 100, best=8), 12),
        (at(42, (12, 18), 0, 100), 8),
        (at(42, (18, 4), 0, 100), 9),
        (at(63, (18, 4), 0, 100), 9),
        (at(14, (18, 4), 0, 100), 10),
        (at(28, (20, 16), 0, 100), 11),
        (at(28, (20, 17), 0, 100), 11),
        (at(42, (18, 10), 0, 100), 12),
        (at(63, (18, 9), 0, 100), 13),
        (at(63, (18, 10), 0, 100, days_on_adequate_dose=28), 14),
        (at(63, (18, 10), 0, 100, days_on_adequate_dose=27), 15),
        (at(84, (18, 5), 0, 100), 16),
    ],
)
def test_the_row_that_is_named_is_the_one_of_the_clinical_table(situation, row):
    assert decision_points.find(situation).row == row


@pytest.mark.parametrize(
    ("day", "point"),
    [
        *((9, None), (10, "DP2"), (20, "DP2"), (21, "DP4"), (34, "DP4")),
        *((35, "DP6"), (55, "DP6"), (56, "DP9"), (76, "DP9")),
        *((77, "DP12"), (112, "DP12"), (113, None), (-1, None)),
    ],
)
def test_windows(day, point):
    assert decision_points.point_on(day) == point


def test_doses_without_any_record_are_missing_and_not_low():
    nothing = replace(at(42, (18, 9), 0), adherence=Adherence(planned=42, taken=0))

    assert decision_points.find(nothing).output is Output.MEASURE_DUE


situations = st.builds(
    Situation,
    day=st.integers(-5, 200),
    baseline=st.none() | st.integers(0, 27),
    now=st.none() | st.integers(0, 27),
    best=st.none() | st.integers(0, 27),
    medicine_active=st.booleans(),
    antidepressant_active=st.booleans(),
    burden=st.none() | st.integers(0, 6),
    adherence=st.none()
    | st.integers(0, 28).map(lambda taken: Adherence(planned=28, taken=taken)),
    days_on_adequate_dose=st.none() | st.integers(0, 90),
    safety_flag_open=st.booleans(),
    high_mood_positive=st.booleans(),
)


@given(situations)
def test_there_is_always_one_finding_and_safety_comes_first(situation):
    found = decision_points.find(situation)

    if situation.safety_flag_open:
        assert found.output is Output.SAFETY_FIRST
    if found.row > 3:
        assert found.point in list(Point)
    if found.row > 4:
        assert situation.now is not None


@given(situations, st.integers(0, 27))
def test_a_higher_score_never_turns_a_review_into_continue(situation, more):
    if situation.now is None or situation.now + more > 27:
        return
    before = decision_points.find(situation)
    after = decision_points.find(replace(situation, now=situation.now + more))

    reviews = {Output.CASE_REVIEW, Output.REVIEW_PLAN, Output.REVIEW_PLAN_AND_THERAPY}
    if before.output in reviews:
        assert after.output in reviews
