"""Reads of the plan, each a fixed number of queries whatever the history."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from careplan.plan.models import (
    DoseStep,
    Medication,
    Plan,
    PlanVersion,
    Proposal,
    ProposalQuestion,
    Signature,
)
from careplan.plan.proposals import OPEN
from patients.models import Patient

LIVE_STEPS = ("planned", "released", "current", "held")


def head(patient: Patient) -> PlanVersion | None:
    """Return the newest version with its sections and signatures: three queries."""
    rows = PlanVersion.objects.filter(patient=patient).prefetch_related(
        "sections",
        Prefetch("signatures", Signature.objects.select_related("user")),
    )
    return rows.order_by("-number").first()


def plan_row(patient: Patient) -> Plan:
    """Return the plan as stored, or an unsaved empty one: reading begins nothing."""
    plan = Plan.objects.filter(patient=patient).first() or Plan(patient=patient)
    plan.patient = patient
    return plan


def open_proposals(patient: Patient) -> QuerySet[Proposal, Proposal]:
    """Return suggestions waiting for answers, oldest first: three queries."""
    waiting = ProposalQuestion.objects.filter(proposal=OuterRef("pk"), answered_at=None)
    return (
        Proposal.objects.filter(patient=patient, state__in=OPEN)
        .select_related("proposer")
        .prefetch_related("changes", "responses__user")
        .annotate(has_question=Exists(waiting))
        .order_by("sent_at")
    )


def medicines(patient: Patient) -> QuerySet[Medication, Medication]:
    """Return medicines of the plan with live steps, times, strengths."""
    steps = DoseStep.objects.filter(state__in=LIVE_STEPS).order_by("order")
    return (
        Medication.objects.filter(patient=patient, state__in=["active", "reported"])
        .select_related("prescriber")
        .prefetch_related(Prefetch("steps", steps), "steps__times")
        .order_by("created_at", "pk")
    )


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
