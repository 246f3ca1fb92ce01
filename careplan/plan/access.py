"""The door of the plan: a record's plan, and the rows in it, for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from careplan.plan import plans, queries
from careplan.plan.change import PATIENT
from careplan.plan.medications import By
from careplan.plan.models import Plan, Proposal
from careplan.plan.proposals import OPEN
from careplan.team.models import Concern
from patients import access
from patients.access import Actor, Right
from patients.models import Patient, User
from patients.topics import Topic

T = TypeVar("T", bound=Model)


@dataclass(frozen=True)
class Room:
    """One reader in one record: who they are there, and what they opened."""

    actor: Actor
    patient: Patient
    role: str

    @property
    def is_patient(self) -> bool:
        return self.role == PATIENT

    @property
    def user(self) -> User:
        if self.actor.user is None:
            raise PermissionDenied
        return self.actor.user

    @property
    def by(self) -> By:
        return By(self.user, self.role)

    @property
    def prefix(self) -> str:
        """The canonical address of the record: a link works for all three."""
        return f"/p/{self.patient.pk}"

    @property
    def people_prefix(self) -> str:
        return f"/c/people/{self.patient.pk}"

    @property
    def links(self) -> Any:
        """The row of pages inside a person's record, for a clinician."""
        return access.links_of(self.role, self.patient)

    def may(self, right: Right) -> bool:
        return access.may(self.actor, self.patient, right)

    def require(self, *rights: Right) -> None:
        """Refuse with 403 unless the reader has every right."""
        access.require(self.actor, self.patient, *rights)

    def reads(self, topic: Topic) -> bool:
        return self.may(access.view(topic))

    def plan(self) -> Plan:
        """The plan of this record, begun when there is none."""
        return plans.plan_of(self.patient)


def room(
    request: HttpRequest,
    record: UUID | None,
    *rights: Right,
    topic: Topic = Topic.PLAN,
    part: str = "plan",
) -> Room:
    """Open one record for the reader; without an id their own (short addresses).

    404 for a stranger, 403 for a member without the topic. Notes who looked.
    """
    actor = access.actor_of(request)
    if record is None:
        patient = access.own_patient(actor)
    else:
        patient = access.patient_for(actor, record, access.view(topic))
    access.require(actor, patient, *rights)
    found = Room(actor, patient, access.role_in(actor, patient) or "")
    request.shell = access.shell_of(found.role)  # type: ignore[attr-defined]
    access.seen(actor, patient, part)
    return found


def row_in(opened: Room, rows: QuerySet[T, T], row_id: UUID) -> T:
    """Return one row of this record; 404 for another record's or a hidden one."""
    row = rows.filter(patient=opened.patient, pk=row_id).first()
    if row is None:
        raise Http404
    return row


def proposal_in(opened: Room, proposal_id: UUID) -> Proposal:
    """Return a suggestion of this record that the reader may see; else 404.

    A draft is its writer's alone; a suggestion about a topic that the reader may not
    see is not there for them.
    """
    rows = queries.with_askers(
        Proposal.objects.select_related("plan", "proposer", "version")
    )
    proposal = row_in(
        opened, rows.prefetch_related("changes", "responses__user"), proposal_id
    )
    if (
        proposal.state == Proposal.State.DRAFT
        and proposal.proposer_id != opened.user.pk
    ):
        raise Http404
    if not all(opened.reads(Topic(topic)) for topic in proposal.topics):
        raise Http404
    proposal.plan.patient = opened.patient
    return proposal


def concern_asked(request: HttpRequest, opened: Room) -> UUID | None:
    """Return the open question that a suggestion answers, named by `?concern=` (N6).

    None when there is none the reader may see: a suggestion also stands on its own.
    """
    try:
        ref = UUID(request.GET.get("concern", ""))
    except ValueError:
        return None
    found = Concern.objects.filter(patient=opened.patient, pk=ref).first()
    return found.pk if found is not None and found.is_open else None


def draft_asked(request: HttpRequest, opened: Room) -> Proposal | None:
    """Return the reader's own unsent draft that the address names by `?draft=`."""
    try:
        ref = UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
    mine = Proposal.objects.filter(
        patient=opened.patient,
        pk=ref,
        proposer=opened.user,
        state=Proposal.State.DRAFT,
    )
    return mine.prefetch_related("changes").first()


def instead_asked(request: HttpRequest, opened: Room) -> Proposal | None:
    """Return the reader's own open suggestion that `?instead=` names: a changed one
    takes its place when it is sent (decisions 1)."""
    try:
        ref = UUID(request.GET.get("instead", ""))
    except ValueError:
        return None
    mine = Proposal.objects.filter(
        patient=opened.patient,
        pk=ref,
        proposer=opened.user,
        state__in=OPEN,
    )
    return mine.prefetch_related("changes").first()


def context(opened: Room, **more: Any) -> dict[str, Any]:
    """Return what every page of the plan says about where the reader is."""
    return {"room": opened, "patient": opened.patient, **more}
