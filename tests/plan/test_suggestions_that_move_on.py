"""A suggestion that was changed, taken back, asked about, or lost its ground."""

from datetime import timedelta

import pytest

from careplan.plan import proposals
from careplan.plan.models import Goal, Proposal, TherapyCourse
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import at, medicine_form, page, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


team = kept(c.cast, at=c.NOW)


medicine = kept(c.on_sertraline, on=team, at=c.NOW)


def suggested(team, medicine) -> Proposal:
    return c.suggest(team, team.ada, c.new_dose(medicine, c.step("75", c.TODAY + DAY)))


def one(team, pk) -> Proposal:
    with team.acting(team.maya):
        return Proposal.objects.get(pk=pk)


def test_the_writer_changes_what_was_sent_and_everyone_is_asked_anew(team, medicine):
    """Decisions 1: taken back, changed, or gone on with; the old one stands until then."""
    old = suggested(team, medicine)
    c.agree(team, team.sam, old)
    ada, maya = signed_in(team.ada), signed_in(team.maya)
    here = at(team, f"proposals/{old.pk}/")
    again = f"/c/people/{team.patient.pk}/propose/medicine/?instead={old.pk}"
    assert f'href="{again}"' in page(ada, here)
    assert "instead=" not in page(maya, here)
    assert 'value="75"' in page(ada, again)
    given = medicine_form(team, medicine, **{"step-0-amount": "62.5"})
    check = ada.post(again, given).url
    assert one(team, old.pk).state == "proposed"
    new = ada.post(check, {"send": "1"}).url
    assert one(team, old.pk).state == "withdrawn"
    words = page(maya, here)
    assert "Another suggestion took its place." in words
    assert f'href="{new}"' in words
    assert "Not answered yet" in page(ada, new)


def test_nobody_writes_on_anothers_suggestion(team, medicine):
    old = suggested(team, medicine)
    address = f"/c/people/{team.patient.pk}/propose/goal/?instead={old.pk}"
    assert "So that you can feel better." not in page(signed_in(team.sam), address)


def test_the_form_says_that_a_suggestion_about_this_medicine_is_open(team, medicine):
    """ux.md 4.3: two cannot stand at once; it is said before anything is written."""
    old = suggested(team, medicine)
    form = f"/c/people/{team.patient.pk}/propose/medicine/?medicine={medicine.pk}"
    words = page(signed_in(team.ada), form)
    assert f'href="/p/{team.patient.pk}/plan/proposals/{old.pk}/"' in words
    assert "is open already" in words


def test_the_medicines_own_page_leads_to_what_is_suggested_for_it(team, medicine):
    here = at(team, f"medicines/{medicine.pk}/")
    assert "Change suggested" not in page(signed_in(team.maya), here)
    old = suggested(team, medicine)
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), here)
        assert f'href="/p/{team.patient.pk}/plan/proposals/{old.pk}/"' in words


def test_why_it_was_taken_back_is_read_by_those_asked(team, medicine):
    old = suggested(team, medicine)
    here = at(team, f"proposals/{old.pk}/")
    signed_in(team.ada).post(f"{here}withdraw/", {"text": "Your level came back high."})
    assert "In their words: Your level came back high." in page(
        signed_in(team.maya), here
    )


def test_who_asked_is_marked_and_nobody_else(team, medicine):
    old = suggested(team, medicine)
    with team.acting(team.maya) as by:
        proposals.ask(old, by=by, text="Will I sleep?", now=c.NOW)
    for user in (team.sam, team.ada):
        words = page(signed_in(user), at(team, f"proposals/{old.pk}/"))
        assert words.count("Asked a question first") == 1
        assert "Patient. Asked a question first" in words
        assert "Patient. Asked a question first" in page(signed_in(user), at(team))


def test_a_suggestion_whose_goal_has_ended_is_said_to_have_no_ground(team):
    """Nobody meets a broken page, and the tick goes on to the next one."""
    c.own(team, "goal", words="Paint again")
    with team.acting(team.maya):
        goal = Goal.objects.get()
    change = c.Change("goal", {"item": str(goal.pk), "words": "Paint on Sundays"})
    old = c.suggest(team, team.sam, change)
    c.own(team, "goal", item=str(goal.pk), end=True)
    maya, here = signed_in(team.maya), at(team, f"proposals/{old.pk}/")
    assert "The plan has changed since this was written" in page(maya, here)
    refused = maya.post(f"{here}agree/", {"read_hash": old.text_hash})
    assert refused.status_code == 422
    with team.acting(team.maya) as by:
        proposals.disagree(
            old, by=by, read_hash=old.text_hash, note="Not now.", now=c.NOW
        )
    assert proposals.close_overdue(c.later(30)) == 0


def test_an_overdue_one_without_ground_is_laid_to_rest_and_says_why(team):
    """Its course has ended: the tick closes it and goes on to the next one."""
    therapy = {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7}
    start = c.Change("therapy_start", therapy)
    c.all_agree(team, c.suggest(team, team.sam, c.APPROACH, start))
    with team.acting(team.sam):
        course = str(TherapyCourse.objects.get().pk)
    change = c.Change("therapy_change", {"item": course, "focus": "sleep"})
    old = c.suggest(team, team.sam, change)
    c.agree(team, team.maya, old)
    end = c.Change("therapy_end", {"item": course, "because": "We are done."})
    c.all_agree(team, c.suggest(team, team.sam, end))
    assert proposals.close_overdue(c.later(30)) == 1
    assert one(team, old.pk).state == "expired"
    words = page(signed_in(team.maya), at(team, f"proposals/{old.pk}/"))
    assert "The plan changed in between, so this was not put in." in words


def test_days_are_those_where_the_patient_lives(team, medicine, time_machine):
    """Half past midnight in London is the evening before in UTC."""
    late = c.NOW.replace(month=7, day=3, hour=23, minute=30)
    time_machine.move_to(late, tick=False)
    change = c.new_dose(medicine, c.step("75", late.date() + 5 * DAY))
    row = c.suggest(
        team, team.ada, change, now=late, look_again_on=late.date() + 30 * DAY,
        reply_by=late.date() + 9 * DAY,
    )  # fmt: skip
    words = page(signed_in(team.maya), at(team, f"proposals/{row.pk}/"))
    assert "prescriber, 4 Jul." in words
    assert "3 Jul" not in words
