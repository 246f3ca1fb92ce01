"""The whole way in three people's hands, by their pages, over most of a year.

Issue 4: first visit, both treatments agreed, a raise, a hold, a slow lowering released
step by step, the last dose, the watch after it, and therapy's end.
"""

import pytest

from careplan.plan import versions
from careplan.plan.models import Plan, PlanVersion, TaperPlan, TherapyCourse
from tests.journeys.hands import Hands, approach, steps

pytestmark = pytest.mark.django_db


def test_first_visit_to_the_end_of_a_taper(time_machine):
    """L1, L10, L13, R2-R5, N4, T1, T10 in three people's hands."""
    us = Hands(time_machine)
    begin(us)
    row = us.medicine("Sertraline")
    raise_the_dose(us, row)
    therapy_happens(us)
    lower_slowly(us, row)
    the_watch_goes_on(us, row)
    therapy_ends(us)
    nothing_was_lost(us)


def begin(us: Hands) -> None:
    """First visit: a goal in her words, one medicine, one therapy, agreed by three."""
    goal = {"words": "Work again", "base_number": "0"}
    assert us.maya.post(us.at("own/goal/"), goal).status_code == 302
    suggestion = us.suggests(
        us.ada,
        "medicine/",
        {
            "medication": "new",
            "name": "Sertraline",
            "unit": "mg",
            "purpose": "low mood",
            "strengths": "25 half, 50",
            "why": "So that you can feel better.",
            "notice": "You may feel sick for a week.",
            "look_again_on": us.day(28),
            **steps((us.day(0), "50")),
            **approach(),
        },
    )
    assert "Sertraline" not in us.reads(us.maya).split("medicines")[-1]
    us.agrees(us.sam, suggestion)
    us.agrees(us.maya, suggestion)
    assert "50 mg" in us.reads(us.maya)
    course = us.suggests(
        us.sam,
        "therapy_start/",
        {
            "type_id": "cbt_individual",
            "focus": "worry",
            "every_days": "7",
            "planned_sessions": "12",
            "words-why": "To learn what helps.",
            "words-look_again_on": us.day(90),
        },
    )
    us.all_agree(course, us.ada, us.maya)
    for client in (us.maya, us.sam, us.ada):
        words = us.reads(client)
        assert "Sertraline" in words
        assert "Work again" in words


def raise_the_dose(us: Hands, row) -> None:
    """A raise with a question first; nothing moves until the three agree."""
    us.wait(28)
    suggestion = us.suggests(
        us.ada,
        "medicine/",
        {
            "medication": str(row.pk),
            "direction": "raise",
            "why": "It helps a little.",
            "look_again_on": us.day(28),
            "base_number": str(us.team.plan.number),
            **steps((us.day(7), "75"), (us.day(21), "100")),
        },
    )
    asked = us.maya.post(f"{suggestion}ask/", {"text": "Will I sleep?"})
    assert asked.status_code == 302
    assert "Will I sleep?" in us.ada.get(suggestion).content.decode()
    with us.team.acting(us.team.ada):
        question = us_question(suggestion)
    answer = us.ada.post(
        f"{suggestion}questions/{question}/answer/", {"text": "Most people do."}
    )
    assert answer.status_code == 302
    us.all_agree(suggestion, us.sam, us.maya)
    assert "50 mg" in us.reads(us.maya, f"medicines/{row.pk}/")
    us.wait(7)
    assert "From today: 75 mg" in us.reads(us.maya, f"medicines/{row.pk}/")
    us.does(us.maya, row, "read")
    us.wait(14)
    assert dose_now(us, row) == 75, "a date alone moves nothing"
    us.releases(row)
    assert dose_now(us, row) == 100


def us_question(suggestion: str):
    from careplan.plan.models import ProposalQuestion

    return ProposalQuestion.objects.get(proposal=suggestion.split("/")[-2]).pk


def dose_now(us: Hands, row):
    with us.team.acting(us.team.maya):
        return row.steps.get(state="current").amount


def therapy_happens(us: Hands) -> None:
    """A session, homework done and looked at together."""
    with us.team.acting(us.team.sam):
        course = TherapyCourse.objects.get()
    base = f"{us.people}therapy/{course.pk}/"
    planned = {"day": us.day(0), "time": "15:00", "minutes": "50", "how": "in_person"}
    assert us.sam.post(f"{base}session/", planned).status_code == 302
    given = {"title": "Thoughts", "catalogue_form": "thought_record"}
    assert us.sam.post(f"{base}homework/", given).status_code == 302
    with us.team.acting(us.team.sam):
        session, homework = course.sessions.get(), course.homework.get()
    us.sam.post(us.at(f"therapy/sessions/{session.pk}/"), {"state": "attended"})
    sheet = us.at(f"therapy/homework/{homework.pk}/")
    filled = {"situation": "At work", "thought": "I will fail"}
    assert us.maya.post(sheet, filled).status_code == 302
    assert "I will fail" in us.sam.get(sheet).content.decode()
    us.sam.post(us.at(f"therapy/homework/{homework.pk}/looked-at/"))
    assert "Looked at together" in us.reads(us.maya, "therapy/")


def lower_slowly(us: Hands, row) -> None:
    """One signed object; each step released by hand; the patient holds once."""
    us.wait(120)
    suggestion = us.suggests(
        us.ada,
        "medicine/",
        {
            "medication": str(row.pk),
            "direction": "stop",
            "why": "You have been well for months.",
            "notice": "Dizzy days, and dreams.",
            "look_again_on": us.day(30),
            "hold_rule": "Two bad weeks.",
            "step_back_rule": "Low mood for a week.",
            "watch_until": us.day(240),
            "min_interval_days": "28",
            "base_number": str(us.team.plan.number),
            **steps((us.day(7), "50"), (us.day(35), "25"), (us.day(63), "0")),
        },
    )
    words = us.maya.get(suggestion).content.decode()
    assert "Slowly stop sertraline" in words
    assert "arithmetic, not advice" in words
    us.all_agree(suggestion, us.sam, us.maya)
    us.wait(7)
    assert dose_now(us, row) == 50
    us.does(us.maya, row, "hold", reason="Not now.")
    us.wait(28)
    assert dose_now(us, row) == 50, "held"
    assert "Holding is a normal part" in us.reads(us.sam, f"medicines/{row.pk}/")
    us.does(us.ada, row, "end-hold", reason="Better again.")
    us.releases_lowering(row, "Steady for two weeks, seen today.")
    assert dose_now(us, row) == 25
    us.wait(28)
    us.releases_lowering(row, "Steady, seen today.")


def the_watch_goes_on(us: Hands, row) -> None:
    """After the last dose the medicine is past, and the watch is not."""
    with us.team.acting(us.team.maya):
        row.refresh_from_db()
        taper = TaperPlan.objects.get()
    assert row.state == "stopped"
    assert taper.state == "watching"
    assert "Sertraline" in us.reads(us.maya, "history/")
    us.wait(200)
    with us.team.acting(us.team.maya):
        taper.refresh_from_db()
    assert taper.state == "done"


def therapy_ends(us: Hands) -> None:
    with us.team.acting(us.team.sam):
        course = TherapyCourse.objects.get()
    given = {
        "because": "She knows what helps.",
        "words-why": "We are done.",
        "words-look_again_on": us.day(90),
    }
    suggestion = us.suggests(us.sam, f"therapy_end/{course.pk}/", given)
    us.all_agree(suggestion, us.ada, us.maya)
    assert "No therapy is in the plan." in us.reads(us.maya)


def nothing_was_lost(us: Hands) -> None:
    """Every version stands, in its chain, and any two compare in words."""
    with us.team.acting(us.team.maya):
        plan = Plan.objects.get()
        numbers = list(
            PlanVersion.objects.order_by("number").values_list("number", flat=True)
        )
        assert versions.faults(plan) == ()
    assert numbers == list(range(1, plan.number + 1))
    for client in (us.maya, us.sam, us.ada):
        words = us.reads(client, f"versions/2/compare/{plan.number}/")
        assert "Sertraline" in words
