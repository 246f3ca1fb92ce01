"""What a clinician keeps of teams she has left: her own notes and signatures."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from patients import access, copies, sealed


def _opened(request: HttpRequest, copy_id: UUID) -> copies.Copy:
    found = copies.opened(access.clinician(access.actor_of(request)), copy_id)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """List the copies, the latest first."""
    held = list(copies.of(access.clinician(access.actor_of(request))))
    sealed.open_keys({one.patient_id for one in held})  # all in one statement
    rows = [(one, copies.name_in(one)) for one in held]
    return render(request, "patients/copies.html", {"rows": rows})


@login_required
@require_safe
def one(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Show one copy."""
    found = _opened(request, copy_id)
    return render(request, "patients/copy.html", {"copy": found})


@login_required
@require_safe
def file(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Save one copy as a page that needs nothing else to be read."""
    found = _opened(request, copy_id)
    said = render_to_string("patients/copy_file.html", {"copy": found})
    response = HttpResponse(said, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-own-notes.html"'
    response["Cache-Control"] = "no-store"
    return response
