"""Weight gained on an antipsychotic, for the prescriber (N14, case 107).

Read from the results of the monitoring calendar: what was entered in kilograms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from careplan.common.catalogue import medicine_rules, medicines
from careplan.plan.models import LabResult, Medication
from careplan.plan.monitoring import BASELINE_COUNTS_FOR, WeightGain, weight_gain
from patients.models import Patient

ANTIPSYCHOTIC = "antipsychotic"
RULE = "m_metabolic"


@dataclass(frozen=True, slots=True)
class Gained:
    """One medicine and the two weights the rule compared."""

    medicine: str
    start_kg: Decimal
    now_kg: Decimal
    now_on: date
    gain: WeightGain
    source: str
    is_draft: bool


def to_review(patient: Patient) -> list[Gained]:
    """Give the antipsychotics on which weight asks for a review; it changes nothing."""
    rows = Medication.objects.filter(patient=patient, state=Medication.State.ACTIVE)
    watched = [row for row in rows.order_by("name") if _is_watched(row)]
    if not watched:
        return []
    # Kilograms are a weight whatever the check was called; row security decides who reads.
    weights = list(
        LabResult.objects.filter(
            patient=patient, unit__iexact="kg", value__gt=0
        ).order_by("taken_on", "pk")
    )
    found = [_compared(row, weights) for row in watched]
    return [one for one in found if one is not None and one.gain.needs_review]


def _is_watched(row: Medication) -> bool:
    coded = medicines.medicine(row.catalogue_id)
    return coded is not None and coded.has_tag(ANTIPSYCHOTIC)


def _compared(row: Medication, weights: Sequence[LabResult]) -> Gained | None:
    """The start weight is the last one up to the first dose, else the first after it."""
    began = row.started_on
    if began is None:
        return None
    since = began - BASELINE_COUNTS_FOR
    known = [one for one in weights if one.taken_on >= since]
    before = [one for one in known if one.taken_on <= began]
    if not known or known[-1].taken_on <= began:
        return None
    start, now = (before[-1] if before else known[0]), known[-1]
    rule = medicine_rules.monitoring(RULE)
    return Gained(
        medicine=row.name,
        start_kg=start.value.normalize(),
        now_kg=now.value.normalize(),
        now_on=now.taken_on,
        gain=weight_gain(start.value, now.value),
        source=rule.source,
        is_draft=rule.is_draft,
    )
