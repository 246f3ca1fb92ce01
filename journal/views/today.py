"""The doses of today, answered in one tap."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.errors import DomainError
from journal import access, doses, medicines
from journal.inputs import DoseInput


@require_POST
def dose(request: HttpRequest) -> HttpResponse:
    """Answer one dose of the plan, or take the answer back ("Undo")."""
    now = clock.now()
    patient = access.own(request)
    due = _due(patient.pk, request.POST.get("dose", ""))
    today = clock.dose_day(now, patient.time_zone)
    if due is None:
        messages.error(request, gettext("This dose is not in your plan any more."))
        return redirect(_back(request))
    try:
        _keep(patient.pk, due, request.POST.get("answer", ""), today, now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(request))


def _keep(
    patient_id: UUID,
    due: medicines.DueDose,
    answer: str,
    today: dt.date,
    now: dt.datetime,
) -> None:
    if answer == "undo":
        doses.take_back(
            patient_id,
            medication_id=due.medication_id,
            day=due.day,
            slot=due.slot,
            now=now,
        )
    elif answer in doses.Answer.values:
        said = DoseInput(
            day=due.day,
            answer=answer,
            medication_id=due.medication_id,
            slot=due.slot,
            planned_amount=due.amount,
            unit=due.unit,
        )
        doses.answer(patient_id, said, today=today, now=now)


def _due(patient_id: UUID, key: str) -> medicines.DueDose | None:
    """The dose a key names, if the plan has it on that day."""
    parts = key.split(":")
    if len(parts) != 3:
        return None
    try:
        day = dt.date.fromisoformat(parts[1])
    except ValueError:
        return None
    known = medicines.of_patient(patient_id, day=day)
    rows = medicines.due(known, day=day)
    return next((row for row in rows if row.key == key), None)


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if asked and safe else "/today/"
