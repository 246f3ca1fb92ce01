"""The door to every record: who may see whom, and do what.

One rule answers for a list and for one thing. A stranger gets 404, a member without
the right 403, and a right nobody has heard of raises. There is no superuser.
Row security in PostgreSQL says the same a second time.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.http import Http404, HttpRequest

from careplan.common import clock, identity, navigation
from careplan.common.postgresql import prepared
from careplan.common.postgresql.columns import packed, rows_of
from patients.models import (
    AccessEvent,
    CareTeamMember,
    EmergencyAccess,
    Patient,
    Role,
    User,
)
from patients.topics import Topic

PATIENT = "patient"
EMERGENCY = "emergency"  # somebody who was on the team, reading for an hour (B5)
ACTIVE = CareTeamMember.State.ACTIVE
# What a place on a team, and an emergency, must be to open anything.
STANDING: Mapping[str, Any] = {"state": ACTIVE, "clinician__suspended_at": None}
UNCLOSED: Mapping[str, Any] = {
    "closed_at": None,
    "member__clinician__suspended_at": None,
}

# What each role may do beside reading. Signing needs topics as well: see `_may_agree`.
ACTS: Mapping[str, frozenset[str]] = {
    PATIENT: frozenset(
        {"write_own", "propose", "agree", "hold", "write_team", "manage_team"}
    ),
    Role.THERAPIST: frozenset(
        {"propose", "agree", "hold", "write_team", "lead_therapy", "review"}
    ),
    Role.PRESCRIBER: frozenset(
        {"propose", "agree", "hold", "write_team", "prescribe", "review"}
    ),
    Role.CARE_MANAGER: frozenset({"propose", "write_team", "review"}),
    Role.SUPPORTER: frozenset(),
    EMERGENCY: frozenset(),
}

# To sign, a clinician must see what is signed (decisions 11).
NEEDED_TO_AGREE: Mapping[str, frozenset[str]] = {
    Role.PRESCRIBER: frozenset({Topic.PLAN, Topic.MEDICINES, Topic.SIDE_EFFECTS}),
    Role.THERAPIST: frozenset({Topic.PLAN, Topic.THERAPY}),
}
NEEDED_TO_ACT: Mapping[str, str] = {
    "prescribe": Topic.MEDICINES,
    "lead_therapy": Topic.THERAPY,
    "hold": Topic.MEDICINES,
    "propose": Topic.PLAN,
}


@dataclass(frozen=True, slots=True)
class Right:
    """Something a person may do with a record. Made by `view` or named below."""

    act: str
    topic: str = ""


def view(topic: Topic) -> Right:
    """Give the right to read one topic."""
    return Right("view", Topic(topic).value)


WRITE_OWN = Right("write_own")  # the patient's own part: journal, goals, safety plan
PROPOSE = Right("propose")
AGREE = Right("agree")
HOLD = Right("hold")  # keep the current dose step open
PRESCRIBE = Right("prescribe")  # start, raise, lower, stop, release
LEAD_THERAPY = Right("lead_therapy")
REVIEW = Right("review")  # read as a clinician: brief, decision points, mark reviewed
WRITE_TEAM = Right("write_team")
MANAGE_TEAM = Right("manage_team")  # invite, share, end
MEMBER = Right("member")  # on the team at all, or the patient
_ACTS = frozenset().union(*ACTS.values())


class Actor:
    """The person at the door: a user and what this session has proved."""

    def __init__(self, user: User | None, *, second_factor: bool = False) -> None:
        self.user = user if user is not None and user.is_active else None
        self.second_factor = second_factor

    @cached_property
    def identity(self) -> identity.Identity:
        """Who this is, as the database is told."""
        if self.user is None:
            return identity.NOBODY
        return identity.person(self.user.pk, second_factor=self.second_factor)

    @cached_property
    def needs_second_factor(self) -> bool:
        """Whether this person's work demands a second factor: clinicians and admins."""
        if self.user is None:
            return False
        # One question instead of two: every page of a session's first minute asks it.
        works = User.objects.filter(pk=self.user.pk).filter(
            Q(clinician_posts__isnull=False) | Q(admin_posts__isnull=False)
        )
        return works.exists()


def actor_of(request: HttpRequest) -> Actor:
    """Give the actor behind a request, the same object each time it is asked."""
    actor = getattr(request, "careplan_actor", None)
    if actor is None:
        user = request.user if request.user.is_authenticated else None
        actor = Actor(user, second_factor=_second_factor_done(request))
        request.careplan_actor = actor  # type: ignore[attr-defined]
    return actor


def _second_factor_done(request: HttpRequest) -> bool:
    done = request.session.get("account_authentication_methods", [])
    return any(record.get("method") == "mfa" for record in done)


def role_in(actor: Actor, patient: Patient) -> str | None:
    """Say what the actor is to this patient: "patient", a Role, "emergency" or None."""
    if actor.user is None:
        return None
    if patient.user_id == actor.user.pk:
        return PATIENT
    member = member_of(actor, patient)
    if member is not None:
        return member.role
    return EMERGENCY if emergency_of(actor, patient) else None


def shell_of(role: str) -> str:
    """Name the clothes of a record's page: a supporter has no list of patients."""
    own = {PATIENT: "patient", Role.SUPPORTER: "public"}
    return own.get(role, "clinician")


def links_of(role: str, patient: Patient) -> tuple[navigation.PersonLink, ...]:
    """Give the row of pages inside a record to whoever works with it; else nothing."""
    if shell_of(role) != "clinician":
        return ()
    return navigation.person_links(patient.pk)


def member_of(actor: Actor, patient: Patient) -> CareTeamMember | None:
    """Give the actor's active place on the patient's team."""
    cache: dict[UUID | None, CareTeamMember | None]
    cache = patient.__dict__.setdefault("_places", {})
    key = actor.user.pk if actor.user else None
    if key not in cache:
        cache[key] = _place(actor, patient)
    return cache[key]


def _place(actor: Actor, patient: Patient) -> CareTeamMember | None:
    if actor.user is None:
        return None
    mine = {"user": actor.user.pk, "patient": patient.pk}
    rows = _places(**mine, now=clock.now()) if actor.second_factor else _beside(**mine)
    for place in prepared.instances(CareTeamMember, rows, "emergency"):
        return place
    return None


@prepared.Prepared
def _places(*, user: UUID, patient: UUID, now: dt.datetime) -> QuerySet[CareTeamMember]:
    # The same question says whether an emergency is open: no further statement.
    places = CareTeamMember.objects.filter(user=user, patient=patient, **STANDING)
    open_now = EmergencyAccess.objects.filter(
        user=user, patient=OuterRef("patient"), ends_at__gt=now, **UNCLOSED
    ).order_by("-opened_at")
    return places.annotate(emergency=Subquery(open_now.values("reason")[:1]))


@prepared.Prepared
def _beside(*, user: UUID, patient: UUID) -> QuerySet[CareTeamMember]:
    # Without a second factor a supporter alone has a place, and nobody an emergency.
    places = CareTeamMember.objects.filter(user=user, patient=patient, **STANDING)
    return places.filter(role=Role.SUPPORTER).annotate(
        emergency=Value(None, CharField())
    )


@dataclass(frozen=True, slots=True)
class Emergency:
    """Why a record is open although its consent does not say so, and to which role."""

    role: str
    reason: str


def emergency_of(actor: Actor, patient: Patient) -> Emergency | None:
    """Give the emergency by which the actor reads this record now, if there is one."""
    member = member_of(actor, patient)
    if member is not None:
        return Emergency(member.role, member.emergency) if member.emergency else None  # type: ignore[attr-defined]
    cache: dict[UUID | None, Emergency | None]
    cache = patient.__dict__.setdefault("_emergencies", {})
    key = actor.user.pk if actor.user else None
    if key not in cache:
        found = _emergencies(actor).filter(patient=patient).select_related("member")
        one = found.first()
        cache[key] = Emergency(one.member.role, one.reason) if one else None
    return cache[key]


def _emergencies(actor: Actor) -> QuerySet[EmergencyAccess]:
    if actor.user is None or not actor.second_factor:
        return EmergencyAccess.objects.none()
    return EmergencyAccess.objects.filter(
        user=actor.user, ends_at__gt=clock.now(), **UNCLOSED
    ).order_by("-opened_at")


def _memberships(actor: Actor) -> QuerySet[CareTeamMember]:
    if actor.user is None:
        return CareTeamMember.objects.none()
    places = CareTeamMember.objects.filter(user=actor.user, **STANDING)
    return places if actor.second_factor else places.filter(role=Role.SUPPORTER)


def may(actor: Actor, patient: Patient, right: Right) -> bool:
    """Say whether the actor has a right on this record. An unknown right raises."""
    role = role_in(actor, patient)
    if right.act == "member":
        return role is not None
    if right.act == "view":
        return role == PATIENT or right.topic in topics_open_to(actor, patient)
    if right.act not in _ACTS:
        message = f"no such right: {right.act}"
        raise LookupError(message)
    if role is None or right.act not in ACTS[role]:
        return False
    return role == PATIENT or _sees_enough(right.act, role, actor, patient)


def _sees_enough(act: str, role: str, actor: Actor, patient: Patient) -> bool:
    # Acts stand on the patient's consent alone: an emergency opens reading only.
    member = member_of(actor, patient)
    opened = frozenset(member.topics) if member else frozenset()
    if act == "agree":
        return NEEDED_TO_AGREE[role] <= opened
    needed = NEEDED_TO_ACT.get(act)
    return needed is None or needed in opened


def topics_open_to(actor: Actor, patient: Patient) -> frozenset[str]:
    """Give the topics this actor may read: all for the patient, the consent's else.

    In an emergency all of them, without what is private.
    """
    if actor.user is not None and patient.user_id == actor.user.pk:
        return frozenset(Topic.values)
    if emergency_of(actor, patient) is not None:
        return frozenset(Topic.values)
    member = member_of(actor, patient)
    return frozenset(member.topics) if member else frozenset()


def patients_visible_to(
    actor: Actor, topic: Topic | None = None
) -> QuerySet[Patient, Patient]:
    """Give the records the actor works with (never their own), by one topic if named."""
    places = _memberships(actor)
    if topic is not None:
        places = places.filter(topics__contains=[topic.value])
    return Patient.objects.filter(pk__in=places.values("patient"))


def patient_for(actor: Actor, patient_id: UUID, *rights: Right) -> Patient:
    """Open the door to one record. 404 for a stranger, 403 without a right."""
    patient = Patient.objects.select_related("user").filter(pk=patient_id).first()
    if patient is None or role_in(actor, patient) is None:
        raise Http404
    require(actor, patient, *rights)
    return patient


def require(actor: Actor, patient: Patient, *rights: Right) -> None:
    """Refuse with 403 unless the actor has every right on this record."""
    if not all(may(actor, patient, right) for right in rights):
        raise PermissionDenied


def clinician(actor: Actor) -> User:
    """Open the door to a clinician's own lists. 404 for everybody else."""
    if actor.user is None or not actor.user.clinician_posts.exists():
        raise Http404
    if not actor.second_factor:
        raise PermissionDenied
    return actor.user


def own_patient(actor: Actor) -> Patient:
    """Give the actor's own record; 404 when they keep none."""
    if actor.user is None:
        raise Http404
    for own in prepared.instances(Patient, _own(user=actor.user.pk)):
        own.user = actor.user
        return own
    raise Http404


@prepared.Prepared
def _own(*, user: UUID) -> QuerySet[Patient]:
    return Patient.objects.filter(user=user, closed_at=None).order_by("pk")


def seen(
    actor: Actor, patient: Patient, part: str, *, through: str = "page", why: str = ""
) -> None:
    """Note that somebody other than the patient read `part`. One row a response."""
    role = role_in(actor, patient)
    if role is None or role == PATIENT or actor.user is None:
        return
    emergency = emergency_of(actor, patient)
    if emergency is not None:
        role, through, why = emergency.role, EMERGENCY, emergency.reason
    AccessEvent(
        patient=patient,
        viewer=actor.user,
        role=role,
        part=part,
        through=through,
        why=why,
        seen_at=clock.now(),
    ).save(force_insert=True)


class Listed(Protocol):
    """The actor's own place on one team: the member, or these columns of it."""

    @property
    def pk(self) -> Any: ...
    @property
    def patient_id(self) -> UUID: ...
    @property
    def role(self) -> str: ...


# From columns: as models, fifty rows cost as much as the list itself.
LISTED = f"""INSERT INTO "patients_accessevent"
  (id, patient_id, role, viewer_id, part, through, why, seen_at, created_at)
SELECT n.id, n.patient_id, n.role, %s, %s, 'list', '', %s, %s
FROM {rows_of("n", id="uuid", patient_id="uuid", role="text")}
ON CONFLICT DO NOTHING"""  # noqa: S608 - names only


def seen_in_list(
    actor: Actor, places: Iterable[Listed], part: str, *, now: dt.datetime
) -> None:
    """Note that a list showed something of each record: one row a patient and day.

    `places` are the actor's own on those teams. One insert; the row's id is made of
    what it says, so that the same list says nothing more that day (decisions 25).
    """
    what = f"{part} {now:%Y-%m-%d}"
    rows = [(uuid5(one.pk, what), one.patient_id, one.role) for one in places]
    if actor.user is None or not rows:
        return
    with connection.cursor() as cursor:
        told: list[Any] = [actor.user.pk, part, now, clock.now(), *packed(rows)]
        cursor.execute(LISTED, told)


def places_of(actor: Actor, topic: Topic | None = None) -> QuerySet[CareTeamMember]:
    """Give the actor's own active places on teams, by one topic if named."""
    places = _memberships(actor)
    return places.filter(topics__contains=[topic.value]) if topic else places
