"""Who is asked about a suggestion, and whose yes it needs (decisions 1, 2, 11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from careplan.plan.change import PATIENT, ChangeKind, Values, kind_of
from careplan.plan.models import (
    Medication,
    Plan,
    Proposal,
    ProposedChange,
    TherapyCourse,
)
from patients.models import CareTeamMember, Patient, Role, User
from patients.topics import Topic

# To sign, a clinician must see what is signed.
NEEDED_TOPICS: dict[str, frozenset[str]] = {
    Role.PRESCRIBER.value: frozenset(
        {Topic.PLAN.value, Topic.MEDICINES.value, Topic.SIDE_EFFECTS.value}
    ),
    Role.THERAPIST.value: frozenset({Topic.PLAN.value, Topic.THERAPY.value}),
}


@dataclass(frozen=True)
class Party:
    """One person asked, and whether the change waits for their yes."""

    user: User
    role: str
    is_needed: bool

    @property
    def user_id(self) -> UUID:
        return self.user.pk


@dataclass(frozen=True)
class Team:
    """The people of a record who can sign, as the reader may see them."""

    patient: Patient
    signers: tuple[CareTeamMember, ...]

    def in_role(self, role: str) -> tuple[CareTeamMember, ...]:
        return tuple(member for member in self.signers if member.role == role)


def team_of(patient: Patient) -> Team:
    """Return the active clinicians who see enough to sign. One query."""
    members = CareTeamMember.objects.filter(
        patient=patient, state=CareTeamMember.State.ACTIVE, role__in=NEEDED_TOPICS
    ).select_related("user")
    return Team(
        patient,
        tuple(
            member
            for member in members.order_by("joined_at", "pk")
            if NEEDED_TOPICS[member.role] <= frozenset(member.topics)
            and member.user.is_active
        ),
    )


def parties(
    plan: Plan,
    *,
    changes: Iterable[tuple[ChangeKind, Values]],
    proposer: User,
    team: Team | None = None,
) -> tuple[Party, ...]:
    """Return everyone asked: the patient, each section's owner, the other clinician.

    Required parts follow the team that exists: a section whose owner is not there
    needs the patient alone. A change of the patient's own part asks only the patient.
    """
    team = team or team_of(plan.patient)
    changes = tuple(changes)
    found = {plan.patient.user_id: Party(plan.patient.user, PATIENT, is_needed=True)}
    for kind, values in changes:
        owner = _owner(kind, plan, values, team, proposer)
        if owner:
            found[owner.user_id] = Party(owner.user, owner.role, is_needed=True)
    if all(kind.is_own_part for kind, _values in changes):
        return tuple(found.values())
    for role in NEEDED_TOPICS:
        if role not in {party.role for party in found.values()}:
            other = _first(plan, role, team, proposer)
            if other and other.user_id not in found:
                found[other.user_id] = Party(other.user, role, is_needed=False)
    return tuple(found.values())


def parties_of(proposal: Proposal, team: Team | None = None) -> tuple[Party, ...]:
    """Return the people asked about a stored suggestion."""
    return parties(
        proposal.plan,
        changes=typed(proposal.changes.all()),
        proposer=proposal.proposer,
        team=team,
    )


def typed(rows: Iterable[ProposedChange]) -> tuple[tuple[ChangeKind, Values], ...]:
    """Return each stored change with its kind, in order."""
    ordered = sorted(rows, key=lambda row: row.order)
    return tuple((kind_of(row.kind), row.values) for row in ordered)


def _owner(
    kind: ChangeKind, plan: Plan, values: Values, team: Team, proposer: User
) -> CareTeamMember | None:
    role = kind.owner_role(values)
    if role is None:
        return None
    candidates = {member.user_id: member for member in team.in_role(role)}
    named = kind.owner_id(plan, values)
    if named in candidates:
        return candidates[named]
    return candidates.get(proposer.pk) or next(iter(candidates.values()), None)


def _first(plan: Plan, role: str, team: Team, proposer: User) -> CareTeamMember | None:
    """One person of the role: the proposer, the one named on an item, the first."""
    candidates = {member.user_id: member for member in team.in_role(role)}
    if len(candidates) < 2 or proposer.pk in candidates:
        return candidates.get(proposer.pk) or next(iter(candidates.values()), None)
    named = _named_on_items(plan, role)
    return next(
        (candidates[user] for user in named if user in candidates),
        next(iter(candidates.values())),
    )


def _named_on_items(plan: Plan, role: str) -> list[UUID]:
    active = {"patient": plan.patient_id, "state": "active"}
    if role == Role.THERAPIST:
        courses = TherapyCourse.objects.filter(**active, therapist__isnull=False)
        return list(courses.values_list("therapist", flat=True))
    rows = Medication.objects.filter(**active, prescriber__isnull=False)
    return list(rows.values_list("prescriber", flat=True))
