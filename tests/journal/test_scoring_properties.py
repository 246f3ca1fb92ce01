"""Scoring holds for any answers: none missing, none out of range (issue 3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import instruments, scoring
from journal.refusals import AnswerRefused

SUMMED = [
    row for row in instruments.all_instruments().values() if row.scoring.method == "sum"
]
ALL = list(instruments.all_instruments().values())


def offered(row, item):
    if item.type == "multi_choice":
        values = [option.value for option in row.options_of(item)]
        return st.lists(st.sampled_from(values), unique=True).map(tuple)
    if item.type == "choice":
        return st.sampled_from([option.value for option in row.options_of(item)])
    return st.integers(item.min, item.max)


@st.composite
def responses(draw, rows=ALL, gaps=True):
    row = draw(st.sampled_from(rows))
    answers = [
        draw(st.none() | offered(row, item) if gaps else offered(row, item))
        for item in row.items
    ]
    return row, answers


@given(responses())
def test_there_is_never_a_total_with_a_gap(response):
    row, answers = response
    found = scoring.score(row, answers)

    if None in answers:
        assert found.total is None
        assert found.band is None
        assert not found.is_complete
    assert len(found.missing) == answers.count(None)


@given(responses(SUMMED, gaps=False))
def test_a_complete_total_is_the_sum_and_lies_in_the_range_and_in_one_band(response):
    row, answers = response
    found = scoring.score(row, answers)
    low, high = row.range

    assert found.total == sum(answers)
    assert low <= found.total <= high
    holding = [band for band in row.bands if band.min <= found.total <= band.max]
    assert len(holding) == (1 if row.bands else 0)


@given(responses(SUMMED, gaps=False), st.data())
def test_a_higher_answer_never_lowers_the_total_or_closes_the_safety_flow(
    response, data
):
    row, answers = response
    place = data.draw(st.integers(0, len(answers) - 1))
    values = [option.value for option in row.options_of(row.items[place])]
    higher = data.draw(st.sampled_from([v for v in values if v >= answers[place]]))
    more = [*answers[:place], higher, *answers[place + 1 :]]

    before, after = scoring.score(row, answers), scoring.score(row, more)

    assert after.total >= before.total
    assert after.opens_safety_flow >= before.opens_safety_flow
    assert set(before.cutoffs) <= set(after.cutoffs)


@given(responses(), st.data())
def test_an_answer_that_is_not_offered_is_refused(response, data):
    row, answers = response
    place = data.draw(st.integers(0, len(answers) - 1))
    wrong = data.draw(
        st.sampled_from([-1, 99, True, False, "2", 1.5, ("nowhere",), [], {}])
    )
    spoilt = [*answers[:place], wrong, *answers[place + 1 :]]

    with pytest.raises(AnswerRefused):
        scoring.score(row, spoilt)


@given(responses(), st.integers(0, 40))
def test_too_few_or_too_many_answers_are_refused(response, count):
    row, _ = response
    if count == len(row.items):
        return

    with pytest.raises(AnswerRefused):
        scoring.score(row, [None] * count)


@given(responses())
def test_item_9_alone_decides_about_the_safety_flow(response):
    row, answers = response
    found = scoring.score(row, answers)

    if row.id == "phq9":
        assert found.opens_safety_flow is bool(answers[8])
    if not row.safety_items:
        assert found.opens_safety_flow is False
