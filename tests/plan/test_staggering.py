"""N20: a dose step and a change of therapy or phase close together prompt, never block."""

from datetime import timedelta

import pytest

from careplan.plan.models import Proposal, TherapyCourse
from careplan.plan.proposals import Change
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db

CBT = {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7}
NEAR = c.TODAY + timedelta(days=14)
FAR = c.TODAY + timedelta(days=15)


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


def read(team, user, proposal: Proposal) -> str:
    return page(signed_in(user), at(team, f"proposals/{proposal.pk}/"))


def taper(medicine, day) -> Change:
    return c.new_dose(
        medicine,
        c.step("25", day),
        kind="taper",
        hold_rule="Sleep much worse.",
        step_back_rule="Daily life hard.",
        watch_until=(day + timedelta(days=180)).isoformat(),
        min_interval_days=14,
        faster_because="",
    )


def titration(medicine, day) -> Change:
    return c.new_dose(medicine, c.step("75", day))


@pytest.mark.parametrize("step", [titration, taper])
@pytest.mark.parametrize("who", ["sam", "ada"])
def test_a_step_near_a_change_of_therapy_is_pointed_out_to_both(
    team, sertraline, step, who
):
    """N20: titration and taper; both clinicians read it beside the suggestion."""
    c.all_agree(team, c.suggest(team, team.sam, Change("therapy_start", CBT)))
    asked = c.suggest(team, team.ada, step(sertraline, NEAR))
    words = read(team, getattr(team, who), asked)
    assert "CBT changes within 14 days of the step on 5 Dec" in words
    assert c.all_agree(team, asked).state == "applied"


@pytest.mark.parametrize("step", [titration, taper])
@pytest.mark.parametrize("who", ["sam", "ada"])
def test_a_step_near_a_change_of_phase_is_pointed_out_to_both(
    team, sertraline, step, who
):
    """N20."""
    phase = Change("phase", {"phase": "maintain", "because": "Well for six months."})
    c.all_agree(team, c.suggest(team, team.sam, phase))
    asked = c.suggest(team, team.ada, step(sertraline, NEAR))
    words = read(team, getattr(team, who), asked)
    assert "Treatment moved on 21 Nov, within 14 days of the step on 5 Dec" in words
    assert c.all_agree(team, asked).state == "applied"


MOVES = {
    "phase": {"phase": "taper", "because": "The first step is taken."},
    "therapy_change": {"every_days": 14},
    "therapy_end": {"because": "Done what we set out to do."},
}


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("who", ["sam", "ada"])
def test_a_change_of_therapy_or_phase_near_a_step_is_pointed_out_to_both(
    team, sertraline, kind, who
):
    """N20: the other way round; the check page and the suggestion say it."""
    c.all_agree(team, c.suggest(team, team.sam, Change("therapy_start", CBT)))
    with team.acting(team.sam):
        course = str(TherapyCourse.objects.get().pk)
    values = MOVES[kind] if kind == "phase" else {**MOVES[kind], "item": course}
    asked = c.suggest(team, team.sam, Change(kind, values))
    words = read(team, getattr(team, who), asked)
    assert "Sertraline has a dose step on 21 Nov, within 14 days." in words
    assert c.all_agree(team, asked).state == "applied"


def test_fifteen_days_apart_nothing_is_said(team, sertraline):
    """N20."""
    c.all_agree(team, c.suggest(team, team.sam, Change("therapy_start", CBT)))
    asked = c.suggest(team, team.ada, titration(sertraline, FAR))
    assert "within 14 days" not in read(team, team.ada, asked)


def test_both_in_one_suggestion_are_pointed_out(team, sertraline):
    """N20."""
    both = [
        titration(sertraline, NEAR),
        Change("phase", {"phase": "heal", "because": "Better for weeks."}),
    ]
    asked = c.suggest(team, team.ada, *both)
    assert "moves a dose on 5 Dec and the therapy as well" in read(
        team, team.sam, asked
    )


def test_the_patient_reads_no_prompt_and_a_settled_one_has_none(team, sertraline):
    """N20: it is for clinicians, while there is something to decide."""
    c.all_agree(team, c.suggest(team, team.sam, Change("therapy_start", CBT)))
    asked = c.suggest(team, team.ada, titration(sertraline, NEAR))
    assert "within 14 days" not in read(team, team.maya, asked)
    c.all_agree(team, asked)
    assert "within 14 days" not in read(team, team.sam, asked)


def test_releasing_a_step_near_a_change_of_therapy_says_so(team, sertraline, clock):
    """N20: the later steps of a schedule too, and the release goes on."""
    steps = c.step("75", c.TODAY), c.step("100", c.TODAY + timedelta(days=28))
    c.all_agree(team, c.suggest(team, team.ada, c.new_dose(sertraline, *steps)))
    clock.move_to(c.later(28), tick=False)
    soon = c.later(28)
    c.all_agree(
        team,
        c.suggest(
            team, team.sam, Change("therapy_start", CBT), now=soon, reply_by=None
        ),
        soon,
    )
    address = f"/c/people/{team.patient.pk}/medicines/{sertraline.pk}/release/"
    ada = signed_in(team.ada)
    assert "CBT changes within 14 days of the step on 19 Dec" in page(ada, address)
    assert ada.post(address, {"reason": "She is well."}).status_code == 302
