"""What she writes and marks herself: goals, habits, staying well, safety (L3, L6-L8, L16)."""

from datetime import date

import pytest

from careplan.plan.models import (
    Goal,
    GoalStep,
    Proposal,
)
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, page, signed_in

pytestmark = pytest.mark.django_db


team = kept(c.cast, at=c.NOW)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(c.NOW, tick=False)
    return time_machine


def test_a_goal_has_steps_that_the_patient_alone_ticks_and_stays_when_reached(team):
    """L3: owner, steps, a day, progress; a reached goal stays in history."""
    maya, sam = signed_in(team.maya), signed_in(team.sam)
    given = {
        "words": "Work three full days", "target_on": "2027-03-01",
        "small_steps": "Ask my boss\n\nTry one day", "base_number": "0",
    }  # fmt: skip
    assert maya.post(at(team, "own/goal/"), given).status_code == 302
    with team.acting(team.maya):
        goal = Goal.objects.get()
        first, second = GoalStep.objects.order_by("order")
    assert (goal.owner, goal.target_on) == (team.maya, date(2027, 3, 1))
    assert (first.words, second.words) == ("Ask my boss", "Try one day")
    tick = at(team, f"goals/steps/{first.pk}/")
    assert sam.post(tick, {"done": "yes"}).status_code == 403
    assert maya.post(tick, {"done": "yes"}).status_code == 302
    assert "done 21 November 2026" in page(sam, at(team, "goals/"))
    maya.post(tick, {"done": "no"})
    assert "done 21 November 2026" not in page(sam, at(team, "goals/"))
    progress = at(team, f"goals/{goal.pk}/progress/")
    assert sam.post(progress, {"closeness": "reached"}).status_code == 403
    maya.post(progress, {"closeness": "reached"})
    ended = {"words": goal.words, "base_number": "1", "end": "1"}
    assert maya.post(at(team, f"own/goal/{goal.pk}/"), ended).status_code == 302
    words = page(sam, at(team, "goals/"))
    assert "Work three full days, reached" in " ".join(words.split())


def test_more_steps_are_added_to_those_that_are_there(team):
    """L3."""
    maya = signed_in(team.maya)
    one = {"words": "Work", "small_steps": "Ask", "base_number": "0"}
    maya.post(at(team, "own/goal/"), one)
    with team.acting(team.maya):
        goal = Goal.objects.get()
    more = {"words": "Work", "small_steps": "Try", "base_number": "1"}
    assert maya.post(at(team, f"own/goal/{goal.pk}/"), more).status_code == 302
    with team.acting(team.maya):
        steps = GoalStep.objects.order_by("order").values_list("words", flat=True)
        assert list(steps) == ["Ask", "Try"]
    long = {"words": "Work", "small_steps": "x" * 301, "base_number": "2"}
    refused = maya.post(at(team, f"own/goal/{goal.pk}/"), long)
    assert "Keep each step under 300 characters" in refused.content.decode()


def test_a_clinician_suggests_a_goal_with_steps_by_form(team):
    """L3, L15: it becomes hers only with her yes."""
    sam, maya = signed_in(team.sam), signed_in(team.maya)
    form = f"/c/people/{team.patient.pk}/propose/goal/"
    given = {"words": "Swim", "small_steps": "Find a pool", "words-why": "You asked."}
    check = sam.post(form, given)
    assert check.status_code == 302, check.content.decode()
    sent = sam.post(check.url, {"send": "1"})
    assert "Swim" in page(maya, sent.url)
    with team.acting(team.maya):
        assert not Goal.objects.exists()
        asked = Proposal.objects.get()
    c.agree(team, team.maya, asked)
    with team.acting(team.maya):
        assert Goal.objects.get().steps.get().words == "Find a pool"


def test_habits_stand_in_the_plan_and_their_log_is_one_click_away(team):
    """L6, L16: an aim, a first step, who helps, a day to look again; hers alone."""
    c.own(
        team, "practice", kind="people", aim="Call Priya on Sundays",
        first_step="Write down her number", who_helps="My brother",
        review_on="2027-01-10",
    )  # fmt: skip
    plan = page(signed_in(team.maya), at(team))
    assert "Call Priya on Sundays" in plan
    assert 'href="/check-in/"' in plan
    habits = page(signed_in(team.maya), at(team, "practices/"))
    for words in ("Call Priya on Sundays", "Write down her number", "My brother"):
        assert words in habits
    assert 'href="/check-in/"' in habits
    for user in (team.sam, team.ada):
        client = signed_in(user)
        assert client.post(at(team, "own/practice/"), {}).status_code == 403
        assert "Log them today" not in page(client, at(team))


@pytest.mark.parametrize("kind", ["movement", "sleep", "mindfulness", "people"])
def test_each_kind_of_habit_can_be_chosen_by_the_patient(team, kind):
    """L16: exercise, sleep, mindfulness, people."""
    maya = signed_in(team.maya)
    given = {"kind": kind, "aim": "A little each day", "base_number": "0"}
    answer = maya.post(at(team, "own/practice/"), given)
    assert answer.status_code == 302, answer.content.decode()
    assert "A little each day" in page(maya, at(team, "practices/"))


def test_the_gaps_of_a_safety_plan_show_to_the_patient_and_both_clinicians(team):
    """N15: no professional, no day to look again."""
    c.own(
        team, "safety_plan", lines={"signs": ["I stop eating"]},
        people=[{"kind": "person", "name": "Priya", "phone": "0123"}],
    )  # fmt: skip
    seen = [page(signed_in(user), at(team, "safety/")) for user in
            (team.maya, team.sam, team.ada)]  # fmt: skip
    for words in seen:
        assert "No professional or helpline is named." in words
        assert "There is no day to look again." in words


def test_the_staying_well_plan_holds_every_part_and_what_shows_each_sign(team):
    """L8: what helped, signs and acts, who to call, a day; the sign's live figure."""
    c.own(
        team, "staying_well", helped="Walking", who_to_contact="Sam", sets_off="Deadlines",
        call_when="PHQ-9 of 10 or more", review_on="2027-05-01",
    )  # fmt: skip
    c.own(
        team, "early_sign", words="I wake at four", level="early", i_do="Walk",
        therapist_does="Meet within a week", prescriber_does="Look at sleep",
        tied_to="sleep_below:6",
    )  # fmt: skip
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), at(team, "staying-well/"))
        for said in ("Walking", "Deadlines", "PHQ-9 of 10 or more", "I wake at four",
                     "Meet within a week", "Look at sleep",
                     "Hours of sleep below 6"):  # fmt: skip
            assert said in words
