"""A gap after which a medicine is not started again alone (clinical.md 6, case 106).

The rule is `plan.restart`; this reads the gap from what was logged. Silence is no gap:
only a dose that the person says was left out begins one.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from careplan.common.catalogue import medicine_rules
from careplan.plan import restart
from journal.medicines import Medicine
from journal.models import DoseAnswer

LEFT_OUT = (DoseAnswer.Answer.MISSED, DoseAnswer.Answer.CHOSE_NOT)


def to_ask_about(
    patient_id: UUID, medicines: Iterable[Medicine], *, now: dt.datetime
) -> Medicine | None:
    """Give the medicine whose gap asks for a call first; one query for those at risk,
    none for everybody else."""
    at_risk = [m for m in medicines if medicine_rules.restart_rule(m.catalogue_id)]
    if not at_risk:
        return None
    answers = _answers(patient_id, at_risk)
    for row in at_risk:
        gap = _gap(answers.get(row.id, []), now)
        if gap and restart.restart_alert(row.catalogue_id, gap=gap):
            return row
    return None


def _answers(
    patient_id: UUID, rows: Iterable[Medicine]
) -> dict[UUID, list[DoseAnswer]]:
    found: dict[UUID, list[DoseAnswer]] = {}
    answered = DoseAnswer.objects.filter(
        patient=patient_id,
        medication__in=[row.id for row in rows],
        deleted_at=None,
    )
    for one in answered.order_by("-local_date", "-answered_at")[:200]:
        found.setdefault(one.medication_id, []).append(one)  # type: ignore[arg-type]
    return found


def _gap(newest_first: list[DoseAnswer], now: dt.datetime) -> dt.timedelta | None:
    """How long ago the last dose was, when every answer since says it was left out."""
    last = next((one for one in newest_first if one.answer not in LEFT_OUT), None)
    if last is None or last is newest_first[0]:
        return None
    return now - (last.taken_at or last.answered_at)
