"""Yes, no, not now, taken back, and going on in spite of a no."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from careplan.plan.change import PATIENT
from careplan.plan.errors import NotAllowed, NotOpen, TextChanged, WordsMissing
from careplan.plan.medications import By
from careplan.plan.models import Proposal, Response
from careplan.plan.parties import parties_of
from careplan.plan.proposals.settling import settle
from careplan.plan.proposals.standing import (
    OPEN,
    Answer,
    State,
    answer_row,
    answers_of,
    concern_of,
    decide,
    locked,
    require_asked,
    require_open,
    require_proposer,
    says,
)
from careplan.team import concerns


@transaction.atomic
def agree(
    proposal: Proposal, *, by: By, read_hash: str, note: str = "", now: datetime
) -> Proposal:
    """Say yes to the exact text read; the last needed yes applies it at once."""
    answer = Answer.AGREES_WITH_NOTE if note.strip() else Answer.AGREES
    return _respond(proposal, by, read_hash, answer, note, now)


@transaction.atomic
def disagree(
    proposal: Proposal, *, by: By, read_hash: str, note: str, now: datetime
) -> Proposal:
    """A clinician says no, in words. It stops the clock and is never hidden."""
    if not note.strip():
        raise WordsMissing
    if by.role == PATIENT:
        return decline(proposal, by=by, read_hash=read_hash, note=note, now=now)
    return _respond(proposal, by, read_hash, Answer.DISAGREES, note, now)


@transaction.atomic
def decline(
    proposal: Proposal, *, by: By, read_hash: str, note: str = "", now: datetime
) -> Proposal:
    """The patient does not want this now. The plan stays; no reason is needed."""
    if by.role != PATIENT:
        raise NotAllowed
    return _respond(proposal, by, read_hash, Answer.DECLINES, note, now)


def _respond(
    proposal: Proposal, by: By, read_hash: str, answer: str, note: str, now: datetime
) -> Proposal:
    proposal = locked(proposal)
    require_open(proposal, now)
    require_asked(proposal, by)
    if read_hash != proposal.text_hash:
        raise TextChanged
    _take_back(proposal, by, now)
    answer_row(proposal, by, answer, note, now)
    _say_on_concern(proposal, by, answer, now)
    if answer == Answer.DECLINES and not proposal.for_safety:
        decide(proposal, State.DECLINED, now, because=note[:1000])
        return proposal
    if proposal.for_safety:
        if answer == Answer.DECLINES:
            _ask_prescriber(proposal, by, note, now)
        return proposal
    settle(proposal, now)
    return proposal


def _say_on_concern(proposal: Proposal, by: By, answer: str, now: datetime) -> None:
    """The question this change answers shows who agreed to it."""
    if answer not in {Answer.AGREES, Answer.AGREES_WITH_NOTE}:
        return
    if (concern := concern_of(proposal)) is not None:
        concerns.happened(
            concern, by=by.user, role=by.role, event="agreed", text="", now=now
        )


def _ask_prescriber(proposal: Proposal, by: By, note: str, now: datetime) -> None:
    """The patient does not want what started for safety: a concern opens by itself.

    The step stands until the prescriber changes it (decisions 6).
    """
    concerns.raise_concern(
        patient=proposal.plan.patient,
        by=by.user,
        role=by.role,
        owner=proposal.proposer,
        question=note.strip() or _("I do not want this change."),
        ground_label=proposal.title,
        ground_ref=str(proposal.pk),
        now=now,
    )


def _take_back(proposal: Proposal, by: By, now: datetime) -> int:
    return Response.objects.filter(
        proposal=proposal, user=by.user, taken_back_at=None
    ).update(taken_back_at=now)


@transaction.atomic
def take_back(proposal: Proposal, *, by: By, now: datetime) -> Proposal:
    """Withdraw one's own answer; possible until the change applies (decisions 7)."""
    proposal = locked(proposal)
    require_open(proposal, now)
    if proposal.for_safety or by.user.pk == proposal.proposer_id:
        raise NotOpen
    if _take_back(proposal, by, now):
        settle(proposal, now)
    return proposal


@transaction.atomic
def withdraw(
    proposal: Proposal, *, by: By, because: str = "", now: datetime
) -> Proposal:
    """The proposer takes the suggestion back. The plan stays as it is."""
    proposal = locked(proposal)
    require_proposer(proposal, by)
    if proposal.state not in OPEN:
        raise NotOpen
    decide(proposal, State.WITHDRAWN, now, because=because[:1000])
    return proposal


@transaction.atomic
def go_on(proposal: Proposal, *, by: By, because: str, now: datetime) -> Proposal:
    """Go on in spite of the other clinician's no, with a reason that stands beside it.

    A needed person's no cannot be passed over. Refuses an empty reason.
    """
    proposal = locked(proposal)
    require_proposer(proposal, by)
    require_open(proposal, now)
    if not because.strip():
        raise WordsMissing
    standing = answers_of(proposal)
    if any(
        p.is_needed and says(standing, p) == Answer.DISAGREES
        for p in parties_of(proposal)
    ):
        raise NotAllowed
    proposal.went_on_because = because[:1000]
    proposal.save(update_fields=["went_on_because"])
    settle(proposal, now)
    return proposal
