"""Asking, declining, disagreeing, going on, holding: through the pages (ux.md 6.4)."""

from datetime import timedelta

import pytest

from careplan.outbox.models import Message
from careplan.plan.models import DoseStep, Medication, Proposal
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, medicine_form, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


team = kept(c.cast, at=c.NOW)


sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.fixture
def here(team, sertraline) -> str:
    day = c.TODAY + timedelta(days=9)
    row = c.suggest(team, team.ada, c.new_dose(sertraline, c.step("75", day)))
    return at(team, f"proposals/{row.pk}/")


def state(team) -> str:
    with team.acting(team.maya):
        return Proposal.objects.exclude(medicine_key__startswith="new:").get().state


def test_the_card_names_exactly_the_people_asked(team, here):
    words = page(signed_in(team.maya), here)
    assert "Until you and Dr Ada Okafor agree, the plan stays as it is now." in words
    assert "Sam Lind" in words


def test_a_question_and_its_answer_stand_on_the_page(team, here):
    maya, ada = signed_in(team.maya), signed_in(team.ada)
    assert maya.post(f"{here}ask/", {"text": "Is it too soon?"}).status_code == 302
    assert state(team) == "question_open"
    assert "The clock stands still" in page(ada, here)
    address = page(ada, here).split('action="')[1].split('"')[0]
    ada.post(address, {"text": "You can wait a week."})
    assert state(team) == "proposed"
    assert "You can wait a week." in page(maya, here)


def test_declining_is_one_press_without_a_reason(team, here):
    maya = signed_in(team.maya)
    assert "You do not have to." in page(maya, f"{here}decline/")
    maya.post(f"{here}decline/", {"text": ""})
    assert state(team) == "declined"
    assert "The plan stays as it is." in page(maya, here)


def test_a_therapist_disagrees_in_words_and_the_prescriber_goes_on_with_a_reason(
    team, here
):
    sam, ada, maya = map(signed_in, (team.sam, team.ada, team.maya))
    assert sam.post(f"{here}disagree/", {"text": ""}).status_code == 422
    sam.post(f"{here}disagree/", {"text": "Too soon after the move."})
    read_hash = page(maya, f"{here}agree/").split('name="read_hash" value="')[1]
    maya.post(f"{here}agree/", {"read_hash": read_hash.split('"')[0]})
    assert state(team) == "proposed"
    assert "Too soon after the move." in page(maya, here)
    ada.post(f"{here}go-on/", {"text": "We spoke on the phone."})
    assert state(team) == "applied"
    assert "does not agree" in page(maya, at(team, "versions/2/"))


def test_only_the_patient_declines_and_only_those_asked_answer(team, here):
    assert signed_in(team.sam).post(f"{here}decline/", {"text": ""}).status_code == 403
    other = c.cast()
    assert signed_in(other.maya).get(here).status_code == 404


def test_the_patient_holds_and_only_the_prescriber_releases(team, sertraline, here):
    maya = signed_in(team.maya)
    for user in (team.sam, team.maya):
        with team.acting(user):
            row = Proposal.objects.exclude(medicine_key__startswith="new:").get()
        c.agree(team, user, row)
    address = at(team, f"medicines/{sertraline.pk}/")
    assert "Not now, hold at 50 mg" in page(maya, address)
    maya.post(f"{address}hold/")
    assert "Held at 50 mg" in page(maya, address)
    assert maya.post(f"{address}end-hold/").status_code == 403
    with team.acting(team.maya):
        assert DoseStep.objects.filter(state="held").exists()


def test_every_medicine_page_says_to_call_before_stopping(team, sertraline):
    """R9."""
    words = page(signed_in(team.maya), at(team, f"medicines/{sertraline.pk}/"))
    assert "Call your prescriber first" in words


def test_start_now_for_safety_from_the_form(team, sertraline):
    ada = signed_in(team.ada)
    given = medicine_form(
        team,
        sertraline,
        direction="stop",
        start_now="on",
        **{"step-0-amount": "0", "step-0-not_before": c.TODAY.isoformat()},
    )
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    assert ada.post(address, given).status_code == 422
    done = ada.post(address, {**given, "safety_reason": "A rash."})
    assert done.status_code == 302
    assert "It started at once" in page(signed_in(team.maya), done.url)
    with team.acting(team.maya):
        assert Medication.objects.get(pk=sertraline.pk).state == "stopped"


def test_the_notice_outside_reveals_nothing(team, here):
    """C1: one each for the patient and the therapist, without a clinical word."""
    with team.acting(team.maya):
        found = list(Message.objects.filter(kind="plan", recipient=team.maya))
    assert found
    for message in found:
        for word in ("ertraline", "mg", "Okafor", "dose", "plan", "therap"):
            assert word not in message.subject + message.body
