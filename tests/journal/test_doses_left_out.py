"""N12, J31: several doses left out with a reason reach the prescriber, kindly."""

import datetime as dt

import pytest

from careplan.team.models import StoppingNotice
from journal import doses, entries
from journal.inputs import DoseInput
from tests.journal.made import NOW, TODAY, as_user, checkin, medicine
from tests.team.people import Three

pytestmark = pytest.mark.django_db


@pytest.fixture
def sertraline(three):
    return medicine(three.maya, three.ada)


@pytest.fixture
def three() -> Three:
    return Three()


def left_out(row, days_ago, answer="missed", reason="side_effects"):
    day = TODAY - dt.timedelta(days=days_ago)
    return DoseInput(
        day=day, medication_id=row.pk, slot="morning", answer=answer, reason=reason
    )


def answers(three, row, *given, is_private=False):
    with as_user(three.me):
        for dose in given:
            doses.answer(
                three.maya.pk, dose, is_private=is_private, today=TODAY, now=NOW
            )
        return [(n.source, n.medicine_label) for n in StoppingNotice.objects.all()]


def test_the_third_in_a_week_says_it_once(three, sertraline):
    two = [left_out(sertraline, 2), left_out(sertraline, 1, "chose_not", "")]
    assert answers(three, sertraline, *two) == []
    said = [("missed", "Sertraline")]
    assert answers(three, sertraline, left_out(sertraline, 0)) == said
    assert answers(three, sertraline, left_out(sertraline, 3)) == said
    with as_user(three.ada):
        assert StoppingNotice.objects.get().reasons == ["side_effects", "other"]


@pytest.mark.parametrize("reason", ["forgot", ""])
def test_a_dose_that_slipped_the_mind_says_nothing(three, sertraline, reason):
    given = [left_out(sertraline, n, reason=reason) for n in range(5)]
    assert answers(three, sertraline, *given) == []


def test_private_answers_never_count(three, sertraline):
    given = [left_out(sertraline, n) for n in range(5)]
    assert answers(three, sertraline, *given, is_private=True) == []


def test_the_same_number_over_a_month_says_nothing(three, sertraline):
    given = [left_out(sertraline, n) for n in (28, 18, 8, 0)]
    assert answers(three, sertraline, *given) == []


def test_a_check_in_says_it_too(three, sertraline):
    answers(three, sertraline, left_out(sertraline, 2), left_out(sertraline, 1))
    with as_user(three.me):
        entries.save_checkin(
            three.maya, checkin(doses=(left_out(sertraline, 0),)), by=three.me, now=NOW
        )
        assert StoppingNotice.objects.count() == 1
