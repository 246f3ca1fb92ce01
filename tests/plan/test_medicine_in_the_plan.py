"""What the plan says of a medicine: how it is given, its steps, its rules (R1-R5)."""

import re
from datetime import timedelta

import pytest

from careplan.plan.models import (
    DoseStep,
    Medication,
    PlanVersionSection,
    Proposal,
)
from careplan.plan.proposals import Change
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, medicine_form, page, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


def test_a_medicine_says_how_it_is_given_and_how_often(team):
    """R1: dose as Decimal and unit, route, frequency, purpose, prescriber."""
    ada = signed_in(team.ada)
    given = medicine_form(team, type("Row", (), {"pk": "new"})) | {
        "name": "Flupentixol depot", "purpose": "hearing voices", "direction": "",
        "route": "as an injection", "taken_every": "14", "step-0-amount": "40",
        "approach-choice": "medicine", "approach-benefits": "Fewer voices.",
        "approach-risks": "Stiffness.", "approach-patient_words": "I want quiet.",
        "approach-because": "It helped before.",
    }  # fmt: skip
    check = ada.post(f"/c/people/{team.patient.pk}/propose/medicine/", given)
    assert check.status_code == 302, check.content.decode()
    sent = ada.post(check.url, {"send": "1"})
    assert "every 14 days" in page(signed_in(team.maya), sent.url)
    with team.acting(team.ada):
        asked = Proposal.objects.get(state="proposed")
    c.all_agree(team, asked)
    with team.acting(team.maya):
        row = Medication.objects.get()
        step = DoseStep.objects.get()
        said = PlanVersionSection.objects.get(topic="medicines").content
    assert (row.route, row.purpose, row.prescriber) == (
        "as an injection", "hearing voices", team.ada,
    )  # fmt: skip
    assert (str(step.amount.normalize()), step.unit, step.every_days) == (
        "4E+1",
        "mg",
        14,
    )
    assert "every 14 days" in said
    assert "as an injection" in said


def test_a_new_dose_keeps_how_often_it_is_taken(team, sertraline):
    """R1: raising an injection of every 14 days does not make it one a day."""
    change = c.new_dose(sertraline, {**c.step("75", c.TODAY), "every_days": 14})
    c.all_agree(team, c.suggest(team, team.ada, change))
    ada = signed_in(team.ada)
    given = medicine_form(team, sertraline) | {"step-0-amount": "100"}
    check = ada.post(f"/c/people/{team.patient.pk}/propose/medicine/", given)
    assert check.status_code == 302, check.content.decode()
    assert "every 14 days" in page(ada, check.url)
    draft = check.url.split("/")[-3]
    again = page(ada, f"/c/people/{team.patient.pk}/propose/medicine/?draft={draft}")
    (box,) = re.findall(r'<input[^>]*name="taken_every"[^>]*>', again)
    assert 'value="14"' in box


def test_patient_and_therapist_see_the_next_step_before_it_starts(team, sertraline):
    """R2: dated, entered by the prescriber, in sight of the other two."""
    days = c.TODAY + timedelta(days=9), c.TODAY + timedelta(days=23)
    steps = c.step("75", days[0]), c.step("100", days[1])
    c.all_agree(team, c.suggest(team, team.ada, c.new_dose(sertraline, *steps)))
    for user in (team.maya, team.sam):
        client = signed_in(user)
        assert "Next: 75 mg in the morning, not before 30 Nov" in page(client, at(team))
        medicine = page(client, at(team, f"medicines/{sertraline.pk}/"))
        assert "Not before 30 Nov" in medicine
        assert "Not before 14 Dec" in medicine


def taper(row) -> Change:
    return c.new_dose(
        row, c.step("25", c.TODAY + timedelta(days=9)), kind="taper",
        hold_rule="We wait when sleep is much worse.",
        step_back_rule="We go back when daily life is hard.",
        watch_until="2027-06-01", min_interval_days=14, faster_because="",
    )  # fmt: skip


def test_the_rules_of_a_taper_are_part_of_the_text_that_is_signed(team, sertraline):
    """R5, N4: hold, step back, watch until: one signed object with the steps."""
    c.all_agree(team, c.suggest(team, team.ada, taper(sertraline)))
    with team.acting(team.maya):
        newest = PlanVersionSection.objects.filter(topic="medicines")
        said = newest.order_by("-version__number").first().content
    for words in (
        "We wait when sleep is much worse.", "We go back when daily life is hard.",
        "25 mg", "1 June 2027",
    ):  # fmt: skip
        assert words in said


def test_filled_rows_are_marked_as_arithmetic(team, sertraline):
    """R3: not advice, not a prescription; nothing is chosen beforehand."""
    words = page(signed_in(team.ada), f"/c/people/{team.patient.pk}/propose/medicine/")
    assert "This is arithmetic, not advice. This is not a prescription." in words
    assert not re.search(r'name="(shape|direction)"[^>]*checked', words)
