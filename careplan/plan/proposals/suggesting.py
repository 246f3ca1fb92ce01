"""Writing a suggestion down and sending it: from then on its text is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from careplan.common.clock import local_date
from careplan.plan import canonical
from careplan.plan.change import ChangeKind, Values, kind_of
from careplan.plan.errors import (
    NoApproach,
    NoReviewDate,
    NotAllowed,
    NotOpen,
    OnlyPrescriber,
    OpenAlready,
    PartMissing,
    StaleVersion,
    WordsMissing,
)
from careplan.plan.medications import By
from careplan.plan.models import Approach, Plan, Proposal, ProposedChange
from careplan.plan.parties import typed
from careplan.plan.proposals.settling import settle
from careplan.plan.proposals.standing import (
    OPEN,
    Answer,
    State,
    answer_row,
    concern_of,
    decide,
    end_of_day,
    locked,
    require_proposer,
    tell_others,
)
from careplan.team import concerns
from patients.models import Role
from patients.topics import Topic


@dataclass(frozen=True)
class Change:
    """One typed change as a form gave it: the kind's name and its values."""

    kind: str
    values: Values


@dataclass(frozen=True)
class Wording:
    """What a proposer writes around the changes."""

    why: str
    title: str = ""
    notice: str = ""
    pause: str = ""
    look_again_on: date | None = None
    look_again_how: str = ""
    reply_by: date | None = None
    overrides: Sequence[dict[str, str]] = field(default_factory=tuple)
    concern_ref: UUID | None = None


CLINICAL_SECTIONS = {Topic.MEDICINES, Topic.THERAPY}


@transaction.atomic
def draft(
    plan: Plan,
    *,
    by: By,
    changes: Sequence[Change],
    wording: Wording,
    base_number: int,
    now: datetime,
    supersedes: Proposal | None = None,
) -> Proposal:
    """Keep a suggestion that only its writer sees.

    Refuses kinds that are not theirs to make, and a blank needed part.
    """
    kinds = [(kind_of(change.kind), change.values) for change in changes]
    if not kinds:
        raise PartMissing(part="")
    for kind, values in kinds:
        _require_may_propose(kind, by.role)
        require_filled(kind, plan, values)
    proposal = Proposal(
        patient_id=plan.patient_id,
        plan=plan,
        proposer=by.user,
        proposer_role=by.role,
        title=wording.title or _title(plan, kinds),
        why=wording.why,
        notice=wording.notice,
        pause=wording.pause,
        look_again_on=wording.look_again_on,
        look_again_how=wording.look_again_how,
        reply_by=wording.reply_by,
        overrides=list(wording.overrides),
        concern_ref=wording.concern_ref,
        base_number=base_number,
        medicine_key=_medicine_key(kinds),
        topics=_topics(kinds),
        supersedes=supersedes,
        created_at=now,
    )
    proposal.save(force_insert=True)
    _write_changes(proposal, plan, kinds)
    return proposal


def _write_changes(
    proposal: Proposal, plan: Plan, kinds: Iterable[tuple[ChangeKind, Values]]
) -> None:
    ProposedChange.objects.bulk_create(
        ProposedChange(
            patient_id=plan.patient_id,
            proposal=proposal,
            topics=proposal.topics,
            order=order,
            kind=kind.name,
            values=canonical.plain({**values, "basis": kind.basis(plan, values)}),
            sentence=kind.sentence(plan, values),
            record_sentence=kind.record_sentence(plan, values),
        )
        for order, (kind, values) in enumerate(kinds, start=1)
    )


def require_filled(kind: ChangeKind, plan: Plan, values: Values) -> None:
    missing = kind.missing(plan, values)
    if missing:
        raise PartMissing(part=missing)


def _require_may_propose(kind: ChangeKind, role: str) -> None:
    if role in kind.proposers:
        return
    if kind.proposers == frozenset({Role.PRESCRIBER.value}):
        raise OnlyPrescriber
    raise NotAllowed


def _title(plan: Plan, kinds: list[tuple[ChangeKind, Values]]) -> str:
    """Name the last change: "how we begin" only stands before what is begun."""
    kind, values = kinds[-1]
    return kind.title(plan, values)


def _medicine_key(kinds: Iterable[tuple[ChangeKind, Values]]) -> str:
    return next((k for k in (kind.medicine_key(v) for kind, v in kinds) if k), "")


def _topics(kinds: Iterable[tuple[ChangeKind, Values]]) -> list[str]:
    return sorted({Topic.PLAN.value, *(kind.topic.value for kind, _values in kinds)})


@transaction.atomic
def send(proposal: Proposal, *, by: By, now: datetime) -> Proposal:
    """Fix the text and ask everyone whose answer is wanted.

    Sending is the proposer's own yes. Refuses a blank needed part, no day to look
    again, no approach noted, a plan that moved on, another open suggestion about the
    same medicine. What it supersedes is taken back in the same moment.
    """
    proposal = locked(proposal)
    require_proposer(proposal, by)
    if proposal.state != State.DRAFT:
        raise NotOpen
    # First: what it takes the place of may be answered in this very moment.
    _take_back_superseded(proposal, now)
    plan = _plan(proposal)
    _require_whole(proposal, plan)
    if plan.number != proposal.base_number:
        raise StaleVersion
    _require_only_one(proposal)
    fix_text(proposal, plan, now)
    answer_row(proposal, by, Answer.AGREES, "", now)
    tell_others(proposal, "sent", by, now)
    if (concern := concern_of(proposal)) is not None:
        concerns.happened(
            concern,
            by=by.user,
            role=by.role,
            event="suggested",
            text=proposal.title,
            now=now,
        )
    settle(proposal, now)
    return proposal


def _plan(proposal: Proposal) -> Plan:
    plan = Plan.objects.get(pk=proposal.plan_id)
    plan.patient = proposal.plan.patient
    proposal.plan = plan
    return plan


def fix_text(proposal: Proposal, plan: Plan, now: datetime) -> None:
    if proposal.reply_by is None:
        proposal.reply_by = local_date(now, plan.patient.time_zone) + timedelta(days=7)
    proposal.state, proposal.sent_at = State.PROPOSED, now
    proposal.reply_by_at = end_of_day(proposal.reply_by, plan.patient.time_zone)
    proposal.text_hash = text_hash(proposal)
    try:
        with transaction.atomic():
            proposal.save(
                update_fields=[
                    "state", "sent_at", "reply_by", "reply_by_at", "text_hash",
                ]
            )  # fmt: skip
    except IntegrityError as error:  # two sent at once: the unique index decides
        raise OpenAlready(who="") from error


def text_hash(proposal: Proposal) -> str:
    """Return the hash of the exact text every answer names."""
    changes = proposal.changes.order_by("order")
    return canonical.section_hash(
        {
            "title": proposal.title,
            "why": proposal.why,
            "notice": proposal.notice,
            "pause": proposal.pause,
            "look_again_on": proposal.look_again_on,
            "look_again_how": proposal.look_again_how,
            "changes": [
                [row.kind, row.values, row.sentence, row.record_sentence]
                for row in changes
            ],
        }
    )


def _require_whole(proposal: Proposal, plan: Plan) -> None:
    changes = typed(proposal.changes.all())
    for kind, values in changes:
        require_filled(kind, plan, values)
    if not proposal.why.strip():
        raise WordsMissing
    if not any(kind.topic in CLINICAL_SECTIONS for kind, _values in changes):
        return
    if proposal.look_again_on is None and plan.review_on is None:
        raise NoReviewDate
    if not _has_approach(plan, changes):
        raise NoApproach(name=plan.patient.called)


def _has_approach(plan: Plan, changes: Iterable[tuple[ChangeKind, Values]]) -> bool:
    # What must not wait never does: lowering or stopping asks for no earlier talk.
    if any(kind.name in {"approach", "hold", "stop"} for kind, _values in changes):
        return True
    return Approach.objects.filter(patient=plan.patient_id, ended_at=None).exists()


def _take_back_superseded(proposal: Proposal, now: datetime) -> None:
    if proposal.supersedes is None:
        return
    old = locked(proposal.supersedes)
    if old.state in OPEN:
        decide(old, State.WITHDRAWN, now, because="")


def _require_only_one(proposal: Proposal) -> None:
    if not proposal.medicine_key:
        return
    other = (
        Proposal.objects.filter(
            patient=proposal.patient_id,
            medicine_key=proposal.medicine_key,
            state__in=OPEN,
        )
        .exclude(pk=proposal.pk)
        .select_related("proposer")
        .first()
    )
    if other:
        raise OpenAlready(who=other.proposer.name)


@transaction.atomic
def discard(proposal: Proposal, *, by: By, now: datetime) -> None:
    """Put an unsent draft away. Nobody but its writer ever saw it."""
    proposal = locked(proposal)
    require_proposer(proposal, by)
    if proposal.state != State.DRAFT:
        raise NotOpen
    proposal.sent_at, proposal.text_hash = now, text_hash(proposal)
    decide(proposal, State.WITHDRAWN, now, because="", extra=("sent_at", "text_hash"))
