"""A met sign makes one task, not one a day (V4, N13)."""

import datetime as dt

import pytest

from careplan.common.identity import acting_as, system
from careplan.plan.models import EarlySign
from careplan.review import watching
from careplan.team.models import Alert
from tests.review import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


@pytest.fixture
def team():
    team = made.cast()
    with acting_as(system("apply")):
        EarlySign(
            patient=team.patient, words="I stay in bed", tied_to="mood_below:3"
        ).save(force_insert=True)
    return team


def alerts(team):
    with made.as_user(team.ada):
        return list(Alert.objects.filter(ground__startswith="sign:"))


def test_a_met_sign_makes_one_task_and_names_nothing(team):
    made.entries(team.patient, range(5), mood=lambda _day: 2)
    assert watching.watch(now=made.NOW) == 1
    assert watching.watch(now=made.NOW + dt.timedelta(hours=1)) == 0
    (alert,) = alerts(team)
    assert alert.level == "routine"
    assert "bed" not in alert.label + alert.exact


def test_a_closed_task_does_not_come_back_the_next_day(team):
    made.entries(team.patient, range(5), mood=lambda _day: 2)
    watching.watch(now=made.NOW)
    with acting_as(system("escalate")):
        alert = Alert.objects.get()
        alert.state, alert.done_by, alert.done_at = "done", team.ada, made.NOW
        alert.save(update_fields=["state", "done_by", "done_at"])
    assert watching.watch(now=made.NOW + dt.timedelta(days=1)) == 0


def test_private_entries_and_too_few_days_meet_nothing(team):
    made.entries(team.patient, range(2), mood=lambda _day: 1)
    made.entries(team.patient, range(2, 7), mood=lambda _day: 1, private=True)
    assert watching.watch(now=made.NOW) == 0
    assert alerts(team) == []


def test_a_good_week_meets_nothing(team):
    made.entries(team.patient, range(7), mood=lambda _day: 5)
    assert watching.watch(now=made.NOW) == 0


def test_nights_are_read_as_hours_asleep(team):
    with acting_as(system("apply")):
        EarlySign(
            patient=team.patient, words="I hardly sleep", tied_to="sleep_below:6"
        ).save(force_insert=True)
    made.nights(team.patient, range(4), hours=5)
    assert watching.watch(now=made.NOW) == 1
