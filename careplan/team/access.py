"""The door of the team's room: one reader in one record, and the rows in it.

A stranger gets 404, a supporter 403: what people write here is for the patient and
the clinicians. A row the database hides is 404 like one that is not there.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from careplan.common import navigation
from careplan.team.models import Alert, Concern, Conversation, HeadsUp, StoppingNotice
from patients import access
from patients.access import PATIENT, REVIEW, WRITE_TEAM, Actor, Right
from patients.models import CLINICAL_ROLES, CareTeamMember, Patient, User
from patients.rows import PatientRow
from patients.topics import Topic

T = TypeVar("T", bound=PatientRow)


@dataclass(frozen=True)
class Room:
    """One reader in one record: who they are there."""

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
    def may_talk(self) -> bool:
        """Whether clinicians may talk here; the patient always may."""
        return self.is_patient or bool(self.patient.clinicians_may_talk)

    @property
    def prefix(self) -> str:
        return f"/p/{self.patient.pk}"

    @property
    def about(self) -> str:
        """Where a clinician reads about this person first."""
        return f"/c/people/{self.patient.pk}/review/"

    @property
    def messages(self) -> tuple[str, str]:
        """The way back to the threads."""
        return gettext("Messages"), f"{self.prefix}/messages/"

    @property
    def questions(self) -> tuple[str, str]:
        """The way back to the questions."""
        return gettext("Questions"), f"{self.prefix}/concerns/"

    @property
    def links(self) -> tuple[navigation.PersonLink, ...]:
        """The row of pages inside a person's record, for a clinician."""
        return navigation.person_links(self.patient.pk)

    def reads(self, topic: Topic) -> bool:
        return access.may(self.actor, self.patient, access.view(topic))

    def require(self, *rights: Right) -> None:
        """Refuse with 403 unless the reader has every right."""
        access.require(self.actor, self.patient, *rights)


def room(
    request: HttpRequest, record: UUID | None, *rights: Right, part: str = "messages"
) -> Room:
    """Open one record for the reader; without an id their own. Notes who looked."""
    actor = access.actor_of(request)
    if record is None:
        patient = access.own_patient(actor)
    else:
        patient = access.patient_for(actor, record, WRITE_TEAM)
    access.require(actor, patient, *rights)
    return _opened(request, actor, patient, part)


def _opened(request: HttpRequest, actor: Actor, patient: Patient, part: str) -> Room:
    found = Room(actor, patient, access.role_in(actor, patient) or "")
    request.shell = "patient" if found.is_patient else "clinician"  # type: ignore[attr-defined]
    access.seen(actor, patient, part)
    return found


def patients_own(room: Room) -> None:
    """Refuse with 403 what only the patient does."""
    if not room.is_patient:
        raise PermissionDenied


def clinicians_own(room: Room) -> None:
    """Refuse with 403 what only a clinician does."""
    if room.is_patient:
        raise PermissionDenied


def concern_in(opened: Room, concern_id: UUID) -> Concern:
    """Give one concern of this record; 404 when hidden or not there."""
    rows = Concern.objects.select_related("raised_by", "owner", "closed_by")
    return _row(opened, rows, concern_id)


def thread_in(opened: Room, thread_id: UUID) -> Conversation:
    """Give one thread of this record; 404 when hidden or not there."""
    return _row(opened, Conversation.objects.all(), thread_id)


def heads_up_in(opened: Room, heads_up_id: UUID) -> HeadsUp:
    """Give one heads-up of this record; 404 when hidden or not there."""
    return _row(opened, HeadsUp.objects.all(), heads_up_id)


def stopping_in(opened: Room, notice_id: UUID) -> StoppingNotice:
    """Give one notice of stopping of this record; 404 when hidden or not there."""
    return _row(opened, StoppingNotice.objects.all(), notice_id)


def _row(opened: Room, rows: QuerySet[T, T], row_id: UUID) -> T:
    row = rows.filter(patient=opened.patient, pk=row_id).first()
    if row is None:
        raise Http404
    row.patient = opened.patient
    return row


def alert_for(request: HttpRequest, alert_id: UUID) -> tuple[Room, Alert]:
    """Open the record of an alert the reader may act on; 404 else.

    The patient and a member who is not shown safety get 404: the database hides the
    row from the second, and the clinicians' list is not the first one's page.
    """
    actor = access.actor_of(request)
    rows = Alert.objects.select_related("owner", "taken_by", "done_by")
    alert = rows.filter(pk=alert_id).first()
    if alert is None or not actor_works_with(actor, alert.patient_id):
        raise Http404
    rights = (access.view(Topic.SAFETY), REVIEW)
    patient = access.patient_for(actor, alert.patient_id, *rights)
    alert.patient = patient
    return _opened(request, actor, patient, "alerts"), alert


def actor_works_with(actor: Actor, patient_id: UUID) -> bool:
    """Say whether this record is one of the actor's caseload, not their own."""
    return access.patients_visible_to(actor).filter(pk=patient_id).exists()


def me(request: HttpRequest) -> User:
    """Give the person who is signed in."""
    user = access.actor_of(request).user
    if user is None:
        raise PermissionDenied
    return user


def caseload(request: HttpRequest, topic: Topic | None = None) -> list[CareTeamMember]:
    """Give the reader's own places as a clinician; 404 for who has no such post."""
    actor = access.actor_of(request)
    places = access.places_of(actor, topic).filter(role__in=CLINICAL_ROLES)
    found = list(places.select_related("patient__user"))
    if not found and not (actor.user and actor.user.clinician_posts.exists()):
        raise Http404
    return found


def context(
    opened: Room,
    *,
    crumb: str = "",
    back: tuple[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Give what every page of this room says about where the reader is.

    `crumb` names the page in a clinician's trail, `back` is the patient's way back.
    """
    trail = [
        (gettext("Caseload"), "/c/caseload/"),
        (opened.patient.user.name, opened.about),
    ]
    if back and opened.prefix in back[1]:
        trail.append(back)
    return {
        "room": opened,
        "patient": opened.patient,
        "crumb": crumb,
        "crumbs": trail,
        "back": back,
        **more,
    }
