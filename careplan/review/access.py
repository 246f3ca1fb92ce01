"""The door of the review pages: one record for one reader, or a clinician's list."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from careplan.common import navigation
from careplan.review.timeline.data import Voice
from patients import access
from patients.access import PATIENT, Actor, Right
from patients.models import Patient, User
from patients.topics import Topic


@dataclass(frozen=True)
class Room:
    """One reader in one record: who they are there and what is open to them."""

    actor: Actor
    patient: Patient
    role: str
    topics: frozenset[str]

    @property
    def is_patient(self) -> bool:
        return self.role == PATIENT

    @property
    def user(self) -> User:
        if self.actor.user is None:
            raise PermissionDenied
        return self.actor.user

    @property
    def voice(self) -> Voice:
        return Voice.PATIENT if self.is_patient else Voice.CLINICIAN

    @property
    def prefix(self) -> str:
        """The canonical address of the record: a link works for all three."""
        return f"/p/{self.patient.pk}"

    @property
    def links(self) -> tuple[navigation.PersonLink, ...]:
        """The row of pages inside a person's record, for a clinician."""
        return access.links_of(self.role, self.patient)

    def reads(self, topic: Topic) -> bool:
        return topic.value in self.topics

    def may(self, right: Right) -> bool:
        return access.may(self.actor, self.patient, right)


def room(
    request: HttpRequest,
    record: UUID | None,
    *rights: Right,
    part: str,
    through: str = "page",
) -> Room:
    """Open one record; without an id the reader's own. Notes who looked.

    404 for a stranger, 403 for a member without a right.
    """
    actor = access.actor_of(request)
    if record is None:
        patient = access.own_patient(actor)
    else:
        patient = access.patient_for(actor, record, access.MEMBER)
    access.require(actor, patient, *rights)
    role = access.role_in(actor, patient) or ""
    request.shell = access.shell_of(role)  # type: ignore[attr-defined]
    access.seen(actor, patient, part, through=through)
    return Room(actor, patient, role, access.topics_open_to(actor, patient))


def clinicians_only(opened: Room) -> None:
    """Refuse with 403 whoever does not review this record as a clinician."""
    if opened.is_patient or not opened.may(access.REVIEW):
        raise PermissionDenied
