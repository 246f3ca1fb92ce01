"""A draft is its writer's: written on as it was typed, the old one put away."""

import pytest

from careplan.plan.models import Proposal
from tests.plan import cast as c
from tests.plan.test_plan_pages import medicine_form, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return c.cast()


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def test_a_medicine_draft_opens_again_as_it_was_typed(team):
    """L15: nothing typed is lost between the check and the form."""
    row = c.on_sertraline(team)
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    checked = ada.post(form, medicine_form(team, row)).url
    first = checked.split("/")[-3]
    again = f"{form}?draft={first}"
    assert f'href="{again}"' in page(ada, checked)
    words = page(ada, again)
    for typed in ('value="75"', 'value="2026-11-30"', "So that you can feel better."):
        assert typed in words
    changed = ada.post(again, medicine_form(team, row, why="In other words."))
    assert changed.status_code == 302
    with team.acting(team.ada):
        assert Proposal.objects.get(pk=first).state == "withdrawn"
        assert Proposal.objects.get(state="draft").why == "In other words."


def test_another_clinicians_draft_does_not_open(team):
    row = c.on_sertraline(team)
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    first = ada.post(form, medicine_form(team, row)).url.split("/")[-3]
    suggest = f"/c/people/{team.patient.pk}/propose/goal/?draft={first}"
    assert "So that you can feel better." not in page(signed_in(team.sam), suggest)


def test_a_smaller_draft_opens_again(team):
    row = c.on_sertraline(team)
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/{row.pk}/as_needed/"
    given = {
        "purpose": "panic", "amount": "25", "at_most": "50",
        "words-why": "For bad days.", "words-look_again_on": "2026-12-20",
    }  # fmt: skip
    first = ada.post(form, given).url.split("/")[-3]
    words = page(ada, f"{form}?draft={first}")
    for typed in ('value="panic"', 'value="50"', "For bad days."):
        assert typed in words
