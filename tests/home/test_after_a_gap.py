"""Case 106 on Today: after a gap some medicines are not started again alone."""

from datetime import timedelta

import pytest

from careplan.plan.models import Medication
from journal.models import DoseAnswer
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import page, signed_in

pytestmark = pytest.mark.django_db
CALL = "Contact your prescriber before the next dose."


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


team = kept(c.cast, at=c.NOW)


def on(team, name: str):
    c.all_agree(team, c.suggest(team, team.ada, c.APPROACH, c.start("50", name=name)))
    with team.acting(team.maya):
        return Medication.objects.get(patient=team.patient, name=name)


def logged(team, medicine, day: int, answer: str) -> None:
    with team.acting(team.maya):
        DoseAnswer(
            patient=team.patient, medication=medicine, slot="morning", answer=answer,
            planned_amount=50, unit="mg", local_date=c.TODAY + timedelta(days=day),
            answered_at=c.later(day),
        ).save(force_insert=True)  # fmt: skip


def test_a_gap_that_was_logged_asks_for_a_call_first(team, clock):
    clozapine = on(team, "Clozapine")
    logged(team, clozapine, 0, "taken")
    logged(team, clozapine, 1, "missed")
    clock.move_to(c.later(1, hours=23), tick=False)
    assert CALL not in page(signed_in(team.maya), "/today/")
    clock.move_to(c.later(2), tick=False)
    words = page(signed_in(team.maya), "/today/")
    assert "Before your next dose: Clozapine" in words
    assert CALL in words
    logged(team, clozapine, 2, "taken")
    assert CALL not in page(signed_in(team.maya), "/today/")


def test_silence_is_no_gap_and_other_medicines_have_none(team, clock):
    clozapine, sertraline = on(team, "Clozapine"), on(team, "Sertraline")
    logged(team, clozapine, 0, "taken")
    logged(team, sertraline, 0, "taken")
    logged(team, sertraline, 1, "missed")
    clock.move_to(c.later(9), tick=False)
    assert CALL not in page(signed_in(team.maya), "/today/")
