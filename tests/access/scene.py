"""Two records full of canaries, and everybody who might ask for them.

Committed, not rolled back: the table is also asked through a second database role,
which sees only what is committed. Each cell undoes what it did by itself.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field

import time_machine
from django.db import connection, transaction
from django.test import Client

from careplan.common.identity import acting_as, person
from careplan.outbox import links
from careplan.plan import own_part, plans
from careplan.plan.medications import By
from careplan.plan.proposals import Change
from patients import consents, people
from patients.models import (
    AccessEvent,
    CareTeamMember,
    Invitation,
    Patient,
    Role,
    User,
)
from patients.topics import Topic
from tests import factory
from tests.access import canaries
from tests.access.canaries import World

NOW = canaries.NOW
ASKED_AT = NOW + dt.timedelta(hours=2)

THERAPIST_SEES = frozenset(Topic.values) - {Topic.NOTES, Topic.SUBSTANCES}
PRESCRIBER_SEES = THERAPIST_SEES - {Topic.THERAPY, Topic.SAFETY}
SUPPORTER_SEES = frozenset({Topic.MOOD, Topic.PLAN})


@dataclass(frozen=True)
class Who:
    """One who asks: signed in or not, and what they are to each record."""

    name: str
    user: User | None = None
    second_factor: bool = True
    is_staff: bool = False
    posts: frozenset[str] = frozenset()
    # What this person is to each record, and what is open to them there.
    places: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    was: frozenset[str] = frozenset()  # records whose team this person has left

    def role(self, record: str) -> str:
        return self.places.get(record, ("", frozenset()))[0]

    def sees(self, record: str) -> frozenset[str]:
        return self.places.get(record, ("", frozenset()))[1]

    @property
    def keeps(self) -> str:
        """The record this person keeps, or nothing."""
        own = [name for name, (role, _) in self.places.items() if role == "patient"]
        return own[0] if own else ""


ALL = frozenset(Topic.values)


@dataclass
class Scene:
    """The two records and the people."""

    worlds: dict[str, World]
    hidden: dict[str, World]
    people: dict[str, Who]
    clients: dict[str, Client] = field(default_factory=dict)
    looks: dict[tuple[str, str], int] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    offers: dict[str, object] = field(default_factory=dict)
    drafts: dict[str, object] = field(default_factory=dict)
    admin_posts: dict[str, object] = field(default_factory=dict)

    def looked(self, record: str, who: Who) -> int:
        """Count the access rows that `who` left in a record."""
        patient = self.worlds[record].patient
        with acting_as(person(patient.user_id, second_factor=False)):
            rows = AccessEvent.objects.filter(patient=patient, viewer=who.user)
            return rows.count() - self.looks.get((record, who.name), 0)


def build() -> Scene:
    """Make everything; the caller empties the tables afterwards."""
    with time_machine.travel(NOW, tick=False):
        maya, noor = _record("Maya"), _record("Noor")
        cast = _cast(maya, noor)
        worlds = {
            "maya": _world("Maya", maya, cast),
            "noor": _world("Noor", noor, cast),
        }
        hidden = {name: _hide(world) for name, world in worlds.items()}
        _suspend(cast["suspended_post"].user, cast["suspended"].user)
    scene = Scene(worlds=worlds, hidden=hidden, people=cast)
    scene.secrets = {name: _link(world) for name, world in worlds.items()}
    _more(scene)
    with time_machine.travel(ASKED_AT, tick=False):
        scene.clients = {name: _client(who, scene) for name, who in cast.items()}
        for record in worlds:
            for who in cast.values():
                if who.user and (count := _count(scene, record, who)):
                    scene.looks[(record, who.name)] = count
    return scene


def _count(scene: Scene, record: str, who: Who) -> int:
    with transaction.atomic():
        return scene.looked(record, who)


def _record(name: str) -> Patient:
    user = factory.user(name, email=f"{name.lower()}@example.org")
    return people.register_patient(user, now=NOW - dt.timedelta(days=200))


def _cast(maya: Patient, noor: Patient) -> dict[str, Who]:
    found = [
        Who("anonymous"),
        Who("link_holder"),
        _patient("patient", maya, "maya"),
        _patient("other_patient", noor, "noor"),
        _clinician("therapist", maya, "maya", THERAPIST_SEES),
        _clinician("therapist_elsewhere", noor, "noor", THERAPIST_SEES),
        _ended("therapist_ended", maya, THERAPIST_SEES),
        _clinician("prescriber", maya, "maya", PRESCRIBER_SEES),
        _clinician("prescriber_elsewhere", noor, "noor", PRESCRIBER_SEES),
        _ended("prescriber_ended", maya, PRESCRIBER_SEES),
        _clinician("care_manager", maya, "maya", frozenset({Topic.PLAN})),
        _supporter(maya),
        _suspended("suspended", maya),
        _suspended("suspended_post", maya),
    ]
    therapist = next(who for who in found if who.name == "therapist")
    practice = therapist.user.clinician_posts.get().organisation
    admin = factory.administrator(practice)
    found += [
        Who("admin", admin, is_staff=True, posts=frozenset({"admin"})),
        Who(
            "operator", factory.operator(), is_staff=True, posts=frozenset({"operator"})
        ),
        Who(
            "no_second_factor",
            therapist.user,
            second_factor=False,
            is_staff=True,
            posts=frozenset({"clinician"}),
        ),
    ]
    return {who.name: who for who in found}


def _patient(name: str, record: Patient, key: str) -> Who:
    return Who(name, record.user, places={key: ("patient", ALL)})


def _clinician(name: str, record: Patient, key: str, sees: frozenset[str]) -> Who:
    role = name.removesuffix("_elsewhere").removesuffix("_ended")
    post = factory.clinician(role, f"{name} post")
    factory.member(record, post, topics=sorted(sees))
    return Who(
        name,
        post.user,
        is_staff=True,
        posts=frozenset({"clinician"}),
        places={key: (role, sees)},
    )


def _ended(name: str, record: Patient, sees: frozenset[str]) -> Who:
    role = name.removesuffix("_ended")
    post = factory.clinician(role, f"{name} post")
    place = factory.member(record, post, topics=sorted(sees))
    with acting_as(person(record.user_id, second_factor=False)):
        people.end_membership(place, by=record.user, now=NOW)
    return Who(
        name,
        post.user,
        is_staff=True,
        posts=frozenset({"clinician"}),
        was=frozenset({"maya"}),
    )


def _supporter(record: Patient) -> Who:
    user = factory.user("Bo Supporter")
    with acting_as(person(record.user_id, second_factor=False)):
        people.join_team(
            record,
            user,
            role=Role.SUPPORTER,
            topics=sorted(SUPPORTER_SEES),
            by=record.user,
            now=NOW,
        )
    return Who("supporter", user, places={"maya": ("supporter", SUPPORTER_SEES)})


def _suspended(name: str, record: Patient) -> Who:
    post = factory.clinician("prescriber", f"{name} person")
    factory.member(record, post, topics=sorted(PRESCRIBER_SEES))
    if name == "suspended":
        return Who(name, post.user)
    return Who(name, post.user, is_staff=True, posts=frozenset({"suspended"}))


def _suspend(post: User, account: User) -> None:
    post.clinician_posts.update(suspended_at=NOW)
    account.clinician_posts.update(suspended_at=NOW)
    account.is_active, account.suspended_at = False, NOW
    account.save(update_fields=["is_active", "suspended_at"])


def _world(name: str, record: Patient, cast: dict[str, Who]) -> World:
    with (
        acting_as(person(record.user_id, second_factor=False)),
        transaction.atomic(),
    ):
        consents.let_clinicians_talk(record, granted=True, by=record.user, now=NOW)
        own_part.change(
            plans.plan_of(record),
            by=By(record.user, "patient"),
            changes=[Change("goal", {"words": f"CANARY-{name}-careplan.Goal-words"})],
            base_number=0,
            now=NOW,
        )
    where = "" if name == "Maya" else "_elsewhere"
    roles = ("prescriber", "therapist")
    world = World(name, record, {role: cast[role + where].user for role in roles})
    with canaries.as_one_who_may_write():
        world.fill()
    return world


def _hide(world: World) -> World:
    """Make a private twin of every row that can be private."""
    twin = World(f"Private{world.name}", world.patient, world.people)
    twin.rows = dict(world.rows)
    with canaries.as_one_who_may_write():
        for model in canaries.patient_models():
            if any(f.name == "is_private" for f in model._meta.local_fields):
                twin.hide(model)
    return twin


def _more(scene: Scene) -> None:
    """Make what no table's plain row is: a draft, an open invitation, a second post."""
    practice = scene.people["therapist_elsewhere"].user.clinician_posts.get()
    other = factory.administrator(practice.organisation, "Ivo Admin")
    scene.admin_posts = {
        "maya": scene.people["admin"].user.admin_posts.get().pk,
        "noor": other.admin_posts.get().pk,
    }
    for name, world in scene.worlds.items():
        draft = World(world.name, world.patient, world.people)
        draft.rows = world.rows
        with canaries.as_one_who_may_write():
            made = draft.another("careplan.Proposal", state="draft", medicine_key="")
            change = draft.another("careplan.ProposedChange", proposal_id=made.pk)
        scene.drafts[name] = change.proposal_id
        offer = Invitation.objects.create(
            token_hash=hashlib.sha256(name.encode()).hexdigest(),
            email="somebody@example.org",
            role=Role.THERAPIST,
            invited_by=world.patient.user,
            patient_ref=world.patient.pk,
            expires_at=ASKED_AT + dt.timedelta(days=5),
        )
        scene.offers[name] = offer.pk


def _link(world: World) -> str:
    """Give the secret of this record's check-in link, fit to be used."""
    from careplan.checkins.models import Prompt

    prompt = world.rows["checkins.Prompt"]
    secret = links.secret_of("checkin", prompt.pk)
    with canaries.as_one_who_may_write():
        Prompt.objects.filter(pk=prompt.pk).update(
            link_hash=links.hash_of(secret),
            link_used_at=None,
            state=Prompt.State.ASKED,
            **{
                field.name: ASKED_AT + dt.timedelta(hours=20)
                for field in Prompt._meta.local_fields
                if field.name in {"answer_by", "link_expires_at", "expires_at"}
            },
        )
    return secret


def _client(who: Who, scene: Scene) -> Client:
    client = Client(raise_request_exception=False)
    if who.user is not None:
        client.force_login(
            User.objects.get(pk=who.user.pk),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        methods = [{"method": "password", "at": ASKED_AT.timestamp()}]
        if who.second_factor and who.is_staff:
            methods.append(
                {"method": "mfa", "type": "totp", "at": ASKED_AT.timestamp()}
            )
        session = client.session
        session["account_authentication_methods"] = methods
        session.save()
        client.get("/settings/sign-in/needed/")
    if who.name == "link_holder":
        client.get(f"/l/{scene.secrets['maya']}/")
    return client


def member_of(record: Patient, user: User) -> CareTeamMember:
    """Give somebody's active place on a team."""
    with acting_as(person(record.user_id, second_factor=False)), transaction.atomic():
        return CareTeamMember.objects.get(patient=record, user=user, state="active")


def empty() -> None:
    """Take it all away again."""
    from tests.conftest import _empty_every_table

    _empty_every_table(None)  # type: ignore[arg-type]
    connection.close()
