"""A clinician leaves and another is named: the patient is asked, and decides.

Nothing moves by itself. Until she says yes the named one sees nothing (decisions 28).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation

from careplan.common.errors import NotAllowed
from careplan.common.identity import acting_as, system
from careplan.outbox import queue
from patients import letters, people
from patients.models import (
    CareTeamMember,
    Clinician,
    Patient,
    SuccessorAnswer,
    User,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A member who leaves, who was named, and when the patient said "not now"."""

    member: CareTeamMember
    successor: Clinician
    declined_at: dt.datetime | None


def offers(patient: Patient) -> list[Offer]:
    """Give what the patient was asked, also where she said "not now"."""
    asked = waiting(patient)
    if not asked:
        return []
    said = SuccessorAnswer.objects.filter(patient=patient, accepted=False)
    declined = {
        (row.member_id, row.successor_id): row.answered_at
        for row in said.order_by("answered_at")
    }
    return [
        Offer(member, named, declined.get((member.pk, named.pk)))
        for member in asked
        if (named := member.clinician and member.clinician.successor)
    ]


def waiting(patient: Patient) -> list[CareTeamMember]:
    """Give the members who left and whose named successor is on no place here yet."""
    team = CareTeamMember.objects.filter(patient=patient, state="active")
    left = team.filter(
        clinician__left_at__isnull=False,
        clinician__successor__verified_at__isnull=False,
        clinician__successor__suspended_at=None,
        clinician__successor__left_at=None,
    ).exclude(clinician__successor__user__in=team.values("user"))
    return list(left.select_related("user", "clinician__successor__user"))


@transaction.atomic
def accept(
    member: CareTeamMember, *, topics: list[str], by: User, now: dt.datetime
) -> CareTeamMember:
    """Let the successor onto the team with `topics`; the one who left ends.

    Only the patient does this. Refuses when nobody is named or both are there already.
    """
    patient = member.patient
    if by.pk != patient.user_id or member.pk not in {m.pk for m in waiting(patient)}:
        raise NotAllowed
    successor: Clinician = member.clinician.successor  # type: ignore[union-attr,assignment]
    people.end_membership(member, by=by, now=now)
    _note(member, successor, accepted=True, now=now)
    _tell(successor.user, "/c/caseload/", f"{member.pk}:{successor.pk}", now)
    return people.join_team(
        patient,
        successor.user,
        role=successor.profession,
        clinician=successor,
        topics=topics,
        by=by,
        now=now,
    )


@transaction.atomic
def decline(member: CareTeamMember, *, by: User, now: dt.datetime) -> None:
    """Write down "not now". Nobody is told; she may still say yes. The patient alone."""
    if by.pk != member.patient.user_id:
        raise NotAllowed
    if member.pk not in {one.pk for one in waiting(member.patient)}:
        raise NotAllowed
    named: Clinician = member.clinician.successor  # type: ignore[union-attr,assignment]
    _note(member, named, accepted=False, now=now)


@transaction.atomic
def tell_patients(clinician: Clinician, *, now: dt.datetime) -> int:
    """Tell everybody who shares with a clinician who leaves that something waits.

    Neutral words, once for each successor named; says how many. Whoever named the
    successor learns no name by it.
    """
    with acting_as(system("invite")):
        places = CareTeamMember.objects.filter(clinician=clinician, state="active")
        found = list(places.select_related("patient__user"))
        for place in found:
            about = f"{place.pk}:{clinician.successor_id}"
            _tell(place.patient.user, "/sharing/", about, now)
    return len(found)


def _note(
    member: CareTeamMember, successor: Clinician, *, accepted: bool, now: dt.datetime
) -> None:
    SuccessorAnswer(
        patient_id=member.patient_id,
        member=member,
        successor=successor,
        accepted=accepted,
        answered_at=now,
    ).save(force_insert=True)


def _tell(user: User, path: str, about: str, now: dt.datetime) -> None:
    with translation.override(user.language):
        letter = letters.something_to_read(path)
    queue.enqueue(
        recipient=user,
        channel=queue.default_channel(),
        kind="successor",
        subject=letter.subject,
        body=letter.body,
        dedupe_key=f"successor:{about}:{user.pk}",
        now=now,
    )
