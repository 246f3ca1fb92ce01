"""What `patients/access.py` alone lets each person do with each record.

Asked of the door itself, without a page, as a role that row security does not bind: what
is wrong here would be wrong on every page.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from patients import access
from patients.models import AccessEvent, CareTeamMember, EmergencyAccess, Patient
from patients.topics import Topic
from tests.access import corners
from tests.access.scene import ASKED_AT, Scene, Who

FILE = Path(__file__).with_name("doors.txt")
RIGHTS = (
    access.WRITE_OWN,
    access.PROPOSE,
    access.AGREE,
    access.HOLD,
    access.PRESCRIBE,
    access.LEAD_THERAPY,
    access.REVIEW,
    access.WRITE_TEAM,
    access.MANAGE_TEAM,
    access.MEMBER,
    *(access.view(topic) for topic in Topic),
)


def written(scene: Scene) -> str:
    """Give what everybody may do, a line a person and record."""
    with transaction.atomic():
        _open_emergencies(scene)
        lines = [line for who in scene.people.values() for line in _lines(who, scene)]
        lines += corners.lines(scene)
        transaction.set_rollback(True)
    return "\n".join(lines) + "\n"


def _open_emergencies(scene: Scene) -> None:
    """Let four people ask for a record in an emergency; for two of them it is open."""
    minutes = dt.timedelta(minutes=1)
    open_now = {"ends_at": ASKED_AT + 50 * minutes}
    cases = {
        "therapist_ended": open_now,  # reads again, for an hour
        "care_manager": open_now,  # reads more than was shared, and acts no more
        "prescriber_ended": {"ends_at": ASKED_AT - minutes},
        "therapist": {**open_now, "closed_at": ASKED_AT - minutes},
        "suspended_post": open_now,
    }
    patient = scene.worlds["maya"].patient
    for name, times in cases.items():
        user = scene.people[name].user
        EmergencyAccess(
            patient=patient,
            user=user,
            member=CareTeamMember.objects.get(patient=patient, user=user),
            reason=f"{name} was called by her sister",
            opened_at=ASKED_AT - 10 * minutes,
            **times,
        ).save(force_insert=True)


def _lines(who: Who, scene: Scene) -> Iterator[str]:
    actor = access.Actor(who.user, second_factor=who.second_factor)
    yield f"{who.name}: {_lists(actor, scene)}"
    for record, world in scene.worlds.items():
        yield f"  {record}: {_at(actor, world.patient.pk)}"


def _lists(actor: access.Actor, scene: Scene) -> str:
    names = {world.patient.pk: name for name, world in scene.worlds.items()}
    found = {
        "needs a second factor": lambda: actor.needs_second_factor,
        "identity": lambda: f"{actor.identity.kind} {actor.identity.detail}",
        "is a clinician": lambda: bool(access.clinician(actor)),
        "own": lambda: names[access.own_patient(actor).pk],
        "works with": lambda: _named(access.patients_visible_to(actor), names),
        "of those, by mood": lambda: _named(
            access.patients_visible_to(actor, Topic.MOOD), names
        ),
        "places": lambda: access.places_of(actor).count(),
        "of those, by notes": lambda: access.places_of(actor, Topic.NOTES).count(),
        "noted in a list": lambda: _noted_in_list(actor),
    }
    return "; ".join(f"{word} {_said(ask)}" for word, ask in found.items())


def _at(actor: access.Actor, patient_id: object) -> str:
    patient = Patient.objects.select_related("user").get(pk=patient_id)
    role = access.role_in(actor, patient)
    rights = [_word(right) for right in RIGHTS if access.may(actor, patient, right)]
    emergency = access.emergency_of(actor, patient)
    asked: dict[str, Callable[[], object]] = {
        "door": lambda: bool(access.patient_for(actor, patient_id)),  # type: ignore[arg-type]
        "door with notes": lambda: bool(
            access.patient_for(actor, patient_id, access.view(Topic.NOTES))  # type: ignore[arg-type]
        ),
        "clothes": lambda: access.shell_of(role or ""),
        "links": lambda: len(access.links_of(role or "", patient)),
        "emergency": lambda: emergency.role if emergency else "none",
        "topics": lambda: len(access.topics_open_to(actor, patient)),
        "noted": lambda: _noted(actor, patient),
    }
    rest = "; ".join(f"{word} {_said(ask)}" for word, ask in asked.items())
    return f"{role}; {rest}; may {', '.join(rights) or 'nothing'}"


def _word(right: access.Right) -> str:
    return f"{right.act} {right.topic}".strip()


def _named(rows: object, names: dict[object, str]) -> str:
    return "+".join(sorted(names[row.pk] for row in rows)) or "nobody"  # type: ignore[attr-defined]


def _noted(actor: access.Actor, patient: Patient) -> str:
    before = set(AccessEvent.objects.values_list("pk", flat=True))
    access.seen(actor, patient, "plan")
    rows = AccessEvent.objects.exclude(pk__in=before)
    return (
        ", ".join(
            f"{row.role} {row.through} {row.part} {row.why}".strip() for row in rows
        )
        or "nothing"
    )


def _noted_in_list(actor: access.Actor) -> int:
    before = AccessEvent.objects.count()
    places = CareTeamMember.objects.filter(user=actor.user) if actor.user else []
    for _ in range(2):
        access.seen_in_list(actor, places, "caseload", now=ASKED_AT)
    return AccessEvent.objects.count() - before


def _said(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except Http404:
        return 404
    except PermissionDenied:
        return 403
