"""Registering a patient, and who is on the team."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, person
from patients import consents, copies
from patients.models import CareTeamMember, Clinician, Patient, PatientKey, Role, User
from patients.sealed import new_patient_key
from patients.topics import Topic

# What a new member is offered to see; the patient chooses before saying yes.
USUAL_TOPICS: dict[str, frozenset[str]] = {
    Role.THERAPIST: frozenset(Topic.values) - {Topic.NOTES, Topic.SUBSTANCES},
    Role.PRESCRIBER: frozenset(Topic.values) - {Topic.NOTES, Topic.SUBSTANCES},
    Role.CARE_MANAGER: frozenset({Topic.PLAN, Topic.VISITS, Topic.MEASURES}),
    Role.SUPPORTER: frozenset(),
}


class AlreadyOnTeam(DomainError):
    """The person has an active place on this team."""

    code = "already_on_team"
    sentence = _("This person is on your team already.")


class OwnRecord(DomainError):
    """Nobody can be a member of the team around their own record (decisions 23)."""

    code = "own_record"
    sentence = _("You cannot join the team around your own record.")


@transaction.atomic
def register_patient(user: User, *, now: dt.datetime, **about: Any) -> Patient:
    """Open a record for `user`, with a key of its own for the texts in it."""
    with acting_as(person(user.pk, second_factor=False)):
        patient = Patient(user=user, created_at=now, **about)
        patient.time_zone = about.get("time_zone", user.time_zone)
        patient.save(force_insert=True)
        PatientKey(patient=patient, sealed=new_patient_key(patient.pk)).save(
            force_insert=True
        )
    return patient


@transaction.atomic
def join_team(
    patient: Patient,
    user: User,
    *,
    role: str,
    by: User,
    now: dt.datetime,
    clinician: Clinician | None = None,
    topics: list[str] | None = None,
) -> CareTeamMember:
    """Put `user` on the team and record the patient's consent, topic by topic.

    `topics` None means the usual ones for the role. Refuses a second active place and
    the patient's own record.
    """
    if user.pk == patient.user_id:
        raise OwnRecord
    active = CareTeamMember.objects.filter(patient=patient, user=user, state="active")
    if active.exists():
        raise AlreadyOnTeam
    member = CareTeamMember(
        patient=patient, user=user, role=role, clinician=clinician, joined_at=now
    )
    member.save(force_insert=True)
    chosen = USUAL_TOPICS[Role(role)] if topics is None else frozenset(topics)
    consents.share(member, topics=chosen, by=by, now=now)
    return member


@transaction.atomic
def end_membership(member: CareTeamMember, *, by: User, now: dt.datetime) -> None:
    """End a place on the team. The next request of that person is a 404.

    A clinician keeps a copy of her own notes and signatures, made in this moment.
    """
    copies.keep(member, now=now)
    member.state = CareTeamMember.State.ENDED
    member.ended_at, member.ended_by = now, by
    member.save(update_fields=["state", "ended_at", "ended_by"])


@dataclass(frozen=True, slots=True)
class AboutMe:
    """What a person says about herself to everybody she works with here."""

    name: str
    preferred_name: str
    pronouns: str
    time_zone: str
    language: str


@transaction.atomic
def describe(user: User, about: AboutMe) -> None:
    """Keep name, pronouns, time zone and language; a record follows its owner's zone."""
    for field in AboutMe.__slots__:
        setattr(user, field, getattr(about, field))
    user.save(update_fields=list(AboutMe.__slots__))
    with acting_as(person(user.pk, second_factor=False)):
        Patient.objects.filter(user=user).update(time_zone=about.time_zone)


@transaction.atomic
def finish_welcome(patient: Patient, *, now: dt.datetime) -> None:
    """Note that the first pages were gone through, or left."""
    patient.welcomed_at = patient.welcomed_at or now
    patient.save(update_fields=["welcomed_at"])
