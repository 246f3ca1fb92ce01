"""Several doses left out with a reason within a week: told kindly (N12, J31).

A dose that slipped the mind says nothing, and private answers never count. What is
told, to whom and in which words is the team's rule (`team.stopping`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from careplan.plan.models import Medication
from careplan.team import stopping
from journal.inputs import DoseInput
from journal.models import DoseAnswer
from patients.models import Patient

Answer = DoseAnswer.Answer
LEFT_OUT = (Answer.MISSED, Answer.CHOSE_NOT)
WEEK = dt.timedelta(days=7)


def tell(
    patient_id: UUID,
    doses: Sequence[DoseInput],
    *,
    is_private: bool = False,
    now: dt.datetime,
) -> None:
    """Tell who may see doses, when these make it several in a week.

    Called after they are saved. An answer that says nothing of it costs no query.
    """
    speaking = {d.medication_id: d.day for d in doses if _why(d.answer, d.reason)}
    speaking.pop(None, None)
    if is_private or not speaking:
        return
    said = _of_the_week(patient_id, speaking)
    several = [
        medicine
        for medicine, reasons in said.items()
        if len(reasons) >= stopping.MISSED_IN_A_WEEK
    ]
    if several:
        _say(patient_id, {medicine: said[medicine] for medicine in several}, now)


def _why(answer: str, reason: str) -> str:
    """Give the reason that counts, or nothing: choosing not to is one by itself."""
    if answer not in LEFT_OUT:
        return ""
    why = reason or ("chose_not" if answer == Answer.CHOSE_NOT else "")
    return why if why in stopping.FROM_JOURNAL else ""


def _of_the_week(
    patient_id: UUID, days: dict[UUID | None, dt.date]
) -> dict[UUID, list[str]]:
    last = max(days.values())
    rows = DoseAnswer.objects.filter(
        patient_id=patient_id,
        medication_id__in=[medicine for medicine in days if medicine],
        local_date__gt=last - WEEK,
        local_date__lte=last,
        answer__in=LEFT_OUT,
        is_private=False,
        deleted_at__isnull=True,
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for medicine, answer, reason in rows.values_list(
        "medication_id", "answer", "reason"
    ):
        if medicine and (why := _why(answer, reason)):
            found[medicine].append(why)
    return found


def _say(patient_id: UUID, said: dict[UUID, list[str]], now: dt.datetime) -> None:
    patient = Patient.objects.select_related("user").get(pk=patient_id)
    for row in Medication.objects.filter(patient=patient, pk__in=list(said)):
        stopping.say_for_missed_doses(
            patient=patient,
            medicine_label=row.name,
            medicine_ref=f"medicine:{row.pk}",
            journal_reasons=said[row.pk],
            now=now,
        )
