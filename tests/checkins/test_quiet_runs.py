"""Q5: a run of check-ins without an answer, agreed in the plan, makes one task."""

import re
from datetime import time

import pytest
from django.db import transaction

from careplan.checkins import prompts, schedules, team_flags, tick, ticking
from careplan.checkins.models import Kind, Prompt, Schedule
from careplan.checkins.schedules import Wish
from careplan.common.identity import acting_as, person, system
from careplan.plan import errors
from careplan.plan.models import Plan, Proposal
from careplan.plan.proposals import Change
from careplan.team import alerts
from careplan.team.models import Alert
from patients import consents
from patients.models import CareTeamMember
from tests.kept import kept
from tests.plan import cast as c
from tests.plan.test_plan_pages import page, signed_in

pytestmark = pytest.mark.django_db
REMINDERS = "/settings/reminders/"


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(c.NOW, tick=False)


def asked_daily():
    """Maya is asked every day at 13:00."""
    made = c.cast()
    with acting_as(person(made.maya.pk, second_factor=False)):
        schedules.set_schedule(
            made.patient, kind=Kind.CHECKIN, wish=Wish(times=(time(13),)), now=c.NOW
        )
    return made


team = kept(asked_daily, at=c.NOW)


def after(run, owner="therapist"):
    return Change("quiet_run", {"run": run, "owner": owner})


def agreed(team, run=3, owner="therapist"):
    return c.all_agree(team, c.suggest(team, team.maya, after(run, owner)))


def miss(times, first=0):
    """Let days pass on which nobody answers."""
    for day in range(first, first + times):
        tick.plan_due(at=c.later(day, hours=1, minutes=1))
        ticking.tick(at=c.later(day, hours=20))


def tasks():
    with acting_as(system("escalate")), transaction.atomic():
        return list(Alert.objects.order_by("raised_at"))


def test_a_quiet_run_agreed_in_the_plan_makes_one_task(team):
    """With an owner and an age, in the list of whoever has it."""
    agreed(team)
    miss(2)
    assert tasks() == []
    miss(3, first=2)
    [task] = tasks()
    assert (task.owner, task.level) == (team.sam, "routine")
    assert task.raised_at == c.later(2, hours=20)
    said = "3 check-ins in a row without an answer; agreed: after 3."
    assert task.label == said
    listed = page(signed_in(team.sam), "/c/caseload/")
    assert said in listed
    assert "24 Nov, waiting for somebody to take it" in listed


def test_nobody_is_told_of_a_quiet_run_that_was_not_agreed(team):
    c.suggest(team, team.maya, after(3))  # and nobody has answered yet
    miss(5)
    assert tasks() == []


def test_the_prescriber_has_it_where_the_plan_says_so(team):
    """Before whom the patient chose for what needs help in general."""
    with team.acting(team.maya) as by:
        alerts.choose_owner(team.patient, owner=team.sam, by=by.user, now=c.NOW)
    agreed(team, owner="prescriber")
    miss(3)
    [task] = tasks()
    assert task.owner == team.ada


def test_an_answer_ends_the_run_and_a_later_one_is_told_again(team):
    agreed(team)
    miss(4)
    with acting_as(system("escalate")), transaction.atomic():
        Alert.objects.update(
            state="done", done_by=team.sam, done_at=c.later(4), taken_by=team.sam
        )
    miss(2, first=4)
    assert len(tasks()) == 1  # the same run, and it was seen to
    answers(team)
    miss(2, first=6)
    assert len(tasks()) == 1
    miss(1, first=8)
    assert len(tasks()) == 2


def answers(team):
    with team.acting(team.maya), transaction.atomic():
        prompts.answer(Prompt.objects.latest("due_at"), now=c.later(5, hours=21))
        Schedule.objects.update(missed_run=0, told_at=None)  # as the next tick does


def test_while_nobody_may_be_told_the_task_waits(team):
    agreed(team)
    stop_showing_safety(team)
    miss(3)
    assert tasks() == []
    assert team_flags.quiet_runs(at=c.later(3)) == 0
    with acting_as(system("tick")), transaction.atomic():
        assert Schedule.objects.get().told_at is None


def stop_showing_safety(team):
    with team.acting(team.maya):
        for member in CareTeamMember.objects.filter(patient=team.patient):
            consents.share(member, topics=["plan"], by=team.maya, now=c.NOW)


def test_reminders_that_are_off_tell_nobody(team):
    agreed(team)
    miss(2)
    with team.acting(team.maya), transaction.atomic():
        schedule = Schedule.objects.get()
        schedule.missed_run = 3
        schedule.save(update_fields=["missed_run"])
        schedules.pause(schedule, now=c.later(2))
    assert team_flags.quiet_runs(at=c.later(3)) == 0


def test_it_needs_the_yes_of_whoever_gets_the_task(team):
    """Decisions 1: the clinician named on the item; the other is asked and waited for."""
    proposal = c.suggest(team, team.maya, after(3, "prescriber"))
    proposal = c.agree(team, team.sam, proposal)
    assert team.plan.quiet_run is None
    c.agree(team, team.ada, proposal)
    assert (team.plan.quiet_run, team.plan.quiet_run_owner) == (3, "prescriber")


def test_it_is_said_to_the_patient_and_to_the_record(team):
    proposal = agreed(team)
    with team.acting(team.maya):
        [change] = proposal.changes.all()
    assert change.sentence == (
        "After 3 check-ins in a row without an answer, the therapist gets a task to "
        "ask how things are. Nobody is watching in the meantime."
    )
    assert change.record_sentence == (
        "One task, once a run, after 3 check-ins in a row without an answer; its "
        "owner: therapist."
    )
    for user in (team.maya, team.sam, team.ada):
        words = page(signed_in(user), f"/p/{team.patient.pk}/plan/")
        assert "After 3 check-ins in a row without an answer, the therapist" in words


def test_it_ends_by_agreement_with_nobody_named(team):
    agreed(team)
    ended = c.all_agree(team, c.suggest(team, team.maya, Change("quiet_run", {})))
    assert (team.plan.quiet_run, team.plan.quiet_run_owner) == (None, "")
    with team.acting(team.maya):
        [change] = ended.changes.all()
    assert change.sentence.startswith("Nobody is told when check-ins stay")
    miss(5)
    assert tasks() == []


@pytest.mark.parametrize(
    "values", [{}, {"run": 1, "owner": "therapist"}, {"run": 3, "owner": "supporter"}]
)
def test_a_part_that_is_missing_or_odd_is_refused(team, values):
    with pytest.raises(errors.PartMissing):
        c.suggest(team, team.maya, Change("quiet_run", values))


def test_the_page_of_reminders_says_what_is_agreed_and_leads_to_a_suggestion(team):
    maya = signed_in(team.maya)
    before = page(maya, REMINDERS)
    assert "Nobody is told when check-ins stay without an answer." in before
    address = f"/p/{team.patient.pk}/plan/suggest/quiet_run/"
    assert address in before
    sent = maya.post(
        address, {"run": "4", "owner": "therapist", "words-why": "It helps."}
    )
    assert sent.status_code == 302, re.findall(r"<li>.*", sent.content.decode())
    with team.acting(team.maya):
        proposal = Proposal.objects.get(state="proposed")
        assert Plan.objects.get().quiet_run is None
    c.all_agree(team, proposal)
    assert "After 4 check-ins in a row without an answer" in page(maya, REMINDERS)


def test_a_number_without_somebody_for_it_is_asked_for(team):
    maya = signed_in(team.maya)
    address = f"/p/{team.patient.pk}/plan/suggest/quiet_run/"
    said = maya.post(address, {"run": "4", "owner": ""})
    assert said.status_code == 422
    assert "Choose who gets the task" in said.content.decode()


@pytest.mark.parametrize("kind", ["goal", "dose_steps", "phase", "no_such_kind"])
def test_a_patient_suggests_only_what_is_shared_and_no_dose(team, kind):
    maya = signed_in(team.maya)
    found = maya.get(f"/p/{team.patient.pk}/plan/suggest/{kind}/")
    assert found.status_code == 404
