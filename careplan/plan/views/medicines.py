"""Acts on one medicine: hold, release, end a hold, "I have read it"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import access, medications, wording
from careplan.plan.access import Room
from careplan.plan.models import DoseStep, Medication
from patients.access import HOLD, PRESCRIBE, WRITE_OWN
from patients.topics import Topic

RIGHTS = {"hold": HOLD, "release": PRESCRIBE, "end-hold": PRESCRIBE, "read": WRITE_OWN}


@login_required
@require_POST
def act(
    request: HttpRequest, medicine_id: UUID, verb: str, record: UUID | None = None
) -> HttpResponse:
    """Do one act, say what happened, and go back to the medicine."""
    room = access.room(
        request, record, RIGHTS[verb], topic=Topic.MEDICINES, part="medicines"
    )
    row = access.row_in(room, Medication.objects.all(), medicine_id)
    verbs: dict[str, Callable[[], str]] = {
        "hold": lambda: _hold(room, row, request),
        "release": lambda: _release(room, row, request),
        "end-hold": lambda: _end_hold(room, row, request),
        "read": lambda: _read(room, row),
    }
    try:
        messages.success(request, verbs[verb]())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect("plan:medicine", record=room.patient.pk, medicine_id=row.pk)


def _words(request: HttpRequest) -> str:
    return str(request.POST.get("reason", "")).replace("\x00", "").strip()[:500]


def _hold(room: Room, row: Medication, request: HttpRequest) -> str:
    held = medications.hold(row, by=room.by, reason=_words(request), now=clock.now())
    who = row.prescriber.called if row.prescriber else ""
    return _(
        "Held at {dose}. {name} sees this. Holding is a normal part of lowering."
    ).format(dose=wording.dose(held.step.amount, held.step.unit), name=who)


def _release(room: Room, row: Medication, request: HttpRequest) -> str:
    steps: Any = DoseStep.objects.filter(medication=row)
    wanted = str(request.POST.get("step", ""))
    step = next((s for s in steps if str(s.pk) == wanted), None)
    if step is None:
        return _("No step is waiting.")
    # A written reason passes the taper's check only on the page that shows the check.
    done = medications.release(step, by=room.by, now=clock.now())
    return _(
        "Released: {dose}. It starts on its day, unless somebody holds it."
    ).format(dose=wording.dose(done.amount, done.unit))


def _end_hold(room: Room, row: Medication, request: HttpRequest) -> str:
    medications.end_hold(row, by=room.by, because=_words(request), now=clock.now())
    return _("The hold has ended. Release the next step when it is time.")


def _read(room: Room, row: Medication) -> str:
    for step in DoseStep.objects.filter(medication=row, state="current"):
        medications.note_read(step, now=clock.now())
    return _("Thank you.")
