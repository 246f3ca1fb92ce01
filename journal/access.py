"""The journal's door: the person's own pages, and a record's pages by topic."""

from uuid import UUID

from django.http import Http404, HttpRequest

from careplan.common.navigation import PersonLink
from journal.models import Entry, MeasureResponse, SideEffectReport
from patients import access
from patients.models import Patient
from patients.topics import Topic


def own(request: HttpRequest) -> Patient:
    """Give the record of the person signed in; 404 when they keep none."""
    return access.own_patient(access.actor_of(request))


def record(request: HttpRequest, record_id: UUID | None, topic: Topic) -> Patient:
    """Give the record of a page that several roles share, and set its shell.

    404 for a stranger, 403 for a member to whom the topic is not open.
    """
    if record_id is None:
        return own(request)
    actor = access.actor_of(request)
    patient = access.patient_for(actor, record_id, access.view(topic))
    role = access.role_in(actor, patient) or ""
    request.shell = access.shell_of(role)  # type: ignore[attr-defined]
    return patient


def links(request: HttpRequest, patient: Patient) -> tuple[PersonLink, ...]:
    """Give the row of pages inside this record, for a clinician; else nothing."""
    role = access.role_in(access.actor_of(request), patient) or ""
    return access.links_of(role, patient)


def is_own(request: HttpRequest, patient: Patient) -> bool:
    """Whether the person reading is the one the record is about."""
    return request.user.pk == patient.user_id


def own_entry(patient: Patient, entry_id: UUID) -> Entry:
    """Give a check-in of one's own, in the bin or not; 404 for any other."""
    entry = Entry.objects.filter(patient=patient, pk=entry_id).first()
    if entry is None:
        raise Http404
    return entry


def report(patient: Patient, report_id: UUID) -> SideEffectReport:
    """Give a side effect of this record that the reader may see; else 404."""
    rows = SideEffectReport.objects.filter(patient=patient, deleted_at__isnull=True)
    found = rows.filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found


def response(patient: Patient, response_id: UUID) -> MeasureResponse:
    """Give answers to a form of this record that the reader may see; else 404."""
    rows = MeasureResponse.objects.filter(patient=patient, deleted_at__isnull=True)
    found = rows.filter(pk=response_id).first()
    if found is None:
        raise Http404
    return found
