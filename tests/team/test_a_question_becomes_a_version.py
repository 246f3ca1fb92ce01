"""N6, W4: from a question to a signed version of the plan, in three people's hands."""

import pytest

from careplan.team import concerns
from careplan.team.models import Concern
from patients import consents
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import medicine_form, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def who_may_talk():
    found = c.cast()
    with found.acting(found.maya):
        consents.let_clinicians_talk(
            found.patient, granted=True, by=found.maya, now=c.NOW
        )
    return found


team = kept(who_may_talk, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


def asked(team) -> Concern:
    with team.acting(team.sam) as by:
        return concerns.raise_concern(
            patient=team.patient,
            by=by.user,
            role=by.role,
            owner=team.ada,
            question="Too sleepy before 10. Could it be the dose?",
            now=c.NOW,
        )


def suggested_from(team, sertraline, concern) -> str:
    """Follow the link on the question, fill the form, send; give its address."""
    ada = signed_in(team.ada)
    here = f"/p/{team.patient.pk}/concerns/{concern.pk}/"
    form = f"/c/people/{team.patient.pk}/propose/medicine/?concern={concern.pk}"
    assert f'href="{form}"' in page(ada, here)
    answer = ada.post(form, medicine_form(team, sertraline))
    return ada.post(answer.url, {"send": "1"}).url


def agree(team, user, proposal: str) -> None:
    client = signed_in(user)
    check = page(client, f"{proposal}agree/")
    read_hash = check.split('name="read_hash" value="')[1].split('"')[0]
    assert client.post(f"{proposal}agree/", {"read_hash": read_hash}).status_code == 302


def test_the_version_that_answers_it_closes_it(team, sertraline):
    concern = asked(team)
    proposal = suggested_from(team, sertraline, concern)
    here = f"/p/{team.patient.pk}/concerns/{concern.pk}/"
    assert "Dr Ada Okafor suggested a change" in page(signed_in(team.maya), here)
    agree(team, team.sam, proposal)
    agree(team, team.maya, proposal)
    assert "You agreed to the change" in page(signed_in(team.maya), here)
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), here)
        assert words.count("agreed to the change") == 2
        assert "Closed by plan version 2" in words
        assert f'href="/p/{team.patient.pk}/plan/versions/2/"' in words
    assert "Your plan changed on 21 November" in page(signed_in(team.maya), here)


def test_consent_taken_back_in_the_middle_hides_it_and_the_plan_still_stands(
    team, sertraline
):
    """Given, then ended: the suggestion lives on, the question is the patient's alone."""
    concern = asked(team)
    proposal = suggested_from(team, sertraline, concern)
    with team.acting(team.maya):
        consents.let_clinicians_talk(
            team.patient, granted=False, by=team.maya, now=c.NOW
        )
    here = f"/p/{team.patient.pk}/concerns/{concern.pk}/"
    for user in (team.sam, team.ada):
        page(signed_in(user), here, 404)
    agree(team, team.sam, proposal)
    agree(team, team.maya, proposal)
    assert "Too sleepy before 10" in page(signed_in(team.maya), here)


@pytest.mark.parametrize("ref", ["x", "'; --", "00000000-0000-4000-8000-000000000000"])
def test_a_reference_to_no_question_of_this_record_is_left_out(team, sertraline, ref):
    form = f"/c/people/{team.patient.pk}/propose/medicine/?concern={ref}"
    answer = signed_in(team.ada).post(form, medicine_form(team, sertraline))
    assert answer.status_code == 302
