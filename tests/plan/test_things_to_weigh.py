"""R7, N5, N20: what a prescriber is told, each with its basis, none of it a block."""

import pytest

from careplan.plan import therapies
from careplan.plan.models import Medication, Proposal, TherapyCourse
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import medicine_form, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


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


def test_size_and_tablets_are_arithmetic_with_their_basis(team, sertraline):
    """R4, section 6."""
    words = form_page(team, sertraline)
    assert "Step 1: 50 mg to 75 mg, 50.0 %." in words
    assert "75 mg: 1 tablet of 50 mg and 1 tablet of 25 mg" in words
    assert "<html" not in words


def test_a_dose_no_tablet_makes_is_said_and_no_other_is_named(team, sertraline):
    words = form_page(team, sertraline, **{"step-0-amount": "60"})
    assert "60 mg: no exact tablets" in words


def test_above_the_labels_most_asks_for_a_reason_and_keeps_it(team, sertraline):
    """R7: the override reason is kept beside the suggestion."""
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = medicine_form(team, sertraline, **{"step-0-amount": "250"})
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


def test_an_interaction_is_shown_with_its_source_to_the_prescriber(team, sertraline):
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


def test_a_step_down_without_its_session_warns(team, sertraline):
    """N5: the prescriber may go on."""
    with_therapy(team)
    assert "No therapy session is planned" in form_page(team, sertraline, **lowering())


def test_a_planned_session_near_the_step_quiets_the_warning(team, sertraline):
    course = with_therapy(team)
    with team.acting(team.sam) as by:
        therapies.plan_session(course, by=by, starts_at=c.later(12), now=c.NOW)
    words = form_page(team, sertraline, **lowering())
    assert "No therapy session is planned" not in words
    assert "CBT changes within 14 days of the step" in words  # N20


def with_therapy(team) -> TherapyCourse:
    change = c.Change(
        "therapy_start",
        {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7},
    )
    c.all_agree(team, c.suggest(team, team.sam, change))
    with team.acting(team.sam):
        return TherapyCourse.objects.get()


def test_going_on_without_a_session_needs_a_reason_that_is_signed(team, sertraline):
    """N5: the reason stands in the text that everyone agrees to."""
    with_therapy(team)
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = medicine_form(team, sertraline, **lowering())
    assert ada.post(address, given).status_code == 422
    given["override_because"] = "Sam is away; we meet in January."
    assert ada.post(address, given).status_code == 302
    with team.acting(team.ada):
        (change,) = Proposal.objects.get(state="draft").changes.all()
    assert "because: Sam is away; we meet in January." in change.record_sentence


def test_who_has_no_therapy_is_not_asked_why_no_session_is_planned(team, sertraline):
    words = form_page(team, sertraline, **lowering())
    assert "No therapy is in the plan while the dose goes down." in words
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = medicine_form(team, sertraline, **lowering())
    assert ada.post(address, given).status_code == 302


def test_a_day_in_parts_is_made_up_part_by_part(team, sertraline):
    """R4: 50 + 25 make 75 mg, and neither half of it."""
    twice = {"step-0-when": "morning+evening"}
    words = form_page(team, sertraline, strengths="25, 50, 100", **twice)
    assert "75 mg: no exact tablets" in words
    words = form_page(team, sertraline, strengths="25 half, 50", **twice)
    made = "1 tablet of 25 mg and half a tablet of 25 mg"
    assert f"75 mg: {made} in the morning and {made} in the evening" in words


def test_what_was_stopped_is_counted_up_to_the_day_of_the_first_dose(team):
    """Case 68: 13 days after sertraline is too soon for phenelzine, 14 are not."""
    medicine = c.on_sertraline(team)
    stop = c.Change(
        "stop",
        {"medication": str(medicine.pk), "because": "Done.", "on": c.TODAY.isoformat()},
    )
    c.all_agree(team, c.suggest(team, team.ada, stop))
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = new_form(team, "Phenelzine", **{"step-0-amount": "15"})
    for day, status in (("2026-12-04", 422), ("2026-12-05", 302)):
        answer = ada.post(address, {**given, "step-0-not_before": day})
        assert answer.status_code == status, day


def test_a_medicine_told_of_by_name_is_known_with_its_interactions(team):
    """R7, decisions 2: the patient wrote "Phenelzine 15 mg"; the form knows it."""
    c.own(team, "reported_medicine", name="Phenelzine 15 mg")
    with team.acting(team.maya):
        assert Medication.objects.get().catalogue_id == "phenelzine"
    ada = signed_in(team.ada)
    address = f"/c/people/{team.patient.pk}/propose/medicine/"
    given = new_form(team, "Sertraline")
    approach = {f"approach-{k}": v for k, v in c.APPROACH.values.items()}
    answer = ada.post(address, {**given, **approach})
    assert answer.status_code == 422
    assert "(Phenelzine" in answer.content.decode()


def test_names_are_offered_while_typing(team):
    """Issue 4: search as you type, without a script; free text stays free."""
    for user, address in (
        (team.ada, f"/c/people/{team.patient.pk}/propose/medicine/"),
        (team.maya, f"/p/{team.patient.pk}/plan/own/reported_medicine/"),
    ):
        words = signed_in(user).get(address).content.decode()
        assert 'list="id_name-names"' in words
        assert '<datalist id="id_name-names">' in words
        assert '<option value="Zoloft"></option>' in words


def test_a_day_that_has_passed_is_pointed_out(team, sertraline):
    words = form_page(team, sertraline, **{"step-0-not_before": "2026-11-02"})
    assert "Step 1 is dated 2 Nov, which has passed." in words
