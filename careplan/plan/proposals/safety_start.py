"""Hold, lower or stop at once, for safety; the answers come afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from careplan.common.identity import acting_as, system
from careplan.plan import plans, versions
from careplan.plan.change import kind_of
from careplan.plan.errors import (
    NotForSafety,
    OnlyPrescriber,
    StaleVersion,
    WordsMissing,
)
from careplan.plan.medications import By
from careplan.plan.models import Plan, PlanVersion, Proposal, Response, Signature
from careplan.plan.parties import parties_of
from careplan.plan.proposals.applying import signer, write
from careplan.plan.proposals.standing import (
    OPEN,
    Answer,
    State,
    answer_row,
    decide,
    tell_others,
)
from careplan.plan.proposals.suggesting import (
    Change,
    Wording,
    draft,
    fix_text,
    require_filled,
)
from patients.models import Role


@transaction.atomic
def start_now(
    plan: Plan,
    *,
    by: By,
    changes: Sequence[Change],
    wording: Wording,
    reason: str,
    base_number: int,
    now: datetime,
) -> Proposal:
    """Hold, lower or stop at once, for safety; answers are asked for afterwards.

    A prescriber only, with a reason. An open suggestion about the same medicine is
    superseded. The version says how it came to be (decisions 6).
    """
    if by.role != Role.PRESCRIBER:
        raise OnlyPrescriber
    if not reason.strip():
        raise WordsMissing
    for change in changes:
        require_filled(kind_of(change.kind), plan, change.values)
        if not kind_of(change.kind).may_start_now(plan, change.values):
            raise NotForSafety
    proposal = draft(
        plan,
        by=by,
        changes=changes,
        wording=wording,
        base_number=base_number,
        now=now,
    )
    proposal.plan = plan
    _supersede_open(proposal, now)
    with acting_as(system("apply")):
        if plans.locked(plan).number != base_number:
            raise StaleVersion
    proposal.for_safety, proposal.safety_reason = True, reason.strip()[:1000]
    proposal.save(update_fields=["for_safety", "safety_reason"])
    fix_text(proposal, plan, now)
    answer_row(proposal, by, Answer.AGREES, "", now)
    own = Response.objects.get(proposal=proposal, user=by.user)
    signers = [
        signer(party, own)
        if party.user_id == by.user.pk
        else versions.Signer(
            party.user_id, party.role, Signature.Kind.ASKED_AFTER, None
        )
        for party in parties_of(proposal)
    ]
    write(proposal, PlanVersion.Kind.SAFETY, signers, now)
    tell_others(proposal, "started", by, now)
    return proposal


def _supersede_open(proposal: Proposal, now: datetime) -> None:
    # Locked, so that an answer given in this moment is not written over.
    others = (
        Proposal.objects.select_for_update(of=("self",))
        .filter(
            patient=proposal.patient_id,
            medicine_key=proposal.medicine_key,
            state__in=OPEN,
        )
        .exclude(medicine_key="")
    )
    for other in others:
        decide(other, State.WITHDRAWN, now, because="")
        proposal.supersedes = other
        proposal.save(update_fields=["supersedes"])
