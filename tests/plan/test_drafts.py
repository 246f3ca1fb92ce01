"""A draft is its writer's: written on as it was typed, the old one put away."""

import re
from datetime import timedelta

import pytest

from careplan.plan import errors
from careplan.plan.models import Proposal
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import medicine_form, page, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def test_a_medicine_draft_opens_again_as_it_was_typed(team, sertraline):
    """L15: nothing typed is lost between the check and the form."""
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    checked = ada.post(form, medicine_form(team, sertraline)).url
    first = checked.split("/")[-3]
    again = f"{form}?draft={first}"
    assert f'href="{again}"' in page(ada, checked)
    words = page(ada, again)
    for typed in ('value="75"', 'value="2026-11-30"', "So that you can feel better."):
        assert typed in words
    changed = ada.post(again, medicine_form(team, sertraline, why="In other words."))
    assert changed.status_code == 302
    with team.acting(team.ada):
        assert Proposal.objects.get(pk=first).state == "withdrawn"
        assert Proposal.objects.get(state="draft").why == "In other words."


def test_another_clinicians_draft_does_not_open(team, sertraline):
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    first = ada.post(form, medicine_form(team, sertraline)).url.split("/")[-3]
    suggest = f"/c/people/{team.patient.pk}/propose/goal/?draft={first}"
    assert "So that you can feel better." not in page(signed_in(team.sam), suggest)


def test_a_smaller_draft_opens_again(team, sertraline):
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/{sertraline.pk}/as_needed/"
    given = {
        "purpose": "panic", "amount": "25", "at_most": "50",
        "words-why": "For bad days.", "words-look_again_on": "2026-12-20",
    }  # fmt: skip
    first = ada.post(form, given).url.split("/")[-3]
    words = page(ada, f"{form}?draft={first}")
    for typed in ('value="panic"', 'value="50"', "For bad days."):
        assert typed in words


TAPER = {
    "direction": "stop",
    "step-TOTAL_FORMS": "3", "step-INITIAL_FORMS": "0",
    "step-0-not_before": "2026-11-30", "step-0-amount": "25", "step-0-when": "morning",
    "step-1-not_before": "2026-12-28", "step-1-amount": "12.5",
    "step-1-when": "morning", "step-1-how": "half of 25 mg",
    "step-2-not_before": "2027-01-25", "step-2-amount": "0",
    "hold_rule": "We wait when sleep is much worse.",
    "step_back_rule": "We go back when daily life is hard.",
    "watch_until": "2027-06-01",
    "min_interval_days": "28",
    "faster_because": "",
}  # fmt: skip


def test_a_taper_draft_opens_again_with_its_rules_and_every_step(team, sertraline):
    """L15, N4: the signed frame of a taper is part of what is kept."""
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    checked = ada.post(form, medicine_form(team, sertraline, **TAPER))
    assert checked.status_code == 302, checked.content.decode()
    first = checked.url.split("/")[-3]
    with team.acting(team.ada):
        assert Proposal.objects.get(pk=first).changes.get().kind == "taper"
    again = f"{form}?draft={first}"
    words = page(ada, again)
    for typed in (
        "We wait when sleep is much worse.", "We go back when daily life is hard.",
        'value="2027-06-01"', 'value="28"', 'value="12.5"', "half of 25 mg",
        'value="2027-01-25"', 'value="stop"',
    ):  # fmt: skip
        assert typed in words
    changed = ada.post(
        again, medicine_form(team, sertraline, **TAPER | {"pause": "Call me."})
    )
    assert changed.status_code == 302, changed.content.decode()
    with team.acting(team.ada):
        kept = Proposal.objects.get(state="draft")
        (change,) = kept.changes.all()
    assert (change.kind, kept.pause) == ("taper", "Call me.")
    assert [one["amount"] for one in change.values["steps"]] == ["25", "12.5", "0"]


def test_a_lowering_in_several_steps_asks_for_the_rules_signed_with_it(
    team, sertraline
):
    """R5, N4: no later step passes the check unread; what was typed stays."""
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    bare = TAPER | {"hold_rule": "", "step_back_rule": "", "watch_until": ""}
    for direction in ("stop", "lower", "raise"):
        typed = medicine_form(team, sertraline, **bare | {"direction": direction})
        refused = ada.post(form, typed)
        words = refused.content.decode()
        assert refused.status_code == 422
        assert "Write when you hold: it is lowered in several steps" in words
        assert "Write when you go back" in words
        for still in (
            "So that you can feel better.",
            'value="12.5"',
            "half of 25 mg",
        ):
            assert still in words
    with team.acting(team.ada):
        assert not Proposal.objects.filter(state="draft").exists()


def test_the_rules_of_a_lowering_are_needed_on_every_path(team, sertraline):
    """R5: the kind of change refuses it too, and one step down needs none."""
    two = [c.step("25", c.TODAY + DAY), c.step("12.5", c.TODAY + 30 * DAY)]
    with pytest.raises(errors.PartMissing, match="when you hold"):
        c.suggest(team, team.ada, c.new_dose(sertraline, *two))
    assert c.suggest(team, team.ada, c.new_dose(sertraline, two[0])).state == "proposed"


def test_a_start_carries_no_lowering_in_several_steps(team):
    """R5: a medicine is taken over at its dose, then lowered with its rules."""
    rows = {
        "steps": [c.step(d, c.TODAY + n * DAY) for n, d in enumerate(("9", "6", "3"))]
    }
    with pytest.raises(errors.PartMissing, match="without a lowering"):
        c.suggest(team, team.ada, c.APPROACH, c.start("9", **rows))


def test_a_stop_draft_opens_again(team, sertraline):
    """L15: one stop, without steps of a taper."""
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    one = {"direction": "stop", "step-0-amount": "0"}
    first = ada.post(form, medicine_form(team, sertraline, **one)).url.split("/")[-3]
    words = page(ada, f"{form}?draft={first}")
    assert 'value="0"' in words
    assert 'value="2026-11-30"' in words


WEIGHED = {
    "approach-choice": "both",
    "approach-benefits": "Mood may lift.",
    "approach-risks": "Feeling sick at first.",
    "approach-patient_words": "I want to work again.",
    "approach-because": "Talking alone was not enough.",
}


def new_medicine(team, **more) -> dict:
    given = medicine_form(team, type("Row", (), {"pk": "new"}), **WEIGHED)
    return {
        **given,
        "name": "Sertraline", "purpose": "low mood", "direction": "", **more,
    }  # fmt: skip


def test_a_first_medicine_opens_again_with_what_was_weighed(team):
    """L13, L15: the choice of approach is written on as well."""
    ada = signed_in(team.ada)
    form = f"/c/people/{team.patient.pk}/propose/medicine/"
    checked = ada.post(form, new_medicine(team))
    assert checked.status_code == 302, checked.content.decode()
    first = checked.url.split("/")[-3]
    words = page(ada, f"{form}?draft={first}")
    for typed in (
        "Mood may lift.", "Feeling sick at first.", "I want to work again.",
        "Talking alone was not enough.", 'value="low mood"', 'value="Sertraline"',
    ):  # fmt: skip
        assert typed in words
    assert re.search(r'value="both"[^>]*checked', words)


def test_an_approach_of_its_own_opens_again(team):
    """L13, L15: suggested by the therapist, without a medicine."""
    sam = signed_in(team.sam)
    form = f"/c/people/{team.patient.pk}/propose/approach/"
    given = {**WEIGHED, "words-why": "We talked it over."}
    checked = sam.post(form, given)
    assert checked.status_code == 302, checked.content.decode()
    first = checked.url.split("/")[-3]
    words = page(sam, f"{form}?draft={first}")
    for typed in ("Mood may lift.", "I want to work again.", "We talked it over."):
        assert typed in words
