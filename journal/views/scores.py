"""Forms answered, read back: totals, items and change; clinicians ask for forms here."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from careplan.common import clock
from careplan.common.errors import DomainError
from journal import access, instruments, measures, responses
from journal.measure_forms import AskForm
from journal.models import MeasureAssignment, MeasureResponse
from journal.views.measures import form_of, typed
from patients import access as door
from patients.models import Patient
from patients.topics import Topic


def history(
    request: HttpRequest, code: str, record: UUID | None = None
) -> HttpResponse:
    """Show all totals of one form; clinicians see items and change as well."""
    form = form_of(code)
    patient = access.record(request, record, Topic.MEASURES)
    is_own = access.is_own(request, patient)
    rows = measures.history(patient.pk, code, counts_private=is_own)
    context = {
        "form_file": form,
        "points": measures.points(form, rows),
        "is_own": is_own,
        "patient": patient,
        "base": reverse("journal:measures") if is_own else _record_base(patient),
        "links": access.links(request, patient),
    }
    if not is_own and rows:
        before = rows[1] if len(rows) > 1 else None
        context |= {
            "statistics": measures.statistics(form, rows),
            "items": measures.items(form, rows[0], before),
            "before_on": before.local_date if before else None,
        }
    door.seen(door.actor_of(request), patient, "forms and scores")
    return render(request, "journal/measure_history.html", context)


def _record_base(patient: Patient) -> str:
    return reverse("journal:record_measures", args=[patient.pk])


def record_index(request: HttpRequest, record: UUID) -> HttpResponse:
    """Show a clinician the forms of one record: asked, answered, and asking."""
    patient = access.record(request, record, Topic.MEASURES)
    if access.is_own(request, patient):
        return redirect("journal:measures")
    sent = MeasureResponse.objects.filter(
        patient=patient, state="sent", deleted_at__isnull=True, is_private=False
    ).order_by("instrument", "-sent_at")
    names = instruments.all_instruments()
    context = {
        "patient": patient,
        "links": access.links(request, patient),
        "asked": [
            (row, names[row.instrument].name)
            for row in MeasureAssignment.objects.filter(
                patient=patient, ended_at__isnull=True
            ).order_by("due_on")
            if row.instrument in names
        ],
        "latest": [
            (row, names[row.instrument].name)
            for row in sent.distinct("instrument")
            if row.instrument in names
        ],
        "may_ask": door.may(door.actor_of(request), patient, door.REVIEW),
    }
    door.seen(door.actor_of(request), patient, "forms and scores")
    return render(request, "journal/record_measures.html", context)


def response(
    request: HttpRequest, record: UUID, code: str, response_id: UUID
) -> HttpResponse:
    """Open one total to its items and how each moved since the time before (J28)."""
    form = form_of(code)
    patient = access.record(request, record, Topic.MEASURES)
    is_own = access.is_own(request, patient)
    rows = measures.history(patient.pk, code, counts_private=is_own)
    place = next((n for n, row in enumerate(rows) if row.pk == response_id), None)
    if place is None:
        raise Http404
    before = rows[place + 1] if place + 1 < len(rows) else None
    context = {
        "form_file": form,
        "point": measures.points(form, [rows[place]])[0],
        "items": measures.items(form, rows[place], before),
        "before_on": before.local_date if before else None,
        "patient": patient,
        "links": access.links(request, patient),
        "base": f"{_record_base(patient)}{code}/",
    }
    door.seen(door.actor_of(request), patient, "forms and scores")
    return render(request, "journal/measure_response.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, record: UUID) -> HttpResponse:
    """Ask a person for a form, with the reason they will read."""
    now = clock.now()
    patient = door.patient_for(
        door.actor_of(request), record, door.view(Topic.MEASURES), door.REVIEW
    )
    request.shell = "clinician"  # type: ignore[attr-defined]
    today = clock.local_date(now, patient.time_zone)
    form = AskForm(typed(request), today=today, initial={"due_on": today})
    if request.method == "POST" and form.is_valid() and _asked(form, patient, request):
        messages.success(request, gettext("The form is asked for."))
        return redirect("journal:record_measures", patient.pk)
    context = {
        "form": form,
        "patient": patient,
        "links": access.links(request, patient),
        "slots": instruments.slots(),
    }
    return render(request, "journal/measure_ask.html", context)


def _asked(form: AskForm, patient: Patient, request: HttpRequest) -> bool:
    said = form.cleaned_data
    try:
        responses.ask(
            patient,
            code=said["instrument"],
            reason=said["reason"],
            due_on=said["due_on"],
            every_days=form.every,
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error("instrument", str(refusal))
        return False
    return True


@require_POST
def stop_asking(request: HttpRequest, record: UUID, asked_id: UUID) -> HttpResponse:
    """End the asking for a form."""
    patient = door.patient_for(
        door.actor_of(request), record, door.view(Topic.MEASURES), door.REVIEW
    )
    row = MeasureAssignment.objects.filter(patient=patient, pk=asked_id).first()
    if row is None:
        raise Http404
    responses.stop_asking(row, now=clock.now())
    messages.success(request, gettext("The form is not asked for any more."))
    return redirect("journal:record_measures", patient.pk)
