"""The monitoring calendar of a medicine as rows: planned, done, planned again (N14)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from django.db import transaction

from careplan.common.catalogue import medicines
from careplan.common.catalogue.medicine_rules import Monitoring, ScheduleLine
from careplan.common.identity import acting_as, system
from careplan.plan.errors import OnlyPrescriber
from careplan.plan.medications import By
from careplan.plan.models import DoseStep, LabResult, Medication, MonitoringItem
from careplan.plan.monitoring import Course, done_under, due_checks, undated_lines
from patients.models import Patient, Role


def plan_checks(
    row: Medication, *, patient: Patient, today: date, now: datetime
) -> int:
    """Write down every check that follows from a medicine; say how many are open.

    Runs inside the transaction that starts or changes it. A medicine without a coded
    twin has no table to follow. Checks already written are not written twice.
    """
    coded = medicines.medicine(row.catalogue_id)
    if coded is None:
        return 0
    items = [
        MonitoringItem(
            patient_id=row.patient_id,
            medication=row,
            rule_id=due.rule_id,
            when=due.when[:120],
            what=due.what[:200],
            source=due.source[:300],
            due_on=due.due_on,
            created_at=now,
        )
        for due in due_checks(
            coded, _course(row, patient, today), done=_done(row), today=today
        )
    ]
    MonitoringItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)


def _course(row: Medication, patient: Patient, today: date) -> Course:
    steps = list(
        DoseStep.objects.filter(medication=row, regimen="regular").order_by("order")
    )
    taken = [step for step in steps if step.started_on]
    raised = [
        after.started_on
        for before, after in pairwise(taken)
        if after.amount > before.amount
    ]
    first = next((s.started_on or s.not_before for s in steps), None)
    return Course(
        started_on=row.started_on or first or today,
        raised_on=raised[-1] if raised else None,
        changed_on=taken[-1].started_on if len(taken) > 1 else None,
        age=_age(patient, today),
    )


def _age(patient: Patient, today: date) -> int | None:
    born = patient.birth_date
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _done(row: Medication) -> dict[str, tuple[date, ...]]:
    found: dict[str, tuple[date, ...]] = {}
    for item in MonitoringItem.objects.filter(medication=row).exclude(done_on=None):
        if item.done_on is not None:
            name = done_under(item.rule_id, item.when)
            found[name] = (*found.get(name, ()), item.done_on)
    return found


def without_a_day(patient: Patient) -> list[tuple[str, Monitoring, ScheduleLine]]:
    """Give the checks that go by symptoms or by every review, with their medicine."""
    rows = Medication.objects.filter(patient=patient, state=Medication.State.ACTIVE)
    return [
        (row.name, rule, line)
        for row in rows.order_by("name")
        if (coded := medicines.medicine(row.catalogue_id)) is not None
        for rule, line in undated_lines(coded)
    ]


@transaction.atomic
def mark_done(
    item: MonitoringItem, *, by: By, on: date, today: date, now: datetime
) -> MonitoringItem:
    """Note that a check was done, and write down the next one. A prescriber does."""
    if by.role != Role.PRESCRIBER:
        raise OnlyPrescriber
    item.done_on, item.done_by = on, by.user
    item.save(update_fields=["done_on", "done_by"])
    with acting_as(system("apply")):
        row = Medication.objects.select_related("patient").get(pk=item.medication_id)
        plan_checks(row, patient=row.patient, today=today, now=now)
    return item


@transaction.atomic
def enter_result(
    item: MonitoringItem, *, by: By, kind: str, value: Decimal, unit: str, on: date
) -> LabResult:
    """Keep a result as the laboratory gave it; only the prescriber sees it (N14)."""
    if by.role != Role.PRESCRIBER:
        raise OnlyPrescriber
    result = LabResult(
        patient_id=item.patient_id,
        item=item,
        kind=kind,
        value=value,
        unit=unit,
        taken_on=on,
        entered_by=by.user,
    )
    result.save(force_insert=True)
    return result
