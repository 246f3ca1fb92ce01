"""A clinician leaves and another is named: the patient is asked, and decides.

Nothing moves by itself. Until she says yes the named one sees nothing (decisions 28).
"""

import datetime as dt

from django.db import transaction

from careplan.common.errors import NotAllowed
from patients import people
from patients.models import CareTeamMember, Clinician, Patient, User


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
    return people.join_team(
        patient,
        successor.user,
        role=successor.profession,
        clinician=successor,
        topics=topics,
        by=by,
        now=now,
    )
