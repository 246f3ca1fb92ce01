"""Random people, random order, crashes between: never a plan nobody agreed to.

A Hypothesis state machine over suggestions (issue 4, "must show").
"""

from copy import deepcopy
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, system
from careplan.plan import medications, own_part, plans, proposals, versions
from careplan.plan.models import (
    DoseStep,
    Medication,
    Plan,
    PlanVersion,
    Proposal,
    ProposalQuestion,
    Signature,
)
from tests.kept import kept
from tests.plan import cast as c

PEOPLE = st.sampled_from(["maya", "sam", "ada"])
DOSES = st.sampled_from(["25", "50", "75", "100", "0"])
SAYS_YES = {"agreed", "agreed_with_note"}


class Crash(Exception):
    """The process dies before the transaction commits."""


class Proposals(RuleBasedStateMachine):
    """One record, three people, and whatever they do in whatever order."""

    begun: c.Cast  # on sertraline, made once

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.team, self.now = deepcopy(self.begun), c.NOW

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def attempt(self, act, *, crash: bool = False) -> None:
        """Run one act in its own transaction; refusals and crashes leave no trace."""
        try:
            with transaction.atomic():
                act()
                if crash:
                    raise Crash
        except (DomainError, Crash):
            pass

    def person(self, who: str):
        return getattr(self.team, who)

    def one_of(self, rows, pick: int):
        rows = list(rows)
        return rows[pick % len(rows)] if rows else None

    def a_proposal(self, pick: int):
        return self.one_of(Proposal.objects.order_by("created_at", "pk"), pick)

    @rule(who=PEOPLE, dose=DOSES, days=st.integers(0, 20), crash=st.booleans())
    def suggest(self, who, dose, days, crash) -> None:
        user = self.person(who)

        def act() -> None:
            with self.team.acting(user) as by:
                plan = plans.plan_of(self.team.patient)
                row = Medication.objects.get(patient=self.team.patient)
                day = self.now.date() + timedelta(days=days)
                drafted = proposals.draft(
                    plan,
                    by=by,
                    changes=[c.new_dose(row, c.step(dose, day))],
                    wording=c.wording(reply_by=self.now.date() + timedelta(days=3)),
                    base_number=plan.number,
                    now=self.now,
                )
                proposals.send(drafted, by=by, now=self.now)

        self.attempt(act, crash=crash)

    @rule(
        who=PEOPLE,
        verb=st.sampled_from(
            ["agree", "agree", "agree", "disagree", "decline", "ask", "take_back",
             "withdraw", "go_on"]
        ),
        pick=st.integers(0, 9),
        crash=st.booleans(),
    )  # fmt: skip
    def answer(self, who, verb, pick, crash) -> None:
        user = self.person(who)

        def act() -> None:
            with self.team.acting(user) as by:
                row = self.a_proposal(pick)
                if row is None:
                    return
                words = {
                    "agree": {"read_hash": row.text_hash},
                    "disagree": {"read_hash": row.text_hash, "note": "No."},
                    "decline": {"read_hash": row.text_hash},
                    "ask": {"text": "Why?"},
                    "go_on": {"because": "We spoke."},
                }.get(verb, {})
                getattr(proposals, verb)(row, by=by, now=self.now, **words)

        self.attempt(act, crash=crash)

    @rule(who=PEOPLE, pick=st.integers(0, 9))
    def answer_a_question(self, who, pick) -> None:
        def act() -> None:
            with self.team.acting(self.person(who)) as by:
                row = self.one_of(ProposalQuestion.objects.order_by("asked_at"), pick)
                if row is not None:
                    proposals.answer_question(row, by=by, text="So.", now=self.now)

        self.attempt(act)

    @rule(who=PEOPLE, verb=st.sampled_from(["hold", "release", "end_hold"]))
    def touch_the_steps(self, who, verb) -> None:
        def act() -> None:
            with self.team.acting(self.person(who)) as by:
                row = Medication.objects.get(patient=self.team.patient)
                if verb == "hold":
                    medications.hold(row, by=by, now=self.now)
                elif verb == "end_hold":
                    medications.end_hold(row, by=by, because="-", now=self.now)
                else:
                    step = DoseStep.objects.filter(state="planned").first()
                    if step is not None:
                        medications.release(step, by=by, now=self.now)

        self.attempt(act)

    @rule(who=PEOPLE, dose=DOSES)
    def start_for_safety(self, who, dose) -> None:
        def act() -> None:
            with self.team.acting(self.person(who)) as by:
                plan = plans.plan_of(self.team.patient)
                row = Medication.objects.get(patient=self.team.patient)
                proposals.start_now(
                    plan,
                    by=by,
                    changes=[c.new_dose(row, c.step(dose, self.now.date()))],
                    wording=c.wording(),
                    reason="A rash.",
                    base_number=plan.number,
                    now=self.now,
                )

        self.attempt(act)

    @rule(who=PEOPLE, behind=st.integers(0, 1))
    def change_the_own_part(self, who, behind) -> None:
        def act() -> None:
            with self.team.acting(self.person(who)) as by:
                plan = plans.plan_of(self.team.patient)
                own_part.change(
                    plan,
                    by=by,
                    changes=[proposals.Change("goal", {"words": "Sleep"})],
                    base_number=plan.number - behind,
                    now=self.now,
                )

        self.attempt(act)

    @rule(days=st.integers(0, 5), crash=st.booleans())
    def time_passes(self, days, crash) -> None:
        self.now += timedelta(days=days)

        def act() -> None:
            proposals.close_overdue(self.now)
            medications.start_released_steps(self.now)

        self.attempt(act, crash=crash)

    @invariant()
    def the_chain_holds(self) -> None:
        if not hasattr(self, "team"):
            return
        with acting_as(system("apply")):
            assert versions.faults(Plan.objects.get(patient=self.team.patient)) == ()

    @invariant()
    def every_version_has_the_signatures_it_needs(self) -> None:
        if not hasattr(self, "team"):
            return
        with acting_as(system("apply")):
            for version in PlanVersion.objects.filter(patient=self.team.patient):
                signed = {
                    s.user_id
                    for s in Signature.objects.filter(
                        version=version, kind__in=SAYS_YES
                    )
                }
                needed = {
                    "agreed": {self.team.maya.pk, self.team.ada.pk},
                    "own": {self.team.maya.pk},
                    "safety": {self.team.ada.pk},
                }[version.kind]
                assert needed <= signed, version.kind

    @invariant()
    def everyone_asked_stands_beside_a_version_silence_and_no_included(self) -> None:
        if not hasattr(self, "team"):
            return
        team = {self.team.maya.pk, self.team.sam.pk, self.team.ada.pk}
        with acting_as(system("apply")):
            rows = PlanVersion.objects.filter(patient=self.team.patient)
            for version in rows.exclude(kind="own"):
                names = Signature.objects.filter(version=version)
                assert set(names.values_list("user_id", flat=True)) == team
                assert names.count() == len(team)

    @invariant()
    def no_two_doses_overlap(self) -> None:
        if not hasattr(self, "team"):
            return
        with acting_as(system("apply")):
            rows = DoseStep.objects.filter(patient=self.team.patient)
            ranges = rows.exclude(started_on=None).order_by("started_on", "order")
            for before, after in pairwise(ranges):
                assert before.ended_on is not None
                assert before.ended_on <= after.started_on

    @invariant()
    def every_dose_in_force_was_agreed_or_started_for_safety(self) -> None:
        if not hasattr(self, "team"):
            return
        with acting_as(system("apply")):
            steps = DoseStep.objects.filter(patient=self.team.patient)
            for step in steps.exclude(started_on=None):
                assert step.released_by_id == self.team.ada.pk
                assert step.proposal.state == "applied"
                assert step.added_by_id == step.proposal.version_id
            assert steps.filter(state="current").count() <= 1

    @invariant()
    def one_suggestion_is_open_at_most(self) -> None:
        if not hasattr(self, "team"):
            return
        with acting_as(system("apply")):
            rows = Proposal.objects.filter(patient=self.team.patient)
            assert rows.filter(state__in=proposals.OPEN).count() <= 1


team = kept(c.cast, at=c.NOW)
sertraline = kept(c.on_sertraline, on=team, at=c.NOW)


@pytest.mark.long
@pytest.mark.django_db
def test_no_order_of_acts_reaches_a_plan_nobody_agreed_to(team, sertraline):
    """Issue 4: signatures, chain, doses and crashes, whatever people do."""
    run_state_machine_as_test(
        type("Begun", (Proposals,), {"begun": team}),
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
