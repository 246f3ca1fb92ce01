"""Proof: two people who edit at once never overwrite each other (E3, issue 4).

Two requests start from the same version at the same moment, through the HTTP door on
connections of their own. One may win; the other must be told so and keep its text.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from careplan.common.identity import acting_as, person, system
from careplan.home.proofs.record import Ask, Proof
from careplan.plan import own_part, plans, proposals, versions
from careplan.plan.medications import By
from careplan.plan.models import Goal, Medication, Plan, PlanVersion, Proposal
from careplan.plan.proposals import Change, Wording
from patients import people
from patients.models import Patient, Role, User

FULL = 1_000


@dataclass
class Tally:
    """What came out of many pairs."""

    pairs: int = 0
    one_won: int = 0
    both_won: int = 0
    none_won: int = 0
    kept: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """A patient with one goal and one medicine, and the prescriber."""

    patient: Patient
    prescriber: User
    goal_id: UUID
    medicine_id: UUID


def run(ask: Ask) -> Proof:
    """Run pairs of edits of one goal, and of suggestions about one medicine."""
    many = ask.size or FULL
    dice = random.Random(ask.seed)  # noqa: S311 - a shuffle that can be repeated
    record = lay_out()
    own = [edit_goal(record, dice) for _ in range(many - many // 4)]
    sent = [send_twice(record, dice) for _ in range(many // 4)]
    proof = Proof(
        name="plan_edits",
        about="Pairs of requests from the same version of a plan, at the same moment, "
        "on connections of their own.",
        columns=("what", "pairs", "one won", "both won", "none won",
                 "loser's text kept", "lost", "versions", "chain faults"),
    )  # fmt: skip
    number, faults = chain(record)
    for what, outcomes in (("own goal", own), ("one medicine", sent)):
        tally = tallied(outcomes)
        proof.rows.append(
            (what, tally.pairs, tally.one_won, tally.both_won, tally.none_won,
             tally.kept, tally.lost, number, faults)
        )  # fmt: skip
        proof.held = proof.held and not (
            tally.both_won or tally.none_won or tally.lost or faults
        )
    return proof


@dataclass(frozen=True)
class Outcome:
    """One pair: how many won, and whether the other's text is still there."""

    won: int
    loser_kept: bool


def tallied(outcomes: list[Outcome]) -> Tally:
    """Count a list of outcomes."""
    tally = Tally(pairs=len(outcomes))
    for one in outcomes:
        tally.one_won += one.won == 1
        tally.both_won += one.won > 1
        tally.none_won += one.won == 0
        tally.kept += one.loser_kept
        tally.lost += not one.loser_kept
    return tally


def lay_out() -> Record:
    """Make the record through the product's own rules."""
    now, tag = datetime.now(UTC), uuid4().hex[:8]
    maya = User.objects.create_user(f"m{tag}@sink.example", name="Maya Proof")
    ada = User.objects.create_user(f"a{tag}@sink.example", name="Dr Ada Proof")
    patient = people.register_patient(maya, now=now, time_zone="UTC")
    with transaction.atomic(), acting_as(person(maya.pk, second_factor=True)):
        people.join_team(patient, ada, role=Role.PRESCRIBER, by=maya, now=now)
        plan, by = plans.plan_of(patient), By(maya, "patient")
        goal = Change("goal", {"words": "At first"})
        told = Change("reported_medicine", {"name": "Sertraline"})
        own_part.change(plan, by=by, changes=[goal, told], base_number=0, now=now)
        return Record(
            patient,
            ada,
            Goal.objects.get(patient=patient).pk,
            Medication.objects.get(patient=patient).pk,
        )


def client_of(user: User) -> Client:
    """Sign a person in, second factor done, as a browser would stay."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    return client


def together(*acts: object) -> list[object]:
    """Start every act at the same moment, each in a thread with its own connection."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def go(place: int) -> None:
        gate.wait()
        try:
            found[place] = acts[place]()  # type: ignore[operator]
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(found)


def edit_goal(record: Record, dice: random.Random) -> Outcome:
    """Two devices of one patient change the same goal from the same version."""
    number = standing(record)
    address = f"/p/{record.patient.pk}/plan/own/goal/{record.goal_id}/"
    texts = [f"Text {dice.getrandbits(40):x}" for _ in range(2)]
    clients = [client_of(record.patient.user) for _ in texts]

    def act(place: int) -> tuple[int, str]:
        given = {"words": texts[place], "base_number": str(number)}
        answer = clients[place].post(address, given)
        return answer.status_code, answer.content.decode()

    answers = together(lambda: act(0), lambda: act(1))
    won = [place for place, (status, _) in enumerate(answers) if status == 302]  # type: ignore[misc]
    kept = all(
        texts[place] in answers[place][1]  # type: ignore[index]
        for place in (0, 1)
        if place not in won
    )
    with acting_as(system("apply")), transaction.atomic():
        stands = Goal.objects.get(pk=record.goal_id).words
    return Outcome(len(won), kept and stands in {texts[place] for place in won})


def send_twice(record: Record, dice: random.Random) -> Outcome:
    """Two tabs of a prescriber send a suggestion about the same medicine."""
    drafts = [_draft(record, dice) for _ in range(2)]
    clients = [client_of(record.prescriber) for _ in drafts]
    base = f"/c/people/{record.patient.pk}/propose"

    def act(place: int) -> int:
        return (
            clients[place]
            .post(f"{base}/{drafts[place].pk}/check/", {"send": "1"})
            .status_code
        )

    answers = together(lambda: act(0), lambda: act(1))
    won = [drafts[n] for n, status in enumerate(answers) if status == 302]
    with (
        acting_as(person(record.prescriber.pk, second_factor=True)),
        transaction.atomic(),
    ):
        kept = Proposal.objects.filter(pk__in=[d.pk for d in drafts]).count() == 2
        for row in Proposal.objects.filter(pk__in=[d.pk for d in won]):
            by, now = By(record.prescriber, Role.PRESCRIBER), datetime.now(UTC)
            proposals.withdraw(row, by=by, now=now)
    return Outcome(len(won), kept)


def _draft(record: Record, dice: random.Random) -> Proposal:
    now = datetime.now(UTC)
    step = {
        "amount": str(dice.choice([25, 50, 75])),
        "not_before": (now.date() + timedelta(days=20)).isoformat(),
    }
    step["slots"] = {"morning": step["amount"]}  # type: ignore[assignment]
    start = Change(
        "medicine_start",
        {
            "adopts": str(record.medicine_id),
            "name": "Sertraline",
            "unit": "mg",
            "purpose": "low mood",
            "steps": [step],
        },
    )
    weighed = Change(
        "approach",
        {
            "choice": "medicine",
            "benefits": "-",
            "risks": "-",
            "patient_words": "-",
            "because": "-",
        },
    )
    with (
        transaction.atomic(),
        acting_as(person(record.prescriber.pk, second_factor=True)),
    ):
        plan = plans.plan_of(record.patient)
        return proposals.draft(
            plan,
            by=By(record.prescriber, Role.PRESCRIBER),
            changes=[weighed, start],
            wording=Wording(
                why="A proof.", look_again_on=now.date() + timedelta(days=30)
            ),
            base_number=plan.number,
            now=now,
        )


def standing(record: Record) -> int:
    """Return the newest version's number."""
    with transaction.atomic(), acting_as(system("apply")):
        return Plan.objects.get(patient=record.patient).number


def chain(record: Record) -> tuple[int, int]:
    """Return the newest version's number and how many faults the chain has."""
    with transaction.atomic(), acting_as(system("apply")):
        plan = Plan.objects.get(patient=record.patient)
        count = PlanVersion.objects.filter(plan=plan).count()
        faults = len(versions.faults(plan)) + (count != plan.number)
        return plan.number, faults
