"""The timeline beside a real plan: versions, phases, suggestions, a closed concern."""

from datetime import timedelta

import pytest

from careplan.team import concerns
from patients import consents
from patients.models import CareTeamMember
from patients.topics import Topic
from tests.kept import kept
from tests.plan import cast as plan
from tests.review.made import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(plan.NOW, tick=False)


team = kept(plan.cast, at=plan.NOW)
sertraline = kept(plan.on_sertraline, on=team, at=plan.NOW)


def page(user, team, rest="", status=200):
    response = signed_in(user).get(f"/p/{team.patient.pk}/timeline/{rest}")
    assert response.status_code == status
    return response.content.decode()


def test_agreed_and_suggested_versions_stand_side_by_side(team, sertraline):
    """N1: versions and planned doses; what is suggested is said to be so."""
    rise = plan.new_dose(sertraline, plan.step("75", plan.TODAY + timedelta(days=9)))
    plan.suggest(team, team.ada, rise)
    for user in (team.maya, team.sam, team.ada):
        words = page(user, team)
        assert "plan version 1 agreed" in words
        assert "plan version 2 suggested, not agreed yet" in words
        assert "Sertraline from 50 to 75 mg, suggested, not agreed yet" in words
    assert "suggested, not agreed yet" in page(team.maya, team, "table/")


def test_a_change_of_phase_is_a_band_and_stands_among_the_changes(team, sertraline):
    """L14 on N1."""
    change = plan.Change("phase", {"phase": "stabilise", "because": "The first weeks."})
    plan.all_agree(team, plan.suggest(team, team.ada, change))
    assert "Stabilise" in page(team.maya, team)


def asked(team):
    """Have the therapist ask something, the patient having let them talk."""
    with team.acting(team.maya):
        consents.let_clinicians_talk(
            team.patient, granted=True, by=team.maya, now=plan.NOW
        )
    with team.acting(team.sam):
        return concerns.raise_concern(
            patient=team.patient,
            by=team.sam,
            role="therapist",
            owner=team.ada,
            question="Too sleepy?",
            now=plan.NOW,
        )


def close(team, concern):
    with team.acting(team.ada):
        concerns.close(
            concern, version_number=1, by=team.ada, role="prescriber", now=plan.NOW
        )


def test_a_concern_leads_to_what_happened_since_its_change(team, sertraline):
    """N6: closed by a version, with the timeline asked about that version."""
    concern = asked(team)
    address = f"/p/{team.patient.pk}/concerns/{concern.pk}/since/"
    assert signed_in(team.maya).get(address).status_code == 404
    close(team, concern)
    response = signed_in(team.maya).get(address, follow=True)
    assert "What happened after plan version 1" in response.content.decode()


def test_a_closed_question_shows_what_happened_since_beside_it(team, sertraline):
    """N6, mock-up 14: the page takes the figure and its sentence; without scripts, a link."""
    concern = asked(team)
    close(team, concern)
    address = f"/p/{team.patient.pk}/concerns/{concern.pk}/since/"
    shown = f"/p/{team.patient.pk}/concerns/{concern.pk}/"
    assert f'hx-get="{address}"' in signed_in(team.maya).get(shown).content.decode()
    part = signed_in(team.maya).get(address, headers={"HX-Request": "true"})
    words = part.content.decode()
    assert "<svg" in words
    assert "Sertraline" in words
    assert "<html" not in words


def test_what_happened_since_is_kept_from_who_does_not_see_the_plan(team, sertraline):
    """N6: the figure goes by topics, as the timeline does."""
    concern = asked(team)
    close(team, concern)
    with team.acting(team.maya):
        member = CareTeamMember.objects.get(patient=team.patient, user=team.sam)
        kept = set(member.topics) - {Topic.PLAN}
        consents.share(member, topics=kept, by=team.maya, now=plan.NOW)
    address = f"/p/{team.patient.pk}/concerns/{concern.pk}/since/"
    part = signed_in(team.sam).get(address, headers={"HX-Request": "true"})
    assert (part.status_code, part.content) == (204, b"")
    page = signed_in(team.sam).get(address)
    assert page.url == f"/p/{team.patient.pk}/timeline/"
    assert "What happened after plan version" not in (
        signed_in(team.sam).get(page.url).content.decode()
    )
