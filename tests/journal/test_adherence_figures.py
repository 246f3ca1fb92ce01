"""Doses taken of planned: cases 62-66, and "no record" apart from "not taken"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.adherence import Adherence, Outcome, adherence
from journal.models import DoseAnswer


@pytest.mark.parametrize(
    ("taken", "planned", "percent", "talk"),
    [
        pytest.param(7, 7, 100, False, id="case-62"),
        pytest.param(6, 7, 86, False, id="case-63"),
        pytest.param(5, 7, 71, True, id="case-64"),
        pytest.param(4, 5, 80, False, id="case-65"),
        pytest.param(27, 28, 96, False, id="case-66"),
    ],
)
def test_percent_taken(taken, planned, percent, talk):
    found = Adherence(planned=planned, taken=taken)

    assert (found.percent, found.talk_about_it) == (percent, talk)


def test_no_record_stands_apart_from_not_taken():
    answers = [
        *(Outcome.TAKEN, Outcome.LATE, Outcome.PARTLY),
        *(Outcome.MISSED, Outcome.CHOSE_NOT, Outcome.EXTRA),
        *(None, None),
    ]

    found = adherence(answers)

    assert (found.planned, found.taken, found.partly) == (7, 2, 1)
    assert (found.not_taken, found.no_record) == (2, 2)
    assert (found.percent, found.percent_of_recorded) == (29, 40)


def test_nothing_planned_has_no_percent_and_nothing_to_talk_about():
    found = adherence([])

    assert found.percent is None
    assert not found.talk_about_it


@pytest.mark.parametrize("counts", [(1, 2), (-1, 0), (1, -1)])
def test_more_taken_than_planned_is_refused(counts):
    with pytest.raises(ValueError, match="planned doses"):
        Adherence(planned=counts[0], taken=counts[1])


@given(st.lists(st.none() | st.sampled_from(list(Outcome))))
def test_every_planned_dose_is_counted_once(answers):
    found = adherence(answers)

    assert found.planned == len([a for a in answers if a is not Outcome.EXTRA])
    assert found.recorded + found.no_record == found.planned
    assert found.percent is None or 0 <= found.percent <= 100


def test_the_outcomes_are_those_a_dose_answer_stores():
    assert [outcome.value for outcome in Outcome] == DoseAnswer.Answer.values
