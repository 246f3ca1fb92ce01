"""Suggestions whose reply-by day has ended: applied, or laid to rest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from careplan.common.identity import acting_as, system
from careplan.plan.errors import StaleVersion
from careplan.plan.models import Proposal
from careplan.plan.parties import parties_of
from careplan.plan.proposals.applying import apply
from careplan.plan.proposals.standing import SAYS_YES, State, answers_of, decide, says


def close_overdue(now: datetime, *, at_most: int = 200) -> int:
    """Settle suggestions whose reply-by day has ended; say how many were closed.

    With every needed yes it applies, and silence is written down as "not answered";
    without one it expires. Runs as `system("steps")`, called by the tick.
    """
    with transaction.atomic(), acting_as(system("steps")):
        due = Proposal.objects.filter(
            state__in=(State.PROPOSED, State.AGREED),
            reply_by_at__lte=now,
            clock_stopped_at=None,
            for_safety=False,
        )
        found = list(due.order_by("reply_by_at").values_list("pk", flat=True)[:at_most])
    return sum(_close_one(proposal_id, now) for proposal_id in found)


@transaction.atomic
def _close_one(proposal_id: UUID, now: datetime) -> bool:
    with acting_as(system("steps")):
        rows = Proposal.objects.select_for_update(skip_locked=True, of=("self",))
        proposal = (
            rows.filter(pk=proposal_id, state__in=(State.PROPOSED, State.AGREED))
            .filter(clock_stopped_at=None, reply_by_at__lte=now)
            .select_related("plan__patient__user", "proposer")
            .first()
        )
        if proposal is None:
            return False
        asked, standing = parties_of(proposal), answers_of(proposal)
        if all(says(standing, p) in SAYS_YES for p in asked if p.is_needed):
            try:
                with transaction.atomic():
                    apply(proposal, asked, standing, now)
            except StaleVersion:
                decide(proposal, State.EXPIRED, now, because="stale")
        else:
            decide(proposal, State.EXPIRED, now, because="")
        return True
