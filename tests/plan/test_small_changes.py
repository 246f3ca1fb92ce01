"""Staying, going back, when needed; a prescriber's forms, and "start now for safety"."""

from datetime import timedelta

import pytest

from careplan.plan.models import DoseStep, PlanVersion, Proposal
from careplan.plan.proposals import Change
from careplan.team import concerns
from patients import consents
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db
WORDS = {"words-why": "To be on the safe side.", "words-look_again_on": "2026-12-20"}


team = kept(c.cast, at=c.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


medicine = kept(c.on_sertraline, on=team, at=c.NOW)


def form(team, medicine, kind: str) -> str:
    return f"/c/people/{team.patient.pk}/propose/medicine/{medicine.pk}/{kind}/"


def sent(team, answer) -> Proposal:
    """Check the draft, send it, and let everybody agree."""
    assert answer.status_code == 302, answer.content.decode()
    ada = signed_in(team.ada)
    assert "What the record says" in page(ada, answer.url)
    done = ada.post(answer.url, {"send": "1"})
    assert done.status_code == 302, done.content.decode()
    with team.acting(team.ada):
        proposal = Proposal.objects.get(pk=done.url.split("/")[-2])
    return c.all_agree(team, proposal)


def test_when_needed_is_suggested_with_purpose_and_limit(team, medicine):
    """R1: purpose and daily limit; it stands on the plan once agreed."""
    ada, address = signed_in(team.ada), form(team, medicine, "as_needed")
    assert "At most in one day" in page(ada, address)
    given = {"purpose": "panic", "amount": "25", "at_most": "50", **WORDS}
    sent(team, ada.post(address, given))
    words = page(signed_in(team.maya), at(team, f"medicines/{medicine.pk}/"))
    assert "When needed: 25 mg for panic, at most 50 mg a day." in words


def test_more_than_the_label_allows_asks_for_a_reason(team, medicine):
    """R7: a prompt with its source; going on needs words, and they are kept."""
    ada, address = signed_in(team.ada), form(team, medicine, "as_needed")
    given = {"purpose": "panic", "amount": "25", "at_most": "900", **WORDS}
    asked = ada.post(address, given)
    assert asked.status_code == 422
    assert "label&#x27;s most" in asked.content.decode()
    kept = ada.post(address, {**given, "words-override_because": "In hospital."})
    assert kept.status_code == 302
    with team.acting(team.ada):
        assert Proposal.objects.get(state="draft").overrides[0]["because"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"purpose": ""}, "Write what it is needed for"),
        ({"at_most": "10"}, "The most for one day is less than one dose"),
        ({"amount": "0"}, "Enter how much at a time, more than 0"),
        ({"words-why": ""}, "Write why, in words the patient reads first"),
    ],
)
def test_each_blank_has_its_sentence(team, medicine, wrong, sentence):
    given = {"purpose": "panic", "amount": "25", "at_most": "50", **WORDS, **wrong}
    answer = signed_in(team.ada).post(form(team, medicine, "as_needed"), given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("who", ["maya", "sam"])
@pytest.mark.parametrize("kind", ["hold", "step_back", "as_needed"])
def test_nobody_but_a_prescriber(team, medicine, who, kind):
    """R9: 403 on every path."""
    client, address = signed_in(getattr(team, who)), form(team, medicine, kind)
    assert client.get(address).status_code == 403
    assert client.post(address, {"because": "x", **WORDS}).status_code == 403


def test_going_back_a_step_offers_only_doses_that_were_taken(
    team, medicine, time_machine
):
    """R5: back to 50 mg after 75 mg, agreed by everyone."""
    raised = c.new_dose(medicine, c.step("75", c.TODAY))
    c.all_agree(team, c.suggest(team, team.ada, raised, now=c.later(1)), c.later(1))
    time_machine.move_to(c.later(9), tick=False)
    ada, address = signed_in(team.ada), form(team, medicine, "step_back")
    asked = page(ada, address)
    assert "50 mg in the morning" in asked
    choice = asked.split('name="dose" value="')[1].split('"')[0]
    refused = ada.post(address, {"dose": "no such", "on": "2026-12-01", **WORDS})
    assert refused.status_code == 422
    on = (c.TODAY + timedelta(days=9)).isoformat()
    given = {"dose": choice, "on": on, **WORDS}
    now = {"words-start_now": "on", "words-safety_reason": "Too restless."}
    done = ada.post(address, {**given, **now})
    assert done.status_code == 302, done.content.decode()
    with team.acting(team.ada):
        step = DoseStep.objects.get(medication=medicine, state="current")
        assert step.amount == 50
        assert PlanVersion.objects.filter(kind="safety").exists()


def test_staying_here_for_safety_needs_a_reason(team, medicine):
    """Decisions 6."""
    ada, address = signed_in(team.ada), form(team, medicine, "hold")
    given = {"because": "Fever.", **WORDS, "words-start_now": "on"}
    refused = ada.post(address, given)
    assert "Write why this cannot wait" in refused.content.decode()
    done = ada.post(address, {**given, "words-safety_reason": "High fever today."})
    assert done.status_code == 302, done.content.decode()
    words = page(signed_in(team.maya), done.url)
    assert "Started for safety" in words
    assert "Stay at 50 mg of sertraline" in words


def test_a_concern_is_closed_by_the_version_that_answers_it(team, medicine):
    """N6: ?concern= on any form of the prescriber."""
    with team.acting(team.maya):
        consents.let_clinicians_talk(
            team.patient, granted=True, by=team.maya, now=c.NOW
        )
    with team.acting(team.sam):
        concern = concerns.raise_concern(
            patient=team.patient, by=team.sam, role="therapist", owner=team.ada,
            question="Is the step too fast?", now=c.NOW,
        )  # fmt: skip
    ada, address = signed_in(team.ada), form(team, medicine, "hold")
    answer = ada.post(f"{address}?concern={concern.pk}", {"because": "Yes.", **WORDS})
    proposal = sent(team, answer)
    with team.acting(team.sam):
        concern.refresh_from_db()
    assert concern.state == "closed_by_change"
    assert concern.closed_version == proposal.version.number


def test_a_strangers_concern_is_not_taken(team, medicine):
    """N6."""
    other = c.cast()
    with other.acting(other.maya):
        concern = concerns.raise_concern(
            patient=other.patient, by=other.maya, role="patient", owner=other.ada,
            question="Mine?", now=c.NOW,
        )  # fmt: skip
    ada, address = signed_in(team.ada), form(team, medicine, "hold")
    ada.post(f"{address}?concern={concern.pk}", {"because": "Yes.", **WORDS})
    with team.acting(team.ada):
        assert Proposal.objects.get(state="draft").concern_ref is None


def test_a_therapy_change_near_a_dose_step_is_pointed_out_and_goes_on(team, medicine):
    """N20: both clinicians are told, and neither is stopped."""
    values = {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7}
    plan = team.plan
    from careplan.plan import proposals

    with team.acting(team.sam) as by:
        draft = proposals.draft(
            plan, by=by, changes=[Change("therapy_start", values)],
            wording=c.wording(), base_number=plan.number, now=c.NOW,
        )  # fmt: skip
    check = f"/c/people/{team.patient.pk}/propose/{draft.pk}/check/"
    sam = signed_in(team.sam)
    assert "Sertraline has a dose step on 21 Nov, within 14 days." in page(sam, check)
    assert sam.post(check, {"send": "1"}).status_code == 302
