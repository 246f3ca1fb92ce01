"""How a story is told: whose turn it is, on which day, by which rule."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from careplan.common.identity import acting_as, person
from careplan.plan import own_part, plans, proposals
from careplan.plan.medications import By
from careplan.plan.models import Plan, Proposal
from careplan.plan.proposals import Change, Wording
from patients import consents, people
from patients.models import CareTeamMember, Clinician, Patient, User

PATIENT = "patient"
ZONE = "Europe/London"


@dataclass
class Story:
    """One patient's record while it is being told. `ago(35)` is that day, 09:00 there."""

    patient: Patient
    today: dt.date
    now: dt.datetime
    chance: random.Random
    team: dict[str, Clinician] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The clock the patient lives by."""
        return ZoneInfo(ZONE)

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> dt.datetime:
        """Give an instant so many days back, by the clock where the patient lives."""
        wall = dt.datetime.combine(
            self.today - dt.timedelta(days=days), dt.time(hour, minute), ZoneInfo(ZONE)
        )
        return min(wall.astimezone(dt.UTC), self.now)

    def day(self, ago: int) -> str:
        """Give a day as a form would send it."""
        return (self.today - dt.timedelta(days=ago)).isoformat()

    @contextmanager
    def turn(self, user: User) -> Iterator[None]:
        """Let one person act."""
        with acting_as(person(user.pk, second_factor=True)), transaction.atomic():
            yield

    def plan(self) -> Plan:
        """Give the plan as it stands."""
        self.patient.refresh_from_db()
        return plans.plan_of(self.patient)

    def joins(
        self, post: Clinician, *, days_ago: int, topics: list[str] | None = None
    ) -> CareTeamMember:
        """Put a clinician on the team, with the patient's consent."""
        self.team[post.profession] = post
        with self.turn(self.patient.user):
            return people.join_team(
                self.patient,
                post.user,
                role=post.profession,
                clinician=post,
                topics=topics,
                by=self.patient.user,
                now=self.ago(days_ago),
            )

    def lets_them_talk(self, *, days_ago: int) -> None:
        """Say yes to the clinicians talking with each other."""
        with self.turn(self.patient.user):
            consents.let_clinicians_talk(
                self.patient,
                granted=True,
                by=self.patient.user,
                now=self.ago(days_ago),
            )

    def writes_own_part(
        self, *changes: tuple[str, Mapping[str, Any]], days_ago: int, why: str = ""
    ) -> None:
        """Let the patient change her own part of the plan."""
        with self.turn(self.patient.user):
            plan = self.plan()
            own_part.change(
                plan,
                by=By(self.patient.user, PATIENT),
                changes=[Change(kind, values) for kind, values in changes],
                why=why,
                base_number=plan.number,
                now=self.ago(days_ago),
            )

    def suggests(
        self,
        role: str,
        *changes: tuple[str, Mapping[str, Any]],
        days_ago: int,
        why: str,
        **wording: Any,
    ) -> Proposal:
        """Let one clinician suggest a change and send it."""
        post = self.team[role]
        with self.turn(post.user):
            plan, by = self.plan(), By(post.user, role)
            draft = proposals.draft(
                plan,
                by=by,
                changes=[Change(kind, values) for kind, values in changes],
                wording=Wording(why=why, **wording),
                base_number=plan.number,
                now=self.ago(days_ago, 11),
            )
            return proposals.send(draft, by=by, now=self.ago(days_ago, 11, 5))

    def all_agree(self, proposal: Proposal, *, days_ago: int) -> None:
        """Let everyone asked say yes, the other clinician first."""
        proposer = proposal.proposer_id
        for role, user in self._people():
            if user.pk != proposer:
                self.agrees(proposal, role, user, days_ago=days_ago)

    def agrees(
        self, proposal: Proposal, role: str, user: User, *, days_ago: int
    ) -> None:
        """Let one person say yes to the text as sent."""
        with self.turn(user):
            row = Proposal.objects.get(pk=proposal.pk)
            if row.state in (Proposal.State.PROPOSED, Proposal.State.AGREED):
                proposals.agree(
                    row,
                    by=By(user, role),
                    read_hash=row.text_hash,
                    now=self.ago(days_ago, 18),
                )

    def _people(self) -> Sequence[tuple[str, User]]:
        clinicians = [(role, post.user) for role, post in self.team.items()]
        return [*clinicians, (PATIENT, self.patient.user)]


def begin(user: User, *, now: dt.datetime, seed: int, **about: Any) -> Story:
    """Open a record and start telling: it is past its first week and first pages."""
    opened = now - dt.timedelta(days=8)
    patient = people.register_patient(user, now=opened, time_zone=ZONE, **about)
    with acting_as(person(user.pk, second_factor=False)):
        people.finish_welcome(patient, now=opened)
    today = now.astimezone(ZoneInfo(ZONE)).date()
    return Story(patient, today, now, random.Random(seed))  # noqa: S311 - a story


def each_day(last: int, first: int) -> Iterator[int]:
    """Count the days back from `last` ago to `first` ago."""
    yield from range(last, first - 1, -1)
