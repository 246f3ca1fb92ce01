"""R7, N5, N20: what a prescriber is told, each with its basis, none of it a block."""

import pytest

from careplan.plan import therapies
from careplan.plan.models import Proposal, TherapyCourse
from tests.plan import cast as c
from tests.plan.test_plan_pages import medicine_form, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return c.cast()


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def form_page(team, medicine, **more) -> str:
    ada = signed_in(team.ada)
    given = medicine_form(team, medicine, **more)
    del given["check"]
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    answer = ada.post(
        address, {**given, "preview": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_size_and_tablets_are_arithmetic_with_their_basis(team):
    """R4, section 6."""
    medicine = c.on_sertraline(team)
    words = form_page(team, medicine)
    assert "Step 1: 50 mg to 75 mg, 50.0 %." in words
    assert "75 mg: 1 tablet of 50 mg and 1 tablet of 25 mg" in words
    assert "<html" not in words


def test_a_dose_no_tablet_makes_is_said_and_no_other_is_named(team):
    medicine = c.on_sertraline(team)
    words = form_page(team, medicine, **{"step-0-amount": "60"})
    assert "60 mg: no exact tablets" in words


def test_above_the_labels_most_asks_for_a_reason_and_keeps_it(team):
    """R7: the override reason is kept beside the suggestion."""
    medicine = c.on_sertraline(team)
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = medicine_form(team, medicine, **{"step-0-amount": "250"})
    assert ada.post(address, given).status_code == 422
    given["override_because"] = "Level was low; agreed with the ward."
    assert ada.post(address, given).status_code == 302
    with team.acting(team.ada):
        (kept,) = Proposal.objects.get(state="draft").overrides
    assert kept["rule"] == "over_maximum"
    assert kept["because"] == "Level was low; agreed with the ward."


def new_form(team, name, **more) -> dict:
    given = medicine_form(team, type("Row", (), {"pk": "new"}), **more)
    given.update(name=name, unit="mg", purpose="low mood", direction="")
    return given


def test_an_interaction_is_shown_with_its_source_to_the_prescriber(team):
    c.on_sertraline(team)
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    answer = ada.post(address, new_form(team, "Phenelzine"))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "(Sertraline)" in words
    assert "Write why you go on" in words


def lowering(**more) -> dict:
    return {
        "direction": "lower",
        "step-0-amount": "25",
        "hold_rule": "Sleep much worse.",
        "step_back_rule": "Daily life hard.",
        "watch_until": "2027-06-01",
        **more,
    }


def test_a_step_down_without_its_session_warns(team):
    """N5: the prescriber may go on."""
    medicine = c.on_sertraline(team)
    assert "No therapy session is planned" in form_page(team, medicine, **lowering())


def test_a_planned_session_near_the_step_quiets_the_warning(team):
    medicine = c.on_sertraline(team)
    change = c.Change(
        "therapy_start",
        {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7},
    )
    c.all_agree(team, c.suggest(team, team.sam, change))
    with team.acting(team.sam) as by:
        course = TherapyCourse.objects.get()
        therapies.plan_session(course, by=by, starts_at=c.later(12), now=c.NOW)
    words = form_page(team, medicine, **lowering())
    assert "No therapy session is planned" not in words
    assert "CBT changes within 14 days of the step" in words  # N20
