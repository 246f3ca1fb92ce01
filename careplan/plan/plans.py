"""The one plan of a patient."""

from __future__ import annotations

from django.db import transaction

from careplan.common.identity import acting_as, system
from careplan.plan.models import Plan
from patients.models import Patient


def plan_of(patient: Patient) -> Plan:
    """Return the patient's plan, begun empty when there is none yet.

    The plan's `patient` is the object given, so that reading it costs no query.
    """
    plan = Plan.objects.filter(patient=patient).first() or _begin(patient)
    plan.patient = patient
    return plan


@transaction.atomic
def _begin(patient: Patient) -> Plan:
    with acting_as(system("apply")):
        # Two first visits at once meet at the unique key; the second one reads.
        Plan.objects.bulk_create([Plan(patient=patient)], ignore_conflicts=True)
        return Plan.objects.get(patient=patient)


def locked(plan: Plan) -> Plan:
    """Return the plan's row locked, so that versions follow one another."""
    return Plan.objects.select_for_update().get(pk=plan.pk)
