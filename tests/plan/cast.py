"""Maya, her therapist and her prescriber, with acts made through the product's rules."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from careplan.common.identity import acting_as, person
from careplan.plan import own_part, plans, proposals
from careplan.plan.medications import By
from careplan.plan.models import Medication, Plan, Proposal
from careplan.plan.proposals import Change, Wording
from patients.models import Patient, Profession, User
from tests import factory

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def later(days: int = 0, **more: int) -> datetime:
    return NOW + timedelta(days=days, **more)


@dataclass
class Cast:
    """One record and the people around it."""

    patient: Patient
    maya: User
    sam: User | None
    ada: User | None

    @property
    def plan(self) -> Plan:
        with self.acting(self.maya):
            return plans.plan_of(
                Patient.objects.select_related("user").get(pk=self.patient.pk)
            )

    def by(self, user: User) -> By:
        roles = {self.maya: "patient", self.sam: "therapist", self.ada: "prescriber"}
        return By(user, roles[user])

    @contextmanager
    def acting(self, user: User):
        with acting_as(person(user.pk, second_factor=True)):
            yield self.by(user)


def cast(*, therapist: bool = True, prescriber: bool = True) -> Cast:
    record = factory.patient("Maya Raman", time_zone="Europe/London")
    sam = ada = None
    if therapist:
        post = factory.clinician(Profession.THERAPIST, "Sam Lind")
        factory.member(record, post)
        sam = post.user
    if prescriber:
        post = factory.clinician(Profession.PRESCRIBER, "Dr Ada Okafor")
        factory.member(record, post)
        ada = post.user
    return Cast(record, record.user, sam, ada)


APPROACH = Change(
    "approach",
    {
        "choice": "both",
        "benefits": "Mood and sleep may get better.",
        "risks": "Feeling sick in the first weeks.",
        "patient_words": "I want to work again.",
        "because": "Talking alone was not enough.",
    },
)


def start(
    dose: str = "50", on: date = TODAY, name: str = "Sertraline", **more
) -> Change:
    return Change(
        "medicine_start",
        {
            "name": name,
            "catalogue_id": name.casefold(),
            "unit": "mg",
            "purpose": "low mood and worry",
            "steps": [step(dose, on)],
            "strengths": [
                {"amount": "25", "can_be_halved": True},
                {"amount": "50"},
                {"amount": "100"},
            ],
            **more,
        },
    )


def step(dose: str, on: date, slot: str = "morning") -> dict:
    slots = {slot: dose} if dose != "0" else {}
    return {"amount": dose, "not_before": on.isoformat(), "slots": slots}


def new_dose(medication: Medication, *steps: dict, kind: str = "dose_steps", **more):
    values = {"medication": str(medication.pk), "steps": list(steps), **more}
    return Change(kind, values)


def wording(**more) -> Wording:
    words = {
        "why": "So that you can feel better.",
        "look_again_on": TODAY + timedelta(days=28),
        "reply_by": TODAY + timedelta(days=6),
    }
    return Wording(**{**words, **more})


def suggest(team: Cast, user: User, *changes: Change, now=NOW, **words) -> Proposal:
    plan = team.plan
    with team.acting(user) as by:
        drafted = proposals.draft(
            plan,
            by=by,
            changes=changes,
            wording=wording(**words),
            base_number=plan.number,
            now=now,
        )
        return proposals.send(drafted, by=by, now=now)


def agree(team: Cast, user: User, proposal: Proposal, now=NOW, note: str = ""):
    with team.acting(user) as by:
        fresh = Proposal.objects.get(pk=proposal.pk)
        return proposals.agree(
            fresh, by=by, read_hash=fresh.text_hash, note=note, now=now
        )


def all_agree(team: Cast, proposal: Proposal, now=NOW) -> Proposal:
    for user in (team.sam, team.ada, team.maya):
        if user is None or user.pk == proposal.proposer_id:
            continue
        proposal = agree(team, user, proposal, now)
    return proposal


def on_sertraline(team: Cast, dose: str = "50", now=NOW) -> Medication:
    """Bring the plan to "sertraline 50 mg in the morning", agreed by everyone."""
    all_agree(team, suggest(team, team.ada, APPROACH, start(dose), now=now), now)
    with team.acting(team.maya):
        return Medication.objects.get(patient=team.patient, name="Sertraline")


def own(team: Cast, name: str, /, now=NOW, **values):
    plan = team.plan
    with team.acting(team.maya) as by:
        return own_part.change(
            plan,
            by=by,
            changes=[Change(name, values)],
            base_number=plan.number,
            now=now,
        )
