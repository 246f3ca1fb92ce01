"""T11: a worry about medicine has a kind, a way on and an outcome."""

import pytest

from careplan.common.identity import acting_as, person
from careplan.plan import therapies, visits
from careplan.plan.models import AgendaPoint, MedicineWorry, WorkedMark
from careplan.team.models import Concern
from patients import consents
from tests import factory
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def told(team, user) -> MedicineWorry:
    given = {"words": "Will I still be me?", "kind": "fear"}
    answer = signed_in(user).post(at(team, "worries/"), given)
    assert answer.status_code == 302, answer.content.decode()
    with team.acting(user):
        return MedicineWorry.objects.get()


@pytest.mark.parametrize("who", ["maya", "sam"])
def test_patient_or_therapist_tells_it_and_both_read_it(team, who):
    """T11: a type of its own."""
    told(team, getattr(team, who))
    for user in (team.maya, team.sam):
        words = page(signed_in(user), at(team, "worries/"))
        assert "Will I still be me?" in words
        assert "A fear" in words


def test_a_prescriber_tells_none_and_blank_words_are_refused(team):
    """T11."""
    given = {"words": "x", "kind": "fear"}
    assert signed_in(team.ada).post(at(team, "worries/"), given).status_code == 403
    blank = signed_in(team.maya).post(at(team, "worries/"), {"words": ""})
    assert blank.status_code == 422
    assert "Write what the worry is" in blank.content.decode()
    assert "Choose what kind of worry it is" in blank.content.decode()


def test_it_becomes_a_topic_of_therapy(team):
    """T11: on the list for the next session, by the patient's own act."""
    with team.acting(team.sam) as by:
        visits.plan_visit(team.patient, by=by, starts_at=c.later(3), now=c.NOW)
    row = told(team, team.maya)
    end = at(team, f"worries/{row.pk}/")
    assert "Will I still be me?" in page(signed_in(team.maya), end)
    signed_in(team.maya).post(end, {"outcome": "therapy", "words": ""})
    with team.acting(team.maya):
        row.refresh_from_db()
        assert (row.outcome, row.outcome_at) == ("therapy", c.NOW)
        assert AgendaPoint.objects.get().words == "Will I still be me?"


def test_it_becomes_a_question_to_the_prescriber(team):
    """T11, N6: the prescriber owns it; the page leads to it."""
    row = told(team, team.maya)
    end = at(team, f"worries/{row.pk}/")
    signed_in(team.maya).post(end, {"outcome": "concern", "words": ""})
    with team.acting(team.maya):
        row.refresh_from_db()
        concern = Concern.objects.get()
    assert concern.owner == team.ada
    assert row.concern_ref == concern.pk
    assert f"/concerns/{concern.pk}/" in page(
        signed_in(team.maya), at(team, "worries/")
    )


def test_a_therapist_asks_only_when_the_clinicians_may_talk(team):
    """T11, P9."""
    row = told(team, team.sam)
    end, sam = at(team, f"worries/{row.pk}/"), signed_in(team.sam)
    refused = sam.post(end, {"outcome": "concern", "words": "Is it the dose?"})
    assert refused.status_code == 422
    assert "Is it the dose?" in refused.content.decode()
    with team.acting(team.maya):
        consents.let_clinicians_talk(
            team.patient, granted=True, by=team.maya, now=c.NOW
        )
    done = sam.post(end, {"outcome": "concern", "words": "Is it the dose?"})
    assert done.status_code == 302
    with team.acting(team.sam):
        assert Concern.objects.get().question == "Is it the dose?"


def test_settled_needs_words_and_without_a_prescriber_nobody_can_be_asked():
    """T11."""
    team = c.cast(prescriber=False)
    row = told(team, team.maya)
    end, maya = at(team, f"worries/{row.pk}/"), signed_in(team.maya)
    assert maya.post(end, {"outcome": "settled"}).status_code == 422
    none = maya.post(end, {"outcome": "concern"})
    assert "no prescriber on the team" in none.content.decode()
    assert maya.post(end, {"outcome": "settled", "words": "I read."}).status_code == 302
    assert "Settled: I read." in page(maya, at(team, "worries/"))


def test_a_prescriber_reads_worries_and_marks_only_with_the_topic_of_therapy(team):
    """T11, T12: a worry of therapy is therapy's; asking the prescriber is another act."""
    with team.acting(team.maya) as by:
        therapies.tell_worry(
            patient_id=team.patient.pk, by=by, kind="fear", words="Will I be flat?",
            now=c.NOW,
        )  # fmt: skip
    other = factory.clinician("prescriber", "Dr New")
    factory.member(team.patient, other, topics=["plan", "medicines", "side_effects"])
    assert "Will I be flat?" in page(signed_in(team.ada), at(team, "worries/"))
    assert page(signed_in(other.user), at(team, "worries/"), 403)
    assert page(signed_in(other.user), at(team, "therapy/"), 403)
    with acting_as(person(other.user.pk, second_factor=True)):
        assert not MedicineWorry.objects.exists()
        assert not WorkedMark.objects.exists()
