"""Reading about people: the team, who looked, invitations sent."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from careplan.common import clock
from patients import words
from patients.models import AccessEvent, CareTeamMember, Invitation, Patient, User


@dataclass(frozen=True, slots=True)
class Look:
    """One time somebody looked, as the patient reads it."""

    who: str
    viewer_id: UUID
    role: str
    did: str
    when: dt.datetime
    why: str
    through: str


def team_of(patient: Patient) -> list[CareTeamMember]:
    """Give the active members, clinicians first, in the order they joined."""
    members = CareTeamMember.objects.filter(patient=patient, state="active")
    members = members.select_related("user", "clinician__organisation")
    return sorted(members, key=lambda m: (m.role == "supporter", m.joined_at))


def ended_members(patient: Patient) -> list[CareTeamMember]:
    """Give the members who are no longer on the team, the latest first."""
    members = CareTeamMember.objects.filter(patient=patient, state="ended")
    return list(members.select_related("user").order_by("-ended_at")[:20])


def open_invitations(user: User, *, now: dt.datetime) -> list[Invitation]:
    """Give a person's invitations that still stand or wait for a verification."""
    sent = Invitation.objects.filter(
        invited_by=user, withdrawn_at=None, joined_at=None
    ).select_related("used_by")
    return [
        one
        for one in sent.order_by("-created_at")
        if one.used_at or one.expires_at > now
    ]


def who_looked(
    patient: Patient,
    *,
    viewer: UUID | None = None,
    since: dt.date | None = None,
    limit: int | None = None,
) -> list[Look]:
    """Give who looked at what, the latest first (N17). Only the patient reads these."""
    events = AccessEvent.objects.filter(patient=patient).select_related("viewer")
    if viewer is not None:
        events = events.filter(viewer=viewer)
    if since is not None:
        events = events.filter(seen_at__gte=_start_of(since))
    return [_look(event) for event in events.order_by("-seen_at")[:limit]]


def viewers_of(patient: Patient) -> list[User]:
    """Give everybody who ever looked, for the filter."""
    seen = AccessEvent.objects.filter(patient=patient).values("viewer")
    return list(User.objects.filter(pk__in=seen).order_by("name"))


def _look(event: AccessEvent) -> Look:
    return Look(
        who=words.short_name(event.viewer),
        viewer_id=event.viewer_id,
        role=str(words.ROLES.get(event.role, "")),
        did=str(words.looked(event.part)),
        when=event.seen_at,
        why=event.why,
        through=event.through,
    )


def _start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC)


def inviters_waiting(patient: Patient) -> list[User]:
    """Give the clinicians who invited this patient and are on no team of theirs yet."""
    on_team = CareTeamMember.objects.filter(patient=patient, state="active")
    asked = Invitation.objects.filter(used_by=patient.user_id, role="patient")
    asked = asked.exclude(invited_by__in=on_team.values("user"))
    return list(User.objects.filter(pk__in=asked.values("invited_by"), is_active=True))


def today_of(patient: Patient) -> dt.date:
    """Say what day it is where the patient lives."""
    return clock.local_date(clock.now(), patient.time_zone)
