"""Maya, Sam and Dr Okafor in three organisations, and how they open pages."""

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.test import Client

from careplan.common.identity import acting_as, person
from careplan.team import alerts, concerns, conversations, headsups, stopping
from patients import consents, people
from patients.models import CareTeamMember, Patient, User
from tests import factory

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)  # a Friday


def later(**more: int) -> dt.datetime:
    return NOW + dt.timedelta(**more)


@contextmanager
def as_user(user: User):
    with acting_as(person(user.pk, second_factor=True)):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    return client


@dataclass
class Three:
    """One record and the people around it; `talk` is Maya's answer to P9."""

    talk: bool | None = True
    maya: Patient = field(init=False)
    sam: User = field(init=False)
    ada: User = field(init=False)
    places: dict[User, CareTeamMember] = field(init=False)

    def __post_init__(self) -> None:
        self.maya = factory.patient("Maya Raman", time_zone="Europe/London")
        posts = (
            factory.clinician("therapist", "Sam Lind"),
            factory.clinician("prescriber", "Dr Ada Okafor"),
        )
        self.sam, self.ada = (post.user for post in posts)
        self.places = {p.user: factory.member(self.maya, p) for p in posts}
        if self.talk is not None:
            self.says(talk=self.talk)

    @property
    def me(self) -> User:
        return self.maya.user

    @property
    def at(self) -> str:
        return f"/p/{self.maya.pk}"

    def says(self, *, talk: bool) -> None:
        with as_user(self.me):
            consents.let_clinicians_talk(self.maya, granted=talk, by=self.me, now=NOW)

    def shares(self, user: User, *topics: str) -> None:
        with as_user(self.me):
            consents.share(self.places[user], topics=topics, by=self.me, now=NOW)

    def ends(self, user: User) -> None:
        with as_user(self.me):
            people.end_membership(self.places[user], by=self.me, now=NOW)

    def role(self, user: User) -> str:
        return {self.sam: "therapist", self.ada: "prescriber"}.get(user, "patient")

    def asks(self, by=None, owner=None, question="Could the timing change?", now=NOW):
        by, owner = by or self.sam, owner or self.ada
        with as_user(by):
            return concerns.raise_concern(
                patient=self.maya,
                by=by,
                role=self.role(by),
                owner=owner,
                question=question,
                now=now,
            )

    def answers(self, concern, by=None, text="Earlier dose?", now=NOW):
        by = by or self.ada
        with as_user(by):
            return concerns.answer(
                concern, by=by, role=self.role(by), text=text, now=now
            )

    def writes(self, by=None, kind="team", text="Can we talk on Monday?", now=NOW):
        by = by or self.me
        with as_user(by):
            return conversations.start(
                patient=self.maya,
                by=by,
                role=self.role(by),
                kind=kind,
                subject="Monday",
                text=text,
                now=now,
            )

    def alert(self, *, now=NOW, **changes):
        words = {
            "level": "same_day",
            "ground": "measure:1:9",
            "label": "An answer about safety",
            "exact": "More than half the days",
        }
        with as_user(self.me):
            return alerts.raise_alert(
                patient=self.maya, now=now, **{**words, **changes}
            )

    def heads_up(self, label="Sertraline from 50 to 75 mg", now=NOW):
        with as_user(self.ada):
            return headsups.post_dose_change(
                patient=self.maya,
                label=label,
                expect="Feeling sick for a week",
                watch="sleep and restlessness",
                until=dt.date(2026, 12, 4),
                version_number=2,
                now=now,
            )

    def thinks_of_stopping(self, medicine="Sertraline", now=NOW, **more):
        with as_user(self.me):
            return stopping.say(
                patient=self.maya, medicine_label=medicine, now=now, **more
            )
