"""People and teams for tests, made through the product's own rules where they exist."""

from itertools import count

from django.utils import timezone

from careplan.common.identity import acting_as, person
from patients import people
from patients.models import (
    Administrator,
    CareTeamMember,
    Clinician,
    Organisation,
    Patient,
    Profession,
    User,
)

_numbers = count(1)
PASSWORD = "correct horse battery staple"


def user(name: str = "Somebody", **fields: object) -> User:
    """Make an account with the password `PASSWORD`."""
    email = fields.pop("email", f"person{next(_numbers)}@example.org")
    return User.objects.create_user(email, PASSWORD, name=name, **fields)


def organisation(name: str = "Elm Street Practice") -> Organisation:
    """Make a practice with reply hours and a promise that somebody has confirmed."""
    return Organisation.objects.create(
        name=name,
        confirmed_at=timezone.now(),
        reply_hours="weekdays, 9 to 5",
        reading_promise="weekdays by 5pm",
    )


def clinician(
    profession: str = Profession.THERAPIST, name: str = "Sam Lind"
) -> Clinician:
    """Make a verified clinician in an organisation of their own."""
    verifier = user("Ada Admin")
    return Clinician.objects.create(
        user=user(name),
        organisation=organisation(f"Practice {next(_numbers)}"),
        profession=profession,
        verified_at=timezone.now(),
        verified_by=verifier,
    )


def patient(name: str = "Maya Raman", **fields: object) -> Patient:
    """Register a patient."""
    return people.register_patient(user(name), now=timezone.now(), **fields)


def member(
    record: Patient, post: Clinician, *, topics: list[str] | None = None
) -> CareTeamMember:
    """Put a clinician on a team with the patient's consent to `topics` (all: None)."""
    with acting_as(person(record.user_id, second_factor=False)):
        return people.join_team(
            record,
            post.user,
            role=post.profession,
            clinician=post,
            topics=topics,
            by=record.user,
            now=timezone.now(),
        )


def administrator(organisation: Organisation | None, name: str = "Ola Admin") -> User:
    """Make an administrator of a practice, or (None) an operator of the service."""
    somebody = user(name)
    Administrator.objects.create(user=somebody, organisation=organisation)
    return somebody


def operator() -> User:
    """Make an operator of the service."""
    return administrator(None, "Ola Operator")
