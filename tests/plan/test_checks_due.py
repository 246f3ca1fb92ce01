"""N14, R8: checks follow from the medicine, by a sourced table; due, done, due again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from careplan.plan import checks_due, errors
from careplan.plan.models import LabResult, MonitoringItem
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.fixture
def lithium(team):
    change = c.start("400", name="Lithium", catalogue_id="lithium", strengths=[])
    c.all_agree(team, c.suggest(team, team.ada, c.APPROACH, change))


def items(team) -> list[MonitoringItem]:
    with team.acting(team.ada):
        return list(MonitoringItem.objects.order_by("due_on"))


def test_starting_a_medicine_writes_its_calendar_with_sources(team, lithium):
    found = items(team)
    assert found
    assert all(item.source for item in found)
    assert any(item.rule_id.startswith("m_li") for item in found)


def test_only_the_prescriber_marks_one_done_and_the_next_is_written(team, lithium):
    first, before = items(team)[0], len(items(team))
    with team.acting(team.sam) as by, pytest.raises(errors.OnlyPrescriber):
        checks_due.mark_done(first, by=by, on=c.TODAY, today=c.TODAY, now=c.NOW)
    with team.acting(team.ada) as by:
        checks_due.mark_done(first, by=by, on=c.TODAY, today=c.TODAY, now=c.NOW)
    after = items(team)
    assert len([item for item in after if item.done_on]) == 1
    assert len(after) >= before


def test_the_therapist_sees_that_it_is_due_and_never_the_result(team, lithium):
    item = items(team)[0]
    with team.acting(team.ada) as by:
        checks_due.enter_result(
            item, by=by, kind="level", value=Decimal("0.6"), unit="mmol/L", on=c.TODAY
        )
    with team.acting(team.sam):
        assert MonitoringItem.objects.exists()
        assert not LabResult.objects.exists()
    with team.acting(team.maya):
        assert LabResult.objects.exists()


def test_overdue_checks_say_so(team, lithium, time_machine):
    time_machine.move_to(c.later(400), tick=False)
    assert "Overdue" in page(signed_in(team.sam), at(team, "history/"))


def test_stopping_takes_open_checks_off_the_calendar(team, lithium):
    with team.acting(team.ada):
        from careplan.plan.models import Medication

        row = Medication.objects.get(name="Lithium")
    stop = c.Change(
        "stop",
        {"medication": str(row.pk), "because": "done", "on": c.TODAY.isoformat()},
    )
    c.all_agree(team, c.suggest(team, team.ada, stop))
    assert all(item.cancelled_at for item in items(team))


def test_an_antidepressant_gets_its_early_review(team):
    """Case 61: within two weeks for everyone else; 25 or under at one week."""
    with team.acting(team.maya):
        team.patient.birth_date = date(2000, 1, 1)
        team.patient.save(update_fields=["birth_date"])
    c.on_sertraline(team)
    days = {item.due_on for item in items(team) if item.rule_id == "m_ad_review"}
    assert days == {c.TODAY + timedelta(days=14)}
    words = page(signed_in(team.ada), at(team, "history/"))
    assert "Clinical review after an antidepressant starts or increases" in words
    # What the table cannot know stands beside it, for the prescriber alone.
    told = "day 7: age 25 or under, or a concern about suicide risk"
    assert told in words
    assert "suicide" not in page(signed_in(team.maya), at(team, "history/"))


def test_a_result_is_entered_by_the_prescriber_and_hidden_from_the_therapist(
    time_machine,
):
    """N14: the patient reads the value, the therapist only that a check was done."""
    from tests.plan.test_plan_pages import at, page, signed_in

    time_machine.move_to(c.NOW, tick=False)
    team = c.cast()
    lithium = c.start("400", name="Lithium", catalogue_id="lithium", strengths=[])
    c.all_agree(team, c.suggest(team, team.ada, c.APPROACH, lithium))
    with team.acting(team.ada):
        item = MonitoringItem.objects.filter(done_on=None).order_by("due_on").first()
    address = at(team, f"checks/{item.pk}/result/")
    given = {"kind": "Level", "value": "0.7", "unit": "mmol/l", "on": "2026-11-21"}
    ada = signed_in(team.ada)
    for user in (team.maya, team.sam):
        assert signed_in(user).post(address, given).status_code == 403
    late = ada.post(address, {**given, "on": "2027-01-01"})
    assert "This day has not come yet" in late.content.decode()
    assert ada.post(address, given).status_code == 302
    for user in (team.ada, team.maya):
        assert "Level: 0.7 mmol/l" in page(signed_in(user), at(team, "history/"))
    assert "0.7 mmol/l" not in page(signed_in(team.sam), at(team, "history/"))
    with team.acting(team.ada):
        item.refresh_from_db()
    assert item.done_on == c.TODAY


@pytest.mark.parametrize(
    ("now", "says"),
    [
        pytest.param("83.9", None, id="case-107a"),
        pytest.param("84.0", "80 kg at the start, 84 kg on", id="case-107b"),
    ],
)
def test_weight_gained_on_an_antipsychotic_is_said_to_the_prescriber(
    team, time_machine, now, says
):
    """N14: from the results entered; the rule, its source and the draft mark beside it."""
    change = c.start("50", name="Quetiapine", strengths=[])
    c.all_agree(team, c.suggest(team, team.ada, c.APPROACH, change))
    item = next(one for one in items(team) if one.rule_id == "m_metabolic")
    time_machine.move_to(c.later(30), tick=False)
    weights = (("80.0", c.TODAY), (now, c.TODAY + timedelta(days=28)))
    for kg, on in weights:
        with team.acting(team.ada) as by:
            checks_due.enter_result(
                item, by=by, kind="weight", value=Decimal(kg), unit="kg", on=on
            )
    words = page(signed_in(team.ada), at(team, "history/"))
    assert ("Weight since the start" in words) is (says is not None)
    for part in (says, "5.0 % more", "Draft reference", "ADA/APA 2004") if says else ():
        assert part in words
    for user in (team.maya, team.sam):  # a rule for clinicians; results are not Sam's
        assert "Weight since" not in page(signed_in(user), at(team, "history/"))


def test_weight_gained_on_another_medicine_says_nothing(team, sertraline, time_machine):
    item = items(team)[0]
    time_machine.move_to(c.later(30), tick=False)
    for kg, days in (("80", 0), ("90", 28)):
        with team.acting(team.ada) as by:
            on = c.TODAY + timedelta(days=days)
            checks_due.enter_result(
                item, by=by, kind="weight", value=Decimal(kg), unit="kg", on=on
            )
    assert "Weight since" not in page(signed_in(team.ada), at(team, "history/"))


def test_checks_that_go_by_symptoms_stand_beside_the_calendar(team):
    """N14: no day is made up for them; for the prescriber, with source and draft mark."""
    change = c.start("50", name="Risperidone", strengths=[])
    c.all_agree(team, c.suggest(team, team.ada, c.APPROACH, change))
    words = page(signed_in(team.ada), at(team, "history/"))
    told = "Risperidone: Prolactin. When symptomatic (period change"
    assert told in words
    assert "Draft reference" in words[words.index(told) :]
    for user in (team.maya, team.sam):
        assert "Checks without a day" not in page(signed_in(user), at(team, "history/"))
