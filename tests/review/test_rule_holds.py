"""R5: a met rule pauses the next step and asks the prescriber; it moves no dose."""

from datetime import timedelta

import pytest

from careplan.plan import medications
from careplan.plan.models import DoseStep, Hold
from careplan.review import rule_holds
from careplan.team.models import Alert
from tests.kept import kept
from tests.review import made
from tests.review.test_mixed_pages import check, page, taper

pytestmark = pytest.mark.django_db
NOW = made.NOW


team = kept(made.cast, at=made.NOW)


@pytest.fixture
def medicine(team):
    return taper(team, days=20)


def states(team) -> list[str]:
    with made.as_user(team.maya):
        rows = DoseStep.objects.order_by("order")
        return [row.state for row in rows if row.state not in ("past", "cancelled")]


def alerts(team) -> list[Alert]:
    with made.as_user(team.ada):
        return list(Alert.objects.filter(patient=team.patient))


@pytest.mark.parametrize(
    ("symptom", "life", "rule", "level"),
    [
        (2, 0, "hold", "routine"),  # case 95
        (3, 0, "step_back_review", "same_day"),  # case 96
        (0, 3, "step_back_review", "same_day"),
    ],
)
def test_an_answer_that_meets_the_rule_pauses_the_step_and_asks(
    team, medicine, symptom, life, rule, level
):
    check(team, 1, symptom, life=life)
    assert rule_holds.pause(now=NOW) == 1
    assert states(team)[0] == "current"
    assert set(states(team)[1:]) == {"held"}
    with made.as_user(team.ada):
        hold = Hold.objects.get(closed_at=None)
    assert (hold.rule, hold.opened_by) == (rule, None)
    assert hold.inputs["reasons"]
    (alert,) = alerts(team)
    assert (alert.level, alert.owner) == (level, team.ada)
    assert "your answers met a rule" in page(
        team.maya, f"/p/{team.patient.pk}/plan/medicines/{medicine.pk}/"
    )


def test_a_quiet_check_pauses_nothing(team, medicine):
    check(team, 1, 1)
    assert rule_holds.pause(now=NOW) == 0
    assert "held" not in states(team)
    assert alerts(team) == []


def test_no_check_and_an_early_step_pause_nothing(team):
    taper(team, days=3)
    assert rule_holds.pause(now=NOW) == 0
    assert "held" not in states(team)


def test_what_the_prescriber_looked_at_pauses_no_second_time(team, medicine):
    check(team, 1, 2)
    rule_holds.pause(now=NOW)
    assert rule_holds.pause(now=NOW + timedelta(minutes=5)) == 0
    with made.as_user(team.ada):
        by = medications.By(team.ada, "prescriber")
        medications.end_hold(medicine, by=by, because="We talked.", now=NOW)
    assert rule_holds.pause(now=NOW + timedelta(minutes=10)) == 0
    assert len(alerts(team)) == 1


def test_a_private_check_pauses_nothing(team, medicine):
    row = check(team, 1, 3)
    with made.as_user(team.maya):
        type(row).objects.filter(pk=row.pk).update(is_private=True)
    assert rule_holds.pause(now=NOW) == 0
