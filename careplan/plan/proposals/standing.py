"""Where a suggestion stands: who is asked, who said what, and who may act on it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careplan.plan import notices
from careplan.plan.errors import NotAllowed, NotAsked, NotOpen
from careplan.plan.medications import By
from careplan.plan.models import Proposal, Response
from careplan.plan.parties import Party, parties_of
from careplan.team.models import Concern

State = Proposal.State
Answer = Response.Answer
OPEN = (State.PROPOSED, State.QUESTION, State.AGREED)
SAYS_YES = (Answer.AGREES, Answer.AGREES_WITH_NOTE)


def locked(proposal: Proposal) -> Proposal:
    """Return the suggestion as it stands, held until the transaction ends."""
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("plan__patient__user", "proposer", "supersedes").get(
        pk=proposal.pk
    )


def require_proposer(proposal: Proposal, by: By) -> None:
    """Refuse everyone but the writer. Raises NotAllowed."""
    if proposal.proposer_id != by.user.pk:
        raise NotAllowed


def require_open(proposal: Proposal, now: datetime) -> None:
    """Refuse what is settled or past its reply-by day. Raises NotOpen."""
    if proposal.for_safety and proposal.state == State.APPLIED:
        return
    if proposal.state not in OPEN:
        raise NotOpen
    is_late = proposal.reply_by_at is not None and now >= proposal.reply_by_at
    if is_late and proposal.clock_stopped_at is None:
        raise NotOpen


def require_asked(proposal: Proposal, by: By) -> None:
    """Refuse who is not asked. Anyone on a team sees who is on it. Raises NotAsked."""
    if by.user.pk not in {party.user_id for party in parties_of(proposal)}:
        raise NotAsked


def answers_of(proposal: Proposal) -> dict[UUID, Response]:
    """Return the standing answer of each person; what was taken back is none."""
    rows = Response.objects.filter(proposal=proposal, taken_back_at=None)
    return {row.user_id: row for row in rows}


def says(standing: dict[UUID, Response], party: Party) -> str | None:
    """Return what a person answered, or None."""
    row = standing.get(party.user_id)
    return row.answer if row else None


def answer_row(
    proposal: Proposal, by: By, answer: str, note: str, now: datetime
) -> None:
    """Write an answer to the exact text that stands now."""
    Response(
        patient_id=proposal.patient_id,
        proposal=proposal,
        topics=proposal.topics,
        user=by.user,
        role=by.role,
        answer=answer,
        note=note.strip(),
        text_hash=proposal.text_hash,
        answered_at=now,
    ).save(force_insert=True)


def decide(
    proposal: Proposal,
    state: str,
    now: datetime,
    *,
    because: str,
    extra: tuple[str, ...] = (),
) -> None:
    """Settle a suggestion; what came to nothing takes its notices back."""
    proposal.state, proposal.decided_at = state, now
    proposal.decided_because = because
    proposal.save(update_fields=["state", "decided_at", "decided_because", *extra])
    if state in (State.WITHDRAWN, State.DECLINED, State.EXPIRED):
        notices.take_back(proposal, now=now)


def tell_others(proposal: Proposal, purpose: str, by: By, now: datetime) -> None:
    """Tell everyone asked but `by`, in words that say nothing outside."""
    people = [
        party.user for party in parties_of(proposal) if party.user_id != by.user.pk
    ]
    notices.tell(proposal, people=people, purpose=purpose, now=now)


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last moment of `day` where the patient lives."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))


def concern_of(proposal: Proposal) -> Concern | None:
    """Give the open question a suggestion answers, when it can still be seen."""
    if proposal.concern_ref is None:
        return None
    rows = Concern.objects.filter(patient=proposal.patient_id)
    concern = rows.filter(pk=proposal.concern_ref).first()
    return concern if concern is not None and concern.is_open else None
