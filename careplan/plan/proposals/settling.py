"""Moving a suggestion to the state its answers, questions and clock say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from careplan.common.clock import local_date
from careplan.plan.models import Proposal, ProposalQuestion, Response
from careplan.plan.parties import Party, parties_of
from careplan.plan.proposals.applying import apply
from careplan.plan.proposals.standing import (
    SAYS_YES,
    Answer,
    State,
    answers_of,
    end_of_day,
    says,
)


def settle(proposal: Proposal, now: datetime) -> None:
    """Move the state to what the answers, questions and the clock say."""
    asked, standing = parties_of(proposal), answers_of(proposal)
    if _is_stopped(proposal, asked, standing):
        _stop_clock(proposal, now)
        return
    _run_clock(proposal, now)
    needed_agree = all(says(standing, p) in SAYS_YES for p in asked if p.is_needed)
    if needed_agree and all(says(standing, p) is not None for p in asked):
        apply(proposal, asked, standing, now)
        return
    state = State.AGREED if needed_agree else State.PROPOSED
    if proposal.state != state:
        proposal.state = state
        proposal.save(update_fields=["state"])


def _is_stopped(
    proposal: Proposal, asked: Iterable[Party], standing: dict[UUID, Response]
) -> bool:
    if ProposalQuestion.objects.filter(proposal=proposal, answered_at=None).exists():
        return True
    noes = [p for p in asked if says(standing, p) == Answer.DISAGREES]
    return bool(noes) and (
        not proposal.went_on_because or any(p.is_needed for p in noes)
    )


def _stop_clock(proposal: Proposal, now: datetime) -> None:
    has_question = ProposalQuestion.objects.filter(
        proposal=proposal, answered_at=None
    ).exists()
    proposal.state = State.QUESTION if has_question else State.PROPOSED
    proposal.clock_stopped_at = proposal.clock_stopped_at or now
    proposal.save(update_fields=["state", "clock_stopped_at"])


def _run_clock(proposal: Proposal, now: datetime) -> None:
    if proposal.clock_stopped_at is None:
        return
    zone = proposal.plan.patient.time_zone
    left = (proposal.reply_by_at or now) - proposal.clock_stopped_at
    # Whole days, so that "by Friday" stays a day a person can keep in mind.
    proposal.reply_by = local_date(now + left - timedelta(seconds=1), zone)
    proposal.reply_by_at = end_of_day(proposal.reply_by, zone)
    proposal.clock_stopped_at = None
    proposal.save(update_fields=["reply_by", "reply_by_at", "clock_stopped_at"])
