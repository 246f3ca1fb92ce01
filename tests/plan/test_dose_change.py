"""The main job (issue 2, step 4): a dose change from suggestion to signed version."""

from datetime import date

import pytest

from careplan.common.identity import acting_as, system
from careplan.plan import medications, versions
from careplan.plan.models import DoseStep, PlanVersion, Proposal, Signature
from careplan.team.models import HeadsUp
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db
NOV_30 = date(2026, 11, 30)


team = kept(c.cast, at=c.NOW)


sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


def suggested(team, sertraline) -> Proposal:
    return c.suggest(
        team, team.ada, c.new_dose(sertraline, c.step("75", NOV_30)), reply_by=c.TODAY
    )


def test_nothing_changes_until_everyone_asked_has_agreed(team, sertraline):
    proposal = suggested(team, sertraline)
    proposal = c.agree(team, team.sam, proposal)
    assert proposal.state == Proposal.State.PROPOSED
    assert team.plan.number == 1
    proposal = c.agree(team, team.maya, proposal)
    assert proposal.state == Proposal.State.APPLIED
    assert team.plan.number == 2


def test_the_version_is_signed_by_all_three_over_its_hash(team, sertraline):
    """N8, L11: three distinct people stand beside exactly this text."""
    proposal = c.all_agree(team, suggested(team, sertraline))
    with team.acting(team.maya):
        version = PlanVersion.objects.get(number=2)
        signed = Signature.objects.filter(version=version, kind="agreed")
        assert {s.user for s in signed} == {team.maya, team.sam, team.ada}
        assert {s.hash for s in signed} == {version.hash}
        assert proposal.version == version
        assert versions.faults(team.plan) == ()


def test_the_therapist_has_the_heads_up_from_the_same_commit(team, sertraline):
    """N7: changed, expect X until Y, please watch Z."""
    c.all_agree(team, suggested(team, sertraline))
    with team.acting(team.sam):
        news = HeadsUp.objects.get(version_number=2)
    assert news.label == "Sertraline from 50 mg to 75 mg"
    assert news.until == date(2026, 12, 28)


def test_no_step_becomes_current_by_date_alone(team, sertraline):
    """R2: the dose changes on its local day, and only after it was released."""
    c.all_agree(team, suggested(team, sertraline))
    medications.start_released_steps(c.later(8))
    assert dose(team) == 50
    medications.start_released_steps(c.later(9))
    assert dose(team) == 75


def test_later_steps_wait_for_the_prescriber_whatever_the_date(team, sertraline):
    change = c.new_dose(
        sertraline, c.step("75", NOV_30), c.step("100", date(2026, 12, 14))
    )
    c.all_agree(team, c.suggest(team, team.ada, change))
    medications.start_released_steps(c.later(9))
    medications.start_released_steps(c.later(60))
    assert dose(team) == 75
    with team.acting(team.ada) as by:
        waiting = DoseStep.objects.get(state="planned")
        medications.release(waiting, by=by, now=c.later(60))
    assert dose(team) == 100
    with team.acting(team.sam):
        labels = {row.label for row in HeadsUp.objects.all()}
    assert "Sertraline: 100 mg from 14 Dec" in labels  # N7: this step too


def dose(team) -> int:
    with team.acting(team.maya):
        return int(DoseStep.objects.get(state="current").amount)


def test_what_changed_is_said_in_words(team, sertraline):
    """L10: from what was signed, not from the tables of today."""
    c.all_agree(team, suggested(team, sertraline))
    with team.acting(team.maya):
        first, second = PlanVersion.objects.order_by("number")
        changes = {
            change.name: change for change in versions.what_changed(first, second)
        }
    (fact,) = changes["Sertraline"].facts
    assert (fact.label, fact.before) == ("Next", "")
    assert fact.after == "75 mg in the morning, not before Monday 30 November 2026"


def test_a_step_whose_day_has_come_starts_when_it_is_agreed(team, sertraline):
    change = c.new_dose(sertraline, c.step("75", c.TODAY))
    c.all_agree(team, c.suggest(team, team.ada, change))
    assert dose(team) == 75
    with acting_as(system("apply")):
        assert DoseStep.objects.get(state="past").ended_on == c.TODAY
