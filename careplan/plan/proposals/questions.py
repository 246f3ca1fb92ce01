"""Questions before an answer: while one is open the clock stands still."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from careplan.plan.change import PATIENT
from careplan.plan.errors import NotAllowed, NotOpen, WordsMissing
from careplan.plan.medications import By
from careplan.plan.models import Proposal, ProposalQuestion
from careplan.plan.proposals.settling import settle
from careplan.plan.proposals.standing import (
    OPEN,
    locked,
    require_asked,
    require_open,
    tell_others,
)


@transaction.atomic
def ask(proposal: Proposal, *, by: By, text: str, now: datetime) -> ProposalQuestion:
    """Ask before answering. The clock stands still until it is answered."""
    proposal = locked(proposal)
    require_open(proposal, now)
    require_asked(proposal, by)
    if not text.strip():
        raise WordsMissing
    question = ProposalQuestion(
        patient_id=proposal.patient_id,
        proposal=proposal,
        topics=proposal.topics,
        asker=by.user,
        text=text.strip(),
        asked_at=now,
    )
    question.save(force_insert=True)
    tell_others(proposal, f"question-{question.pk}", by, now)
    if not proposal.for_safety:
        settle(proposal, now)
    return question


@transaction.atomic
def answer_question(
    question: ProposalQuestion, *, by: By, text: str, now: datetime
) -> ProposalQuestion:
    """Answer a question; with none left open the clock runs on.

    Clinicians answer; the person who asked may also close it in their own words.
    """
    proposal = locked(question.proposal)
    if by.role == PATIENT and by.user.pk != question.asker_id:
        raise NotAllowed
    if not text.strip():
        raise WordsMissing
    question = ProposalQuestion.objects.select_for_update().get(pk=question.pk)
    if question.answered_at is not None:
        raise NotOpen
    question.answer, question.answered_by = text.strip(), by.user
    question.answered_at = now
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    tell_others(proposal, f"answer-{question.pk}", by, now)
    if proposal.state in OPEN:
        settle(proposal, now)
    return question
