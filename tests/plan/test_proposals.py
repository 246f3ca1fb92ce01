"""The life of a suggestion (decisions 1-7, ux.md 6.4): who, when, and what then."""

from datetime import timedelta

import pytest

from careplan.plan import errors, medications, proposals
from careplan.plan.models import (
    DoseStep,
    Medication,
    PlanVersion,
    Proposal,
    Signature,
)
from careplan.team.models import Concern
from tests.kept import kept
from tests.plan import cast as c

pytestmark = pytest.mark.django_db
State = Proposal.State
SOON = c.TODAY + timedelta(days=9)


team = kept(c.cast, at=c.NOW)


sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


def raised(team, sertraline, dose="75", **words) -> Proposal:
    return c.suggest(
        team, team.ada, c.new_dose(sertraline, c.step(dose, SOON)), **words
    )


def act(team, user, verb, proposal, now=c.NOW, **more):
    with team.acting(user) as by:
        return getattr(proposals, verb)(proposal, by=by, now=now, **more)


def state(team, proposal) -> str:
    with team.acting(team.maya):
        return Proposal.objects.get(pk=proposal.pk).state


# --- who must agree (decisions 1, 2) -----------------------------------------------


def test_the_other_clinician_is_waited_for_until_the_reply_by_day(team, sertraline):
    """Decisions 1: silence is recorded as "not answered" and holds nobody up."""
    proposal = c.agree(team, team.maya, raised(team, sertraline))
    assert proposal.state == State.AGREED
    assert proposals.close_overdue(c.later(6)) == 0
    assert proposals.close_overdue(c.later(7)) == 1
    with team.acting(team.maya):
        version = PlanVersion.objects.get(number=2)
        silent = Signature.objects.get(version=version, user=team.sam)
    assert (silent.kind, silent.signed_at) == ("not_answered", None)


def test_without_the_patient_nothing_ever_applies(team, sertraline):
    proposal = c.agree(team, team.sam, raised(team, sertraline))
    proposals.close_overdue(c.later(30))
    assert state(team, proposal) == State.EXPIRED
    assert team.plan.number == 1


@pytest.mark.parametrize(
    ("members", "needed"),
    [
        ({"therapist": False}, {"patient", "prescriber"}),
        ({}, {"patient", "prescriber"}),
    ],
)
def test_required_parts_follow_the_team_that_exists(members, needed):
    """Decisions 2: a person with medicine alone has a whole plan."""
    from careplan.plan.parties import parties_of

    team = c.cast(**members)
    proposal = c.suggest(team, team.ada, c.APPROACH, c.start())
    with team.acting(team.maya):
        asked = parties_of(proposal)
    assert {party.role for party in asked if party.is_needed} == needed


def test_therapy_alone_is_a_whole_plan_too():
    """Decisions 2: the therapist and the patient agree; nobody else is waited for."""
    team = c.cast(prescriber=False)
    course = proposals.Change(
        "therapy_start",
        {"type_id": "cbt", "name": "CBT", "focus": "worry", "every_days": 7},
    )
    proposal = c.all_agree(team, c.suggest(team, team.sam, c.APPROACH, course))
    assert proposal.state == State.APPLIED


def test_a_clinician_who_may_not_see_it_is_asked_nothing(team, sertraline):
    """Decisions 11: to sign, one must see what is signed."""
    from careplan.plan.parties import parties_of
    from patients import consents
    from patients.models import CareTeamMember

    with team.acting(team.maya):
        member = CareTeamMember.objects.get(patient=team.patient, user=team.sam)
        consents.share(member, topics=["plan"], by=team.maya, now=c.NOW)
        proposal = raised(team, sertraline)
    with team.acting(team.maya):
        assert team.sam not in {party.user for party in parties_of(proposal)}
    with team.acting(team.sam):
        assert not Proposal.objects.filter(pk=proposal.pk).exists()


# --- answers ------------------------------------------------------------------------


def test_declining_leaves_the_plan_and_asks_for_no_reason(team, sertraline):
    proposal = raised(team, sertraline)
    done = act(team, team.maya, "decline", proposal, read_hash=proposal.text_hash)
    assert done.state == State.DECLINED
    assert team.plan.number == 1


def test_a_question_stops_the_clock_and_its_answer_starts_it_again(team, sertraline):
    """L15: the day to answer moves by as long as the question was open."""
    proposal = raised(team, sertraline)
    act(team, team.maya, "ask", proposal, text="Is it too soon?", now=c.later(2))
    assert state(team, proposal) == State.QUESTION
    assert proposals.close_overdue(c.later(20)) == 0
    with team.acting(team.ada) as by:
        question = Proposal.objects.get(pk=proposal.pk).questions.get()
        proposals.answer_question(question, by=by, text="No.", now=c.later(5))
        fresh = Proposal.objects.get(pk=proposal.pk)
    assert fresh.state == State.PROPOSED
    assert fresh.reply_by == c.TODAY + timedelta(days=9)


def test_an_answer_can_be_taken_back_until_it_applies(team, sertraline):
    """Decisions 7."""
    proposal = c.agree(team, team.maya, raised(team, sertraline))
    assert proposal.state == State.AGREED
    assert act(team, team.maya, "take_back", proposal).state == State.PROPOSED
    c.agree(team, team.maya, proposal)
    proposal = c.agree(team, team.sam, proposal)
    with pytest.raises(errors.NotOpen):
        act(team, team.maya, "take_back", proposal)


def test_the_proposer_may_withdraw_and_nobody_else(team, sertraline):
    proposal = raised(team, sertraline)
    with pytest.raises(errors.NotAllowed):
        act(team, team.sam, "withdraw", proposal)
    assert act(team, team.ada, "withdraw", proposal).state == State.WITHDRAWN
    with pytest.raises(errors.NotOpen):
        c.agree(team, team.maya, proposal)


def test_an_answer_to_another_text_is_refused(team, sertraline):
    proposal = raised(team, sertraline)
    with pytest.raises(errors.TextChanged):
        act(team, team.maya, "agree", proposal, read_hash="0" * 64)


def test_somebody_who_was_not_asked_cannot_answer(team, sertraline):
    from tests import factory

    post = factory.clinician("prescriber", "Dr Other")
    factory.member(team.patient, post)
    proposal = raised(team, sertraline)
    with pytest.raises(errors.NotAsked):
        with team.acting(team.maya):
            proposals.agree(
                proposal,
                by=medications.By(post.user, "prescriber"),
                read_hash=proposal.text_hash,
                now=c.NOW,
            )


# --- disagreement ----------------------------------------------------------------------


def disagreed(team, sertraline) -> Proposal:
    proposal = c.agree(team, team.maya, raised(team, sertraline))
    return act(
        team,
        team.sam,
        "disagree",
        proposal,
        read_hash=proposal.text_hash,
        note="Too soon after the move.",
    )


def test_a_disagreement_stops_the_clock(team, sertraline):
    proposal = disagreed(team, sertraline)
    assert proposal.clock_stopped_at is not None
    assert proposals.close_overdue(c.later(30)) == 0


def test_going_on_needs_a_reason_and_the_no_stands_beside_the_version(team, sertraline):
    """N8: recorded and not hidden."""
    proposal = disagreed(team, sertraline)
    with pytest.raises(errors.WordsMissing):
        act(team, team.ada, "go_on", proposal, because=" ")
    done = act(team, team.ada, "go_on", proposal, because="We spoke on the phone.")
    assert done.state == State.APPLIED
    with team.acting(team.maya):
        beside = Signature.objects.get(version__number=2, user=team.sam)
    assert beside.kind == "disagrees"


def test_a_no_without_words_is_refused(team, sertraline):
    proposal = raised(team, sertraline)
    with pytest.raises(errors.WordsMissing):
        act(team, team.sam, "disagree", proposal, read_hash=proposal.text_hash, note="")


# --- what may be sent ---------------------------------------------------------------------


def test_a_blank_needed_part_cannot_be_sent(team, sertraline):
    """L11."""
    with pytest.raises(errors.PartMissing):
        c.suggest(team, team.ada, c.new_dose(sertraline))
    with pytest.raises(errors.WordsMissing):
        raised(team, sertraline, why="  ")


def test_no_version_without_a_day_to_look_again(team):
    """L12."""
    with pytest.raises(errors.NoReviewDate):
        c.suggest(team, team.ada, c.APPROACH, c.start(), look_again_on=None)


def test_no_version_before_the_approach_was_weighed(team):
    """L13."""
    with pytest.raises(errors.NoApproach):
        c.suggest(team, team.ada, c.start())


def test_one_open_suggestion_per_medicine(team, sertraline):
    raised(team, sertraline)
    with pytest.raises(errors.OpenAlready):
        raised(team, sertraline, "100")


def test_a_new_suggestion_may_take_the_place_of_ones_own(team, sertraline):
    first, plan = raised(team, sertraline), team.plan
    with team.acting(team.ada) as by:
        change = c.new_dose(sertraline, c.step("100", SOON))
        drafted = proposals.draft(
            plan,
            by=by,
            changes=[change],
            wording=c.wording(),
            base_number=plan.number,
            supersedes=first,
            now=c.NOW,
        )
        proposals.send(drafted, by=by, now=c.NOW)
    assert state(team, first) == State.WITHDRAWN


def test_a_draft_is_its_writers_alone(team, sertraline):
    plan = team.plan
    with team.acting(team.ada) as by:
        drafted = proposals.draft(
            plan,
            by=by,
            changes=[c.new_dose(sertraline, c.step("75", SOON))],
            wording=c.wording(),
            base_number=plan.number,
            now=c.NOW,
        )
    for user in (team.maya, team.sam):
        with team.acting(user):
            assert not Proposal.objects.filter(pk=drafted.pk).exists()


def test_a_plan_that_moved_on_refuses_the_older_form(team, sertraline):
    """E3."""
    plan = team.plan
    with team.acting(team.ada) as by:
        drafted = proposals.draft(
            plan,
            by=by,
            changes=[c.new_dose(sertraline, c.step("75", SOON))],
            wording=c.wording(),
            base_number=plan.number,
            now=c.NOW,
        )
    c.own(team, "goal", words="Sleep through")
    with team.acting(team.ada) as by, pytest.raises(errors.StaleVersion):
        proposals.send(drafted, by=by, now=c.NOW)


def test_an_unrelated_version_in_between_does_not_stop_an_answer(team, sertraline):
    proposal = raised(team, sertraline)
    c.own(team, "goal", words="Sleep through")
    assert c.all_agree(team, proposal).state == State.APPLIED
    assert team.plan.number == 3


@pytest.mark.parametrize("who", ["maya", "sam"])
@pytest.mark.parametrize("kind", ["dose_steps", "taper", "stop", "hold", "step_back"])
def test_nobody_but_a_prescriber_suggests_a_dose(team, sertraline, who, kind):
    """R9, decisions 5."""
    plan, user = team.plan, getattr(team, who)
    change = c.new_dose(sertraline, c.step("25", SOON), kind=kind)
    with team.acting(user) as by, pytest.raises(errors.OnlyPrescriber):
        proposals.draft(
            plan,
            by=by,
            changes=[change],
            wording=c.wording(),
            base_number=plan.number,
            now=c.NOW,
        )


# --- start now for safety (decisions 6) --------------------------------------------------


def started(team, change, **more) -> Proposal:
    plan = team.plan
    with team.acting(team.ada) as by:
        return proposals.start_now(
            plan,
            by=by,
            changes=[change],
            wording=c.wording(),
            reason=more.pop("reason", "A rash since this morning."),
            base_number=plan.number,
            now=c.NOW,
        )


def stop(sertraline):
    values = {
        "medication": str(sertraline.pk),
        "because": "a rash",
        "on": c.TODAY.isoformat(),
    }
    return proposals.Change("stop", values)


def test_a_stop_for_safety_acts_at_once_and_is_marked(team, sertraline):
    started(team, stop(sertraline))
    with team.acting(team.maya):
        row = Medication.objects.get(pk=sertraline.pk)
        version = PlanVersion.objects.get(number=2)
        kinds = {s.user_id: s.kind for s in Signature.objects.filter(version=version)}
    assert (row.state, row.stopped_because) == ("stopped", "a rash")
    assert version.kind == "safety"
    assert kinds[team.maya.pk] == "asked_after"
    assert kinds[team.ada.pk] == "agreed"


def test_it_supersedes_an_open_suggestion_about_that_medicine(team, sertraline):
    before = raised(team, sertraline)
    started(team, stop(sertraline))
    assert state(team, before) == State.WITHDRAWN


def test_a_patient_who_declines_it_opens_a_concern_and_the_step_stands(
    team, sertraline
):
    proposal = started(team, stop(sertraline))
    act(team, team.maya, "decline", proposal, read_hash=proposal.text_hash)
    with team.acting(team.maya):
        assert Concern.objects.get(patient=team.patient).owner == team.ada
        assert Medication.objects.get(pk=sertraline.pk).state == "stopped"


@pytest.mark.parametrize("dose", ["75", "100"])
def test_raising_never_starts_at_once(team, sertraline, dose):
    with pytest.raises(errors.NotForSafety):
        started(team, c.new_dose(sertraline, c.step(dose, c.TODAY)))


def test_it_needs_a_reason(team, sertraline):
    with pytest.raises(errors.WordsMissing):
        started(team, stop(sertraline), reason=" ")


def test_lowering_at_once_makes_the_lower_dose_current(team, sertraline):
    started(team, c.new_dose(sertraline, c.step("25", c.TODAY)))
    with team.acting(team.maya):
        assert DoseStep.objects.get(state="current").amount == 25
