"""About me: the patient's own page, and what a member's consent opens of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.common.forms import CareForm
from careplan.home.profile.forms import MedicineForm, ReactionForm, TherapyForm
from careplan.plan import past
from careplan.plan.models import (
    Allergy,
    Medication,
    PastMedicine,
    PastTherapy,
    Preference,
    StayingWell,
)
from patients import about, access
from patients.access import Actor
from patients.forms.profile import CommentForm, ContactForm, DiagnosisForm
from patients.models import Diagnosis, Patient
from patients.topics import Topic


def _door(request: HttpRequest, record: UUID | None) -> tuple[Actor, Patient]:
    actor = access.actor_of(request)
    if record is None:
        return actor, access.own_patient(actor)
    patient = access.patient_for(actor, record, access.MEMBER)
    role = access.role_in(actor, patient) or ""
    request.shell = access.shell_of(role)  # type: ignore[attr-defined]
    return actor, patient


@login_required
@require_safe
def page(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Show everything the reader may see; a part that is not shared is absent."""
    actor, patient = _door(request, record)
    role = access.role_in(actor, patient)
    opened = access.topics_open_to(actor, patient)
    if role != access.PATIENT and not opened & PARTS:
        raise PermissionDenied
    context = _parts(patient, opened) | {
        "patient": patient,
        "mine": role == access.PATIENT,
        "clinical": role in {"therapist", "prescriber", "care_manager"},
        "base": "/profile/" if record is None else f"/p/{patient.pk}/profile/",
        "links": access.links_of(role or "", patient),
    }
    access.seen(actor, patient, "profile")
    return render(request, "home/profile/page.html", context)


PARTS = frozenset(
    {Topic.PROFILE, Topic.DIAGNOSES, Topic.MEDICINES, Topic.THERAPY, Topic.PLAN}
)


def _parts(patient: Patient, opened: frozenset[str]) -> dict[str, Any]:
    parts: dict[str, Any] = {"opened": {topic: topic in opened for topic in PARTS}}
    if Topic.PROFILE in opened:
        parts["contact"] = about.contact_of(patient)
    if Topic.DIAGNOSES in opened:
        rows = Diagnosis.objects.filter(patient=patient, withdrawn_at=None)
        parts["diagnoses"] = rows.select_related("by").prefetch_related("comments")
    if Topic.MEDICINES in opened:
        parts["allergies"] = list(
            Allergy.objects.filter(patient=patient, ended_at=None)
        )
        told = Medication.objects.filter(patient=patient, state="reported")
        parts["taken"] = told.order_by("created_at")
        parts["medicines"] = PastMedicine.objects.filter(patient=patient)
    if Topic.THERAPY in opened:
        parts["therapies"] = PastTherapy.objects.filter(patient=patient)
    if Topic.PLAN in opened:
        parts["wishes"] = Preference.objects.filter(patient=patient, ended_at=None)
        well = StayingWell.objects.filter(patient=patient, ended_at=None)
        parts["well"] = well.order_by("-created_at").first()
    return parts


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that can be added on a page of its own."""

    form: type[CareForm]
    title: str | Promise
    keep: Callable[[Patient, Any, Any], object]
    topic: Topic
    by_patient: bool
    by_roles: frozenset[str]


def _keep_reaction(patient: Patient, form: Any, actor: Actor) -> object:
    return past.add_reaction(patient, form.told(), by=actor.user, now=clock.now())


def _keep_medicine(patient: Patient, form: Any, actor: Actor) -> object:
    source = "patient" if access.role_in(actor, patient) == "patient" else "records"
    return past.add_medicine(patient, form.told(), source=source, by=actor.user)


def _keep_therapy(patient: Patient, form: Any, actor: Actor) -> object:
    return past.add_therapy(patient, form.told(), by=actor.user)


def _keep_diagnosis(patient: Patient, form: Any, actor: Actor) -> object:
    return about.record_diagnosis(
        patient, form.finding(), by=actor.user, now=clock.now()
    )


CLINICIANS = frozenset({"therapist", "prescriber", "care_manager"})
SECTIONS = {
    "allergies": Section(
        ReactionForm,
        _l("An allergy or a bad reaction"),
        _keep_reaction,
        Topic.MEDICINES,
        by_patient=True,
        by_roles=CLINICIANS,
    ),
    "medicines": Section(
        MedicineForm,
        _l("A medicine tried before"),
        _keep_medicine,
        Topic.MEDICINES,
        by_patient=True,
        by_roles=frozenset({"prescriber"}),
    ),
    "therapies": Section(
        TherapyForm,
        _l("A therapy tried before"),
        _keep_therapy,
        Topic.THERAPY,
        by_patient=True,
        by_roles=frozenset({"therapist"}),
    ),
    "diagnoses": Section(
        DiagnosisForm,
        _l("Record a diagnosis"),
        _keep_diagnosis,
        Topic.DIAGNOSES,
        by_patient=False,
        by_roles=frozenset({"therapist", "prescriber"}),
    ),
}


def _may_add(actor: Actor, patient: Patient, section: Section) -> bool:
    role = access.role_in(actor, patient)
    if role == access.PATIENT:
        return section.by_patient
    return role in section.by_roles and access.may(
        actor, patient, access.view(section.topic)
    )


@login_required
def add(request: HttpRequest, name: str, record: UUID | None = None) -> HttpResponse:
    """Add an allergy, a medicine, a therapy, or (a clinician) a diagnosis."""
    actor, patient = _door(request, record)
    section = SECTIONS.get(name)
    if section is None:
        raise Http404
    if not _may_add(actor, patient, section):
        raise PermissionDenied
    form = section.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        section.keep(patient, form, actor)
        messages.success(request, _("Saved."))
        return _back(record)
    context = {"form": form, "title": section.title, "base": _base(record)}
    return render(request, "home/profile/form.html", context)


@login_required
def contact(request: HttpRequest) -> HttpResponse:
    """Change how to reach me; each change leaves its own row (P1)."""
    actor, patient = _door(request, None)
    held = about.contact_of(patient)
    data = request.POST if request.method == "POST" else None
    form = ContactForm.of(patient, held, data)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        today = clock.local_date(now, patient.time_zone)
        try:
            about.set_birth_date(patient, form.cleaned_data["birth_date"], today=today)
        except DomainError as refusal:
            form.refuse(refusal, "birth_date")
        else:
            about.set_contact(patient, form.contact(), by=actor.user, now=now)
            messages.success(request, _("Saved."))
            return _back(None)
    context = {"form": form, "title": _("How to reach me"), "base": "/profile/"}
    return render(request, "home/profile/form.html", context)


@login_required
@require_POST
def none_known(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Say that there are no allergies, as far as anybody knows (P3)."""
    actor, patient = _door(request, record)
    if not _may_add(actor, patient, SECTIONS["allergies"]):
        raise PermissionDenied
    if not Allergy.objects.filter(patient=patient, ended_at=None).exists():
        past.none_known(patient, by=actor.user, now=clock.now())
    messages.success(request, _("Saved."))
    return _back(record)


@login_required
@require_POST
def end_allergy(
    request: HttpRequest, row_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Mark an allergy as no longer true."""
    actor, patient = _door(request, record)
    if not _may_add(actor, patient, SECTIONS["allergies"]):
        raise PermissionDenied
    row = get_object_or_404(Allergy, pk=row_id, patient=patient, ended_at=None)
    past.end_reaction(row, now=clock.now())
    messages.success(request, _("Taken off the list."))
    return _back(record)


@login_required
@require_POST
def withdraw(request: HttpRequest, row_id: UUID, record: UUID) -> HttpResponse:
    """Mark a diagnosis as recorded by mistake."""
    actor, patient = _door(request, record)
    if not _may_add(actor, patient, SECTIONS["diagnoses"]):
        raise PermissionDenied
    row = get_object_or_404(Diagnosis, pk=row_id, patient=patient, withdrawn_at=None)
    about.withdraw_diagnosis(row, by=actor.user, now=clock.now())
    messages.success(request, _("Marked as recorded by mistake."))
    return _back(record)


@login_required
def comment(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Say something to a diagnosis (P2). The patient alone."""
    _actor, patient = _door(request, None)
    row = get_object_or_404(Diagnosis, pk=row_id, patient=patient)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        about.comment(row, form.cleaned_data["words"], now=clock.now())
        messages.success(
            request, _("Saved. Whoever reads the diagnosis reads this too.")
        )
        return _back(None)
    context = {"form": form, "title": row.words, "base": "/profile/"}
    return render(request, "home/profile/form.html", context)


def _base(record: UUID | None) -> str:
    return "/profile/" if record is None else f"/p/{record}/profile/"


def _back(record: UUID | None) -> HttpResponse:
    return redirect(_base(record))
