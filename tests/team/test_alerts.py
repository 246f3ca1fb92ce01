"""S2, S6: an alert has one owner, is taken once, passes on, closes with a note."""

import datetime as dt

import pytest

from careplan.common.identity import acting_as, person
from careplan.team import alerts
from careplan.team.models import Alert
from tests import factory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 16, 58, tzinfo=dt.UTC)


def as_user(user):
    return acting_as(person(user.pk, second_factor=True))


@pytest.fixture
def team():
    maya = factory.patient()
    therapist = factory.clinician("therapist", "Sam Lind")
    prescriber = factory.clinician("prescriber", "Dr Ada Okafor")
    factory.member(maya, therapist)
    factory.member(maya, prescriber)
    return maya, therapist.user, prescriber.user


def raised(maya, **changes):
    words = {
        "level": "same_day",
        "ground": "measure:1:9",
        "label": "An answer about safety",
        "exact": "More than half the days",
    }
    with as_user(maya.user):
        return alerts.raise_alert(patient=maya, now=NOW, **{**words, **changes})


def test_an_alert_goes_to_both_clinicians_and_has_one_owner(team):
    maya, therapist, prescriber = team
    alert = raised(maya)
    assert alert.owner == prescriber
    for reader in (therapist, prescriber):
        with as_user(reader):
            assert Alert.objects.get().exact == "More than half the days"


def test_the_same_ground_is_raised_once_and_only_ever_rises(team):
    maya, *_ = team
    first = raised(maya)
    again = raised(maya, level="emergency")
    assert again.pk == first.pk
    assert again.level == "emergency"
    assert raised(maya, level="routine").level == "emergency"


def test_a_second_taker_is_told_who_was_first(team):
    maya, therapist, prescriber = team
    alert = raised(maya)
    with as_user(therapist):
        alerts.take(alert, by=therapist, now=NOW)
    with as_user(prescriber), pytest.raises(alerts.AlreadyTaken) as refused:
        alerts.take(alert, by=prescriber, now=NOW)
    assert str(refused.value) == "Sam Lind took this at 16:58."


def test_an_alert_closes_only_with_a_note(team):
    maya, therapist, _ = team
    alert = raised(maya)
    with as_user(therapist):
        with pytest.raises(alerts.NoteNeeded):
            alerts.resolve(alert, by=therapist, note="  ", now=NOW)
        assert alerts.resolve(alert, by=therapist, note="Rang her.", now=NOW).done_at


def test_an_alert_nobody_took_passes_to_the_next_person(team):
    maya, therapist, _prescriber = team
    alert = raised(maya)
    assert alerts.pass_on(now=NOW + dt.timedelta(hours=3)) == 0
    assert alerts.pass_on(now=NOW + dt.timedelta(hours=4)) == 1
    with as_user(therapist):
        assert Alert.objects.get(pk=alert.pk).owner == therapist


def test_nobody_is_told_without_consent_to_safety():
    maya = factory.patient()
    factory.member(maya, factory.clinician(), topics=["mood"])
    assert raised(maya) is None
