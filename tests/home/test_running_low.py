"""R6: how long tablets last, by doses logged; a warning when the person wants it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from careplan.plan import medications
from journal import stock
from journal.models import DoseAnswer
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


team = kept(c.cast, at=c.NOW)


medicine = kept(c.on_sertraline, on=team, at=c.NOW)


def counted(team, medicine, tablets="30", lead=10):
    address = f"/p/{team.patient.pk}/plan/medicines/{medicine.pk}/stock/"
    given = {"tablets": tablets, "per_day": "1", "lead_days": str(lead)}
    assert signed_in(team.maya).post(address, given).status_code == 302


def answered(team, medicine, day: int, answer: str, amount: str | None) -> None:
    with team.acting(team.maya):
        DoseAnswer(
            patient=team.patient, medication=medicine, slot="morning", answer=answer,
            planned_amount=Decimal(50), amount=amount and Decimal(amount), unit="mg",
            local_date=c.TODAY + timedelta(days=day), answered_at=c.later(day),
        ).save(force_insert=True)  # fmt: skip


def days_left(team, day: int) -> int:
    with team.acting(team.maya):
        (one,) = stock.left(team.patient.pk, today=c.TODAY + timedelta(days=day))
    return one.refill.days_left


def test_a_dose_left_out_makes_tablets_last_and_silence_does_not(team, medicine):
    """R6: from doses taken; a day without a note counts as usual."""
    counted(team, medicine)
    assert days_left(team, 5) == 25
    answered(team, medicine, 1, "taken", "50")
    answered(team, medicine, 2, "missed", None)
    answered(team, medicine, 3, "partly", "25")
    assert days_left(team, 5) == 26  # 30 less 1, 0, a half, and two silent days


def test_the_warning_comes_at_the_lead_time_by_doses_that_were_logged(
    team, medicine, clock
):
    """R6: on Today, on the day and not before; the lead time is the patient's."""
    counted(team, medicine, lead=10)
    clock.move_to(c.later(19), tick=False)
    assert "run low" not in page(signed_in(team.maya), "/today/")
    answered(team, medicine, 18, "missed", None)
    clock.move_to(c.later(20), tick=False)
    assert "run low" not in page(
        signed_in(team.maya), "/today/"
    )  # one dose was left out
    clock.move_to(c.later(21), tick=False)
    words = page(signed_in(team.maya), "/today/")
    assert "Your tablets run low: Sertraline" in words
    assert "they last 10 more days" in words


def test_another_count_starts_anew_and_nobody_else_reads_it(team, medicine, clock):
    """R6."""
    counted(team, medicine, tablets="5")
    clock.move_to(c.later(1), tick=False)
    counted(team, medicine, tablets="60")
    assert "run low" not in page(signed_in(team.maya), "/today/")
    assert days_left(team, 1) == 60
    stranger = c.cast()
    with stranger.acting(stranger.ada):
        assert stock.left(team.patient.pk, today=c.TODAY) == ()


def test_after_a_change_of_dose_nothing_is_guessed_and_a_new_count_is_asked_for(
    team, medicine, clock
):
    """R6: twice the dose empties the box twice as fast; the old count says nothing."""
    counted(team, medicine, tablets="90")
    change = c.new_dose(medicine, c.step("100", c.TODAY + timedelta(days=1)))
    c.all_agree(team, c.suggest(team, team.ada, change))
    medications.start_released_steps(c.later(1))
    clock.move_to(c.later(2), tick=False)
    maya = signed_in(team.maya)
    assert "Count your tablets again: Sertraline" in page(maya, "/today/")
    reports = f"/p/{team.patient.pk}/plan/medicines/{medicine.pk}/reports/"
    assert "Your dose changed since you counted" in page(maya, reports)
    counted(team, medicine, tablets="90")
    assert "Count your tablets again" not in page(maya, "/today/")
    assert "last 90 more days" in page(maya, reports)
