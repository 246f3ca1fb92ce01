"""Pages that mix rooms: inbox, a medicine with its reports, a step's release."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.common.errors import DomainError
from careplan.plan import medications
from careplan.plan.medications import By
from careplan.plan.models import PlanVersion
from careplan.review import access, figures, inbox, pivots, release, reports, since
from careplan.review.access import Room
from careplan.review.forms import ReleaseForm
from careplan.review.release import Page
from careplan.team.models import Concern
from patients import access as doors
from patients.models import Clinician
from patients.topics import Topic


def _clinician(request: HttpRequest) -> doors.Actor:
    """Let only clinicians in who have done their second step."""
    actor = doors.actor_of(request)
    doors.clinician(actor)
    return actor


@require_safe
@login_required
def own_inbox(request: HttpRequest) -> HttpResponse:
    """What is addressed to me."""
    actor = _clinician(request)
    found = inbox.items(actor, now=clock.now())
    return render(request, "review/inbox.html", {"items": found})


@require_safe
@login_required
def programme(request: HttpRequest) -> HttpResponse:
    """Figures of the clinician's organisation; groups under ten are hidden."""
    actor = _clinician(request)
    posts = Clinician.objects.filter(user=actor.user, verified_at__isnull=False)
    post = posts.select_related("organisation").first()
    if post is None:
        raise Http404
    now, place = clock.now(), post.organisation
    page = figures.build(place.pk, today=local_date(now, place.time_zone), now=now)
    return render(request, "review/figures.html", {"page": page, "place": place})


@require_safe
@login_required
def medicine_reports(
    request: HttpRequest, medicine_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """One medicine with everything that was reported about it."""
    medicines = doors.view(Topic.MEDICINES)
    opened = access.room(request, record, medicines, part="medicine reports")
    row = reports.medicine_in(opened, medicine_id)
    if row is None:
        raise Http404
    return render(
        request,
        "review/medicine_reports.html",
        {
            "room": opened,
            "patient": opened.patient,
            "medicine": row,
            "effects": reports.effects(opened, row),
            "lasting": reports.lasting(
                opened, row, today=local_date(clock.now(), opened.patient.time_zone)
            ),
        },
    )


@require_safe
@login_required
def after_concern(request: HttpRequest, record: UUID, concern_id: UUID) -> HttpResponse:
    """The timeline asked about the change that closed a concern (N6).

    The concern's own page takes only the figure and what it says.
    """
    opened = access.room(request, record, part="concern")
    concern = Concern.objects.filter(patient=opened.patient, pk=concern_id).first()
    if concern is None or concern.closed_version is None:
        raise Http404
    version = PlanVersion.objects.filter(
        patient=opened.patient, number=concern.closed_version
    ).first()
    address = reverse("review:record-timeline", args=[opened.patient.pk])
    is_part = request.htmx  # type: ignore[attr-defined]
    if version is None:  # the plan is not shared with this reader; the rest may be
        return HttpResponse(status=204) if is_part else redirect(address)
    day = local_date(version.agreed_at, opened.patient.time_zone)
    change = pivots.version_key(day, version.number)
    if not is_part:
        return redirect(f"{address}?change={change}")
    found = since.after(opened, change, now=clock.now())
    if found is None:
        return HttpResponse(status=204)  # the page keeps its link
    context = {"since": found, "address": address + found.query}
    return render(request, "review/since.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def release_step(request: HttpRequest, record: UUID, medicine_id: UUID) -> HttpResponse:
    """The next step of a medicine with the check's inputs; the prescriber decides."""
    opened = access.room(request, record, doors.PRESCRIBE, part="release of a step")
    row = reports.medicine_in(opened, medicine_id)
    if row is None:
        raise Http404
    now = clock.now()
    page = release.build(opened, row, today=local_date(now, opened.patient.time_zone))
    needed = bool(page and page.needs_reason)
    form = ReleaseForm(request.POST or None, is_needed=needed)
    if request.method == "POST" and form.is_valid() and _released(opened, page, form):
        messages.success(request, _("Released. It starts on its day, unless held."))
        return redirect("plan:medicine", opened.patient.pk, row.pk)
    return render(
        request,
        "review/release.html",
        {
            "room": opened,
            "patient": opened.patient,
            "medicine": row,
            "page": page,
            "form": form,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _released(opened: Room, page: Page | None, form: ReleaseForm) -> bool:
    if page is None:
        form.add_error(None, _("No step is waiting."))
        return False
    try:
        medications.release(
            page.step,
            by=By(opened.user, opened.role),
            gate=page.result,
            override=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True
