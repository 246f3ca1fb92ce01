"""Reads of the plan, each a fixed number of queries whatever the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, JSONObject

from careplan.common.clock import local_date
from careplan.plan.contacts import Contact, Met, next_contact
from careplan.plan.models import (
    DoseStep,
    DoseTime,
    Medication,
    Plan,
    PlanVersion,
    PlanVersionSection,
    Proposal,
    ProposalQuestion,
    Response,
    SafetyPlan,
    Signature,
    Strength,
    TaperPlan,
    TherapyCourse,
    TherapySession,
    Visit,
)
from careplan.plan.proposals import OPEN
from patients.models import CareTeamMember, Patient, User

LIVE_STEPS = ("planned", "released", "current", "held")


def head(patient: Patient) -> PlanVersion | None:
    """Return the newest version with its sections and signatures: three queries."""
    rows = PlanVersion.objects.filter(patient=patient).prefetch_related(
        "sections",
        Prefetch("signatures", Signature.objects.select_related("user")),
    )
    return rows.order_by("-number").first()


def head_of_page(patient: Patient, *, now: datetime) -> PlanVersion | None:
    """Return the newest version with plan, sections, names beside it, the next
    session's time (`next_session`) and the meetings around `now` (`met`): one query,
    since the plan page has eight."""
    sections = PlanVersionSection.objects.filter(version=OuterRef("pk"))
    signed = Signature.objects.filter(version=OuterRef("pk"))
    sessions = TherapySession.objects.filter(
        patient=OuterRef("patient"), state=TherapySession.State.PLANNED
    )
    row = (
        PlanVersion.objects.filter(patient=patient)
        .select_related("plan")
        .annotate(
            said=ArraySubquery(
                sections.values(row=JSONObject(topic="topic", content="content"))
            ),
            signed=ArraySubquery(
                signed.values(
                    row=JSONObject(user="user_id", name="user__name", kind="kind")
                )
            ),
            next_session=Subquery(
                sessions.order_by("starts_at").values("starts_at")[:1]
            ),
            **_meetings(now),
        )
        .order_by("-number")
        .first()
    )
    if row is not None:
        row.plan.patient = patient
        _fill(row, sections=[PlanVersionSection(**one) for one in row.said])
        _fill(row, signatures=[_signature(one) for one in row.signed])
    return row


MEETS = ("therapist", "prescriber")


def _meetings(now: datetime) -> dict[str, Subquery]:
    """The last meeting held and the next one booked, for each clinician."""
    found = {}
    for role in MEETS:
        mine = Visit.objects.filter(patient=OuterRef("patient"), role=role)
        held = mine.filter(state=Visit.State.HELD).order_by("-starts_at")
        booked = mine.filter(state=Visit.State.PLANNED, starts_at__gte=now)
        found[f"{role}_held"] = Subquery(held.values("starts_at")[:1])
        found[f"{role}_booked"] = Subquery(
            booked.order_by("starts_at").values("starts_at")[:1]
        )
    return found


def contacts_from(
    plan: Plan, row: object, *, patient: Patient, now: datetime
) -> tuple[Contact, ...]:
    """Return the next meeting with each clinician, from a row with `_meetings`."""
    zone = patient.time_zone
    begun = local_date(plan.created_at, zone)
    found = [
        next_contact(
            Met(
                role,
                getattr(plan, f"{role}_every_days"),
                _local(getattr(row, f"{role}_held"), zone),
                _local(getattr(row, f"{role}_booked"), zone),
            ),
            since=getattr(plan, f"{role}_every_since") or begun,
            today=local_date(now, zone),
        )
        for role in MEETS
    ]
    return tuple(contact for contact in found if contact is not None)


def _local(instant: datetime | None, zone: str) -> date | None:
    return local_date(instant, zone) if instant else None


def _signature(one: Mapping[str, str]) -> Signature:
    user = User(id=UUID(one["user"]), name=one["name"])
    return Signature(user=user, kind=one["kind"])


def _fill(row: Model, **related: list[Any]) -> None:
    """Lay rows that one query already brought where a prefetch would lay them."""
    row.__dict__.setdefault("_prefetched_objects_cache", {}).update(related)


def plan_row(patient: Patient) -> Plan:
    """Return the plan as stored, or an unsaved empty one: reading begins nothing."""
    plan = Plan.objects.filter(patient=patient).first() or Plan(patient=patient)
    plan.patient = patient
    return plan


def open_proposals(patient: Patient) -> QuerySet[Proposal, Proposal]:
    """Return suggestions waiting for answers, oldest first: three queries."""
    rows = Proposal.objects.filter(patient=patient, state__in=OPEN)
    return (
        with_askers(rows)
        .select_related("proposer")
        .prefetch_related(
            "changes", Prefetch("responses", Response.objects.select_related("user"))
        )
        .order_by("sent_at")
    )


def with_askers(rows: QuerySet[Proposal, Proposal]) -> QuerySet[Proposal, Proposal]:
    """Return suggestions that say whose question is still open (`askers`)."""
    open_ones = ProposalQuestion.objects.filter(
        proposal=OuterRef("pk"), answered_at=None
    )
    return rows.annotate(askers=ArraySubquery(open_ones.values("asker")))


def medicines(
    patient: Patient, *, watched: bool = False
) -> QuerySet[Medication, Medication]:
    """Return medicines with tablets at hand, live steps and their times: two queries.

    With `watched` also those past their last dose while the agreed watch goes on;
    each row then has `watch_until`.
    """
    standing = Q(state__in=["active", "reported"])
    watches = TaperPlan.objects.filter(
        medication=OuterRef("pk"), state=TaperPlan.State.WATCHING
    )
    at_hand = Strength.objects.filter(medication=OuterRef("pk"))
    rows = Medication.objects.filter(patient=patient).annotate(
        strengths_json=ArraySubquery(
            at_hand.values(
                row=JSONObject(
                    amount=Cast("amount", TextField()), can_be_halved="can_be_halved"
                )
            )
        )
    )
    if watched:
        standing |= Q(watch_until__isnull=False)
        rows = rows.annotate(watch_until=Subquery(watches.values("watch_until")[:1]))
    steps = DoseStep.objects.filter(state__in=LIVE_STEPS).order_by("order")
    return (
        rows.filter(standing)
        .select_related("prescriber")
        .prefetch_related(Prefetch("steps", with_times(steps)))
        .order_by("created_at", "pk")
    )


def with_times(steps: QuerySet[DoseStep, DoseStep]) -> QuerySet[DoseStep, DoseStep]:
    """Return steps that bring their times of day along, in the same query."""
    times = DoseTime.objects.filter(step=OuterRef("pk"))
    return steps.annotate(
        times_json=ArraySubquery(
            times.values(
                row=JSONObject(slot="slot", amount=Cast("amount", TextField()))
            )
        )
    )


def lay_times(rows: Iterable[Medication]) -> list[Medication]:
    """Put the times and tablets brought along where `.times.all()` and
    `.strengths.all()` read them."""
    rows = list(rows)
    for row in rows:
        at_hand = [
            Strength(amount=Decimal(one["amount"]), can_be_halved=one["can_be_halved"])
            for one in row.strengths_json  # type: ignore[attr-defined]  # annotated above
        ]
        _fill(row, strengths=at_hand)
        for step in row.steps.all():
            found = [
                DoseTime(slot=one["slot"], amount=Decimal(one["amount"]))
                for one in step.times_json  # type: ignore[attr-defined]  # annotated above
            ]
            _fill(step, times=found)
    return rows


def versions(patient: Patient) -> QuerySet[PlanVersion, PlanVersion]:
    """Return all versions, newest first, with who stands beside each."""
    return (
        PlanVersion.objects.filter(patient=patient)
        .select_related("author")
        .prefetch_related(
            Prefetch("signatures", Signature.objects.select_related("user"))
        )
        .order_by("-number")
    )


def version(patient: Patient, number: int) -> PlanVersion | None:
    """Return one version with its sections, or None."""
    return (
        PlanVersion.objects.filter(patient=patient, number=number)
        .prefetch_related(
            "sections", Prefetch("signatures", Signature.objects.select_related("user"))
        )
        .first()
    )


def open_medicine_keys(proposals: Iterable[Proposal]) -> set[str]:
    """Return which medicines an open suggestion is about."""
    return {proposal.medicine_key for proposal in proposals if proposal.medicine_key}


def medicine(patient: Patient, medicine_id: UUID) -> Medication | None:
    """Return one medicine with all its steps and tablets."""
    return (
        Medication.objects.filter(patient=patient, pk=medicine_id)
        .select_related("prescriber")
        .prefetch_related(
            Prefetch("steps", DoseStep.objects.order_by("order")),
            "steps__times",
            "strengths",
            "tapers",
            "holds__opened_by",
        )
        .first()
    )


def safety_plan(patient: Patient) -> SafetyPlan | None:
    """Return the standing safety plan with its lines and people."""
    rows = SafetyPlan.objects.filter(patient=patient, ended_at=None)
    return rows.prefetch_related("lines", "people").first()


def courses(patient: Patient) -> list[TherapyCourse]:
    """Return courses of therapy, the newest first."""
    rows = TherapyCourse.objects.filter(patient=patient)
    return list(rows.select_related("therapist").order_by("-created_at"))


def with_team(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    """Say of each visit whether its clinician is on the team now (`is_on_team`)."""
    members = CareTeamMember.objects.filter(
        patient=OuterRef("patient"), user=OuterRef("clinician"), state="active"
    )
    return rows.annotate(is_on_team=Exists(members))
