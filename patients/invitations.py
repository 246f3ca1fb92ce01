"""Invitations: to a team, to open a record, to work in a practice. Single use, 7 days.

Only a token's hash is kept. Reading an invitation changes nothing; saying yes is a
post, by somebody signed in with the address it went to. A clinician whose profession
nobody has checked yet says yes and waits: the place on the team begins with the
verification (decisions 23).
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError, NotAllowed
from careplan.common.identity import acting_as, person, system
from patients import activity, letters, people
from patients.models import (
    CLINICAL_ROLES,
    Administrator,
    Clinician,
    Invitation,
    Organisation,
    Patient,
    Role,
    User,
)
from patients.post import post as send_letter
from patients.topics import Topic

LASTS = dt.timedelta(days=7)
PER_DAY = 20
AS_PATIENT, AS_ADMIN = "patient", "admin"


class NoLongerGood(DomainError):
    """The invitation was used, withdrawn, ran out, or never existed."""

    code = "invitation_over"
    sentence = _("This invitation has been used or has run out.")


class ForSomebodyElse(DomainError):
    """The person signed in is not the one who was invited."""

    code = "invited_another_address"
    sentence = _("This invitation was sent to another address.")


class TooManyInvitations(DomainError):
    """One person sends at most twenty a day."""

    code = "too_many_invitations"
    sentence = _("You have sent many invitations today. Try again tomorrow.")


class Joined(StrEnum):
    """What became of a yes."""

    ON_TEAM = "on_team"  # a place on a patient's team
    WAITS = "waits"  # somebody has to check the profession first
    RECORD = "record"  # a record of one's own; next: what the inviter may see
    AT_WORK = "at_work"  # a place in a practice, or as its administrator


@dataclass(frozen=True, slots=True)
class Post:
    """Where an invited clinician works, in their own words."""

    practice: str
    registration: str = ""


def hashed(token: str) -> str:
    """Give what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite_to_team(
    patient: Patient,
    *,
    email: str,
    role: str,
    topics: Collection[str],
    by: User,
    now: dt.datetime,
) -> Invitation:
    """The patient invites a therapist, a prescriber, a care manager or a supporter.

    `topics` is what she wants the person to see from the first day. The letter names
    her and nothing else.
    """
    if by.pk != patient.user_id:
        raise NotAllowed
    if email.strip().lower() == by.email:
        raise people.OwnRecord
    return _invite(
        email=email,
        role=Role(role).value,
        by=by,
        now=now,
        patient_ref=patient.pk,
        topics=sorted(Topic(topic).value for topic in topics),
    )


def invite_patient(*, email: str, by: User, now: dt.datetime) -> Invitation:
    """A verified clinician invites somebody to keep a record and, later, to share it."""
    if not verified_posts(by).exists():
        raise NotAllowed
    return _invite(email=email, role=AS_PATIENT, by=by, now=now)


def invite_clinician(
    organisation: Organisation | None,
    *,
    email: str,
    role: str,
    by: User,
    now: dt.datetime,
) -> Invitation:
    """An administrator invites a clinician, or another administrator ("admin").

    Without an organisation only "admin" makes sense: an operator of the service.
    """
    offer = _invite(email=email, role=role, by=by, now=now, organisation=organisation)
    activity.note(
        activity.Kind.INVITED, by=by, organisation=organisation, words=role, now=now
    )
    return offer


@transaction.atomic
def _invite(
    *,
    email: str,
    role: str,
    by: User,
    now: dt.datetime,
    organisation: Organisation | None = None,
    patient_ref: UUID | None = None,
    topics: list[str] | None = None,
) -> Invitation:
    sent = Invitation.objects.filter(invited_by=by, created_at__gt=now - _DAY)
    if sent.count() >= PER_DAY:
        raise TooManyInvitations
    token = secrets.token_urlsafe(32)
    offer = Invitation.objects.create(
        token_hash=hashed(token),
        email=email.strip().lower(),
        role=role,
        invited_by=by,
        organisation=organisation,
        patient_ref=patient_ref,
        topics=topics or [],
        created_at=now,
        expires_at=now + LASTS,
    )
    letter = letters.invitation(offer, token)
    send_letter(offer.email, letter.subject, letter.body)
    return offer


_DAY = dt.timedelta(days=1)


@transaction.atomic
def choose_topics(offer: Invitation, *, topics: Collection[str], by: User) -> None:
    """Change what an invited person will see, before they join. Its sender only."""
    offer = _locked(offer)
    if offer.invited_by_id != by.pk or offer.joined_at is not None:
        raise NotAllowed
    offer.topics = sorted(Topic(topic).value for topic in topics)
    offer.save(update_fields=["topics"])


def find(token: str, *, now: dt.datetime) -> Invitation:
    """Read an invitation that still stands. Raises NoLongerGood; changes nothing."""
    offer = (
        Invitation.objects.select_related("invited_by", "organisation")
        .filter(token_hash=hashed(token))
        .first()
    )
    if offer is None or not _stands(offer, now):
        raise NoLongerGood
    return offer


def _stands(offer: Invitation, now: dt.datetime) -> bool:
    fresh = offer.used_at is None and offer.withdrawn_at is None
    return fresh and offer.expires_at > now and offer.invited_by.is_active


def needs_post(offer: Invitation, user: User | None) -> bool:
    """Say whether to ask where the invited clinician works."""
    if offer.role not in CLINICAL_ROLES or offer.organisation_id:
        return False
    return user is None or not _posts(user, offer.role).exists()


@transaction.atomic
def accept(
    offer: Invitation, user: User, *, now: dt.datetime, post: Post | None = None
) -> Joined:
    """Say yes to an invitation, once. Raises NoLongerGood, ForSomebodyElse.

    The row is locked, so that of many answers at the same moment one counts.
    """
    offer = _locked(offer)
    if not _stands(offer, now):
        raise NoLongerGood
    if user.email.lower() != offer.email.lower():
        raise ForSomebodyElse
    offer.used_at, offer.used_by = now, user
    offer.save(update_fields=["used_at", "used_by"])
    activity.note(
        activity.Kind.JOINED,
        by=user,
        about=user,
        organisation=offer.organisation,
        words=offer.role if not offer.patient_ref else "",
        now=now,
    )
    return _take_effect(offer, user, post, now)


def _locked(offer: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).get(pk=offer.pk)


def _take_effect(
    offer: Invitation, user: User, post: Post | None, now: dt.datetime
) -> Joined:
    if offer.role == AS_PATIENT:
        return _open_record(offer, user, now)
    if offer.role == AS_ADMIN:
        Administrator.objects.get_or_create(user=user, organisation=offer.organisation)
        return _done(offer, Joined.AT_WORK, now)
    if offer.patient_ref is None:
        Clinician.objects.get_or_create(
            user=user, organisation=offer.organisation, profession=offer.role
        )
        return _done(offer, Joined.AT_WORK, now)
    return _join(offer, user, post, now)


def _open_record(offer: Invitation, user: User, now: dt.datetime) -> Joined:
    with acting_as(person(user.pk, second_factor=False)):
        if not Patient.objects.filter(user=user).exists():
            people.register_patient(user, now=now)
    return _done(offer, Joined.RECORD, now)


def _join(offer: Invitation, user: User, post: Post | None, now: dt.datetime) -> Joined:
    clinician = None
    if offer.role in CLINICAL_ROLES:
        clinician = _clinician(offer, user, post)
        if clinician.verified_at is None:
            return Joined.WAITS
    _put_on_team(offer, user, clinician, now)
    return _done(offer, Joined.ON_TEAM, now)


def _clinician(offer: Invitation, user: User, post: Post | None) -> Clinician:
    held = _posts(user, offer.role).order_by("verified_at").first()
    if held is not None:
        return held
    name = post.practice if post and post.practice else user.name
    practice = Organisation.objects.create(name=name, is_sole=True)
    return Clinician.objects.create(
        user=user,
        organisation=practice,
        profession=offer.role,
        registration=post.registration if post else "",
    )


def _put_on_team(
    offer: Invitation, user: User, clinician: Clinician | None, now: dt.datetime
) -> None:
    with acting_as(system("invite")):
        patient = Patient.objects.filter(
            pk=offer.patient_ref or UUID(int=0), closed_at=None
        ).first()
        if patient is None:
            raise NoLongerGood
        people.join_team(
            patient,
            user,
            role=offer.role,
            by=offer.invited_by,
            now=now,
            clinician=clinician,
            topics=offer.topics,
        )


def _done(offer: Invitation, outcome: Joined, now: dt.datetime) -> Joined:
    offer.joined_at = now
    offer.save(update_fields=["joined_at"])
    return outcome


@transaction.atomic
def let_in(clinician: Clinician, *, now: dt.datetime) -> int:
    """After a verification: put the clinician on the teams that wait. Says how many."""
    waiting = Invitation.objects.filter(
        used_by=clinician.user,
        role=clinician.profession,
        joined_at=None,
        withdrawn_at=None,
        patient_ref__isnull=False,
    )
    joined = 0
    for offer in waiting.select_related("invited_by"):
        try:
            with transaction.atomic():
                _put_on_team(offer, clinician.user, clinician, now)
        except (people.AlreadyOnTeam, NoLongerGood):
            continue
        _done(offer, Joined.ON_TEAM, now)
        joined += 1
    return joined


@transaction.atomic
def withdraw(offer: Invitation, *, by: User, now: dt.datetime) -> None:
    """Take an invitation back, also one whose clinician still waits. Its sender only."""
    offer = _locked(offer)
    if offer.invited_by_id != by.pk:
        raise NotAllowed
    if offer.joined_at is not None:
        raise NoLongerGood
    offer.withdrawn_at = now
    offer.save(update_fields=["withdrawn_at"])


def verified_posts(user: User) -> models.QuerySet[Clinician]:
    """Give the posts somebody has checked and the person still holds."""
    held = Clinician.objects.filter(user=user, left_at=None)
    return held.filter(verified_at__isnull=False)


def _posts(user: User, role: str) -> models.QuerySet[Clinician]:
    return Clinician.objects.filter(user=user, profession=role, left_at=None)
