"""From the last needed yes into the plan, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from careplan.common.clock import local_date
from careplan.common.identity import acting_as, system
from careplan.plan import medications, plans, versions
from careplan.plan.change import Application, ChangeKind, Values
from careplan.plan.errors import StaleVersion
from careplan.plan.models import (
    Medication,
    Plan,
    PlanVersion,
    Proposal,
    Response,
    Signature,
)
from careplan.plan.parties import Party, typed
from careplan.plan.proposals.standing import Answer, State, concern_of, decide
from careplan.team import concerns, headsups


def apply(
    proposal: Proposal,
    asked: Iterable[Party],
    standing: dict[UUID, Response],
    now: datetime,
) -> PlanVersion:
    """Write the agreed change: items, version, signatures, heads-up, all or nothing."""
    signers = [signer(party, standing.get(party.user_id)) for party in asked]
    return write(proposal, PlanVersion.Kind.AGREED, signers, now)


@transaction.atomic
def write(
    proposal: Proposal, kind: str, signers: list[versions.Signer], now: datetime
) -> PlanVersion:
    with acting_as(system("apply")):
        plan = plans.locked(proposal.plan)
        plan.patient = proposal.plan.patient
        changes = typed(proposal.changes.all())
        # No step may move between reading the ground and changing it.
        medications.keep_still(Medication.objects.filter(patient=plan.patient_id))
        _require_same_ground(plan, changes)
        to = Application(
            plan=plan,
            version_id=uuid4(),
            author=proposal.proposer,
            now=now,
            today=local_date(now, plan.patient.time_zone),
            proposal=proposal,
        )
        # First, so that a change of the review day itself has the last word.
        _keep_review_date(plan, proposal)
        for change_kind, values in changes:
            change_kind.apply(values, to)
        version = versions.write(
            plan,
            version_id=to.version_id,
            kind=kind,
            author=proposal.proposer,
            why=dict.fromkeys(proposal.topics, proposal.why),
            signers=signers,
            now=now,
        )
        proposal.version = version
        decide(proposal, State.APPLIED, now, because="", extra=("version",))
        _tell_therapist(changes, to, version)
        _close_concern(proposal, version, now)
    return version


def _require_same_ground(
    plan: Plan, changes: Iterable[tuple[ChangeKind, Values]]
) -> None:
    if not _is_same_ground(plan, changes):
        raise StaleVersion


def _is_same_ground(plan: Plan, changes: Iterable[tuple[ChangeKind, Values]]) -> bool:
    return all(
        kind.basis(plan, values) == values.get("basis", "") for kind, values in changes
    )


def is_stale(proposal: Proposal) -> bool:
    """Say whether what a suggestion was written on has changed since.

    It can then no longer be put in; its writer can write it anew. Reads only.
    """
    return not _is_same_ground(proposal.plan, typed(proposal.changes.all()))


def _keep_review_date(plan: Plan, proposal: Proposal) -> None:
    if proposal.look_again_on is not None:
        plan.review_on = proposal.look_again_on
        plan.save(update_fields=["review_on"])


def signer(party: Party, row: Response | None) -> versions.Signer:
    kinds = {
        Answer.AGREES: Signature.Kind.AGREED,
        Answer.AGREES_WITH_NOTE: Signature.Kind.AGREED_WITH_NOTE,
        Answer.DISAGREES: Signature.Kind.DISAGREES,
    }
    if row is None:
        kind, signed_at = Signature.Kind.NOT_ANSWERED, None
    else:
        kind, signed_at = kinds[Answer(row.answer)], row.answered_at
    return versions.Signer(party.user_id, party.role, kind, signed_at, row)


def _tell_therapist(
    changes: Iterable[tuple[ChangeKind, Values]], to: Application, version: PlanVersion
) -> None:
    for kind, values in changes:
        watch = kind.watch(values, to)
        if watch is not None:
            headsups.post_dose_change(
                patient=to.plan.patient,
                label=watch.label,
                expect=watch.expect,
                watch=watch.watch,
                until=watch.until,
                version_number=version.number,
                now=to.now,
            )


def _close_concern(proposal: Proposal, version: PlanVersion, now: datetime) -> None:
    concern = concern_of(proposal)
    if concern is not None:
        concerns.close(
            concern,
            by=proposal.proposer,
            role=proposal.proposer_role,
            version_number=version.number,
            now=now,
        )
