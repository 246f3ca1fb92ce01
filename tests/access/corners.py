"""What the door says in cases that no page of the scene comes to.

Each line is here because a mistake in `patients/access.py` went unnoticed without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from patients import access
from patients.models import AccessEvent, CareTeamMember, Patient, Role
from patients.topics import Topic
from tests.access.scene import ASKED_AT, Scene, Who

NOWHERE = UUID(int=0)
ACTS = (access.PROPOSE, access.AGREE, access.HOLD, access.PRESCRIBE)
ACTS += (access.LEAD_THERAPY, access.REVIEW, access.WRITE_TEAM)
# What signing needs, one topic less, and nothing (decisions 11).
SHARED = {
    "therapist": ("plan therapy", "plan", "therapy", ""),
    "prescriber": ("plan medicines side_effects", "plan medicines", "plan", ""),
}


def lines(scene: Scene) -> Iterator[str]:
    """Give the corners, a line each. Changes rows: the caller undoes it."""
    for who in scene.people.values():
        yield f"{who.name} at the door: {_at_the_door(who)}"
        yield f"{who.name} without a second factor: {_without_a_second_factor(who, scene)}"
    for name in SHARED:
        yield from _with_less_shared(scene.people[name], scene)
    for name in ("therapist", "care_manager"):  # the second has an emergency at one
        where = _in_two_teams(scene.people[name], scene)
        yield f"{name} in two teams: {where}"
    yield f"a list seen by nobody leaves {_list_of_nobody(scene)} rows"
    yield f"a closed record: {_closed(scene)}"


def _at_the_door(who: Who) -> str:
    request = SimpleNamespace(user=who.user or AnonymousUser(), session={})
    done = [{"method": "password"}, {"method": "mfa"}] if who.second_factor else []
    request.session["account_authentication_methods"] = done or [{"method": "password"}]
    actor = access.actor_of(request)  # type: ignore[arg-type]
    same = access.actor_of(request) is actor  # type: ignore[arg-type]
    is_them = actor.user == (who.user if who.user and who.user.is_active else None)
    clinician = _said(lambda: access.clinician(actor) == who.user)
    stranger = _said(lambda: access.patient_for(actor, NOWHERE))
    return (
        f"is them {is_them}; asked again the same {same}; second factor"
        f" {actor.second_factor}; their own lists {clinician}; no such record {stranger}"
    )


def _without_a_second_factor(who: Who, scene: Scene) -> str:
    actor = access.Actor(who.user)
    roles = {
        name: access.role_in(actor, _fresh(world.patient))
        for name, world in scene.worlds.items()
    }
    return ", ".join(f"{name} {role}" for name, role in roles.items())


def _with_less_shared(who: Who, scene: Scene) -> Iterator[str]:
    """Put Maya's clinician on Noor's team as well, with less shared each time."""
    actor, noor = access.Actor(who.user, second_factor=True), scene.worlds["noor"]
    for topics in SHARED[who.name]:
        with _placed(who, scene, role=who.name, topics=topics.split()):
            patient = access.patient_for(actor, noor.patient.pk)
            rights = [(right.act, access.may(actor, patient, right)) for right in ACTS]
            may = ", ".join(f"{act} {said}" for act, said in rights)
            opened = patient.pk == noor.patient.pk
            shared = topics or "nothing"
            yield f"{who.name} sees {shared}: the right one {opened}; {may}"
            unknown = _said(lambda p=patient: access.may(actor, p, access.Right("fly")))
            yield f"{who.name} asks for a right that is none: {unknown}"


def _in_two_teams(who: Who, scene: Scene) -> str:
    """Let one of Maya's team be Noor's care manager: two records, two places."""
    actor = access.Actor(who.user, second_factor=True)
    with _placed(who, scene, role=Role.CARE_MANAGER, topics=[Topic.PLAN.value]):
        return ", ".join(
            f"{name} {_place(actor, _fresh(world.patient))}"
            for name, world in scene.worlds.items()
        )


def _place(actor: access.Actor, patient: Patient) -> str:
    emergency = access.emergency_of(actor, patient)
    more = f" in an emergency: {emergency.reason}" if emergency else ""
    return f"{access.role_in(actor, patient)}{more}"


@contextmanager
def _placed(who: Who, scene: Scene, **more: object) -> Iterator[None]:
    """Give somebody of Maya's team a place on Noor's, for as long as it is asked about."""
    with transaction.atomic():
        place = CareTeamMember.objects.get(
            patient=scene.worlds["maya"].patient, user=who.user, state="active"
        )
        place.pk, place.patient = NOWHERE, scene.worlds["noor"].patient
        for name, value in more.items():
            setattr(place, name, value)
        place.save(force_insert=True)
        yield
        transaction.set_rollback(True)


def _list_of_nobody(scene: Scene) -> int:
    before = AccessEvent.objects.count()
    places = CareTeamMember.objects.filter(patient=scene.worlds["maya"].patient)
    access.seen_in_list(access.Actor(None), places, "caseload", now=ASKED_AT)
    return AccessEvent.objects.count() - before


def _closed(scene: Scene) -> str:
    maya = scene.worlds["maya"].patient
    actor = access.Actor(maya.user)
    before = _said(lambda: access.own_patient(actor).pk == maya.pk)
    Patient.objects.filter(pk=maya.pk).update(closed_at=ASKED_AT)
    return f"own {before}, then {_said(lambda: access.own_patient(actor))}"


def _fresh(patient: Patient) -> Patient:
    """Give the record as no question before has left it."""
    return Patient.objects.select_related("user").get(pk=patient.pk)


def _said(ask) -> object:
    try:
        return ask()
    except Http404:
        return 404
    except PermissionDenied:
        return 403
    except LookupError:
        return "no such right"
