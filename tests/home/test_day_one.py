"""Mock-up 9, ux 7: Today on the first days offers three things and asks for none."""

from datetime import timedelta

import pytest

from tests import factory
from tests.plan import cast as c
from tests.plan.test_plan_pages import page, signed_in

pytestmark = pytest.mark.django_db
LINES = ("Say what you want", "Choose who sees what", "Add your people")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


def shown(user) -> list[str]:
    today = page(signed_in(user), "/today/")
    assert ("When you feel like it" in today) is any(line in today for line in LINES)
    return [line for line in LINES if line in today]


def test_somebody_new_is_offered_three_things_and_owes_none():
    maya = factory.patient("Maya Raman").user
    assert shown(maya) == list(LINES)
    assert "You do not have to do any of this today." in page(
        signed_in(maya), "/today/"
    )


def test_what_is_done_leaves_the_list():
    team = c.cast(prescriber=False)
    assert shown(team.maya) == ["Say what you want", "Add your people"]
    c.own(team, "goal", words="Work three full days", small_steps=[])
    assert shown(team.maya) == ["Add your people"]
    friend = {"kind": "person", "name": "Priya", "phone": "0123"}
    c.own(team, "safety_plan", lines={"signs": ["I go silent"]}, people=[friend])
    assert shown(team.maya) == []


def test_after_a_week_it_is_gone_whether_done_or_not(time_machine):
    maya = factory.patient("Maya Raman").user
    time_machine.move_to(c.NOW + timedelta(days=7), tick=False)
    assert shown(maya) == []
