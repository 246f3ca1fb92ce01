"""My data: download everything, or leave."""

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from careplan.common import clock
from careplan.common.forms import CareForm
from patients import access, bringing, export, leaving, retention
from patients.proved import proved


class LeaveForm(CareForm):
    """One box, so that nobody leaves by a slip."""

    sure = forms.BooleanField(
        label=_l("Yes, close my account and erase my record"),
        error_messages={"required": _l("Tick the box if you want to leave")},
    )


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Say what can be downloaded, and what leaving means."""
    patient = access.own_patient(access.actor_of(request))
    context = {
        "patient": patient,
        "days": leaving.WAIT.days,
        "brought": bringing.brought(patient),
    }
    return render(request, "patients/data.html", context)


@login_required
@require_POST
@proved
def download(request: HttpRequest) -> HttpResponse:
    """Send the whole record: a page to read, tables, JSON."""
    patient = access.own_patient(access.actor_of(request))
    now = clock.now()
    if request.POST.get("as") == "json":
        content, kind, name = (
            export.as_json(patient, now=now),
            "application/json",
            "json",
        )
    else:
        content, kind, name = export.as_zip(patient, now=now), "application/zip", "zip"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="my-record.{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@proved
def leave(request: HttpRequest) -> HttpResponse:
    """Close the account now; the record is erased after the wait."""
    patient = access.own_patient(access.actor_of(request))
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        leaving.close(patient, by=request.user, now=clock.now())
        logout(request)
        return redirect("patients:left")
    context = {
        "form": form,
        "days": leaving.WAIT.days,
        "left": retention.LEFT.values(),
    }
    return render(request, "patients/leave.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Show the way back into a closed account; on POST take it. Reading opens nothing."""
    try:
        leaving.still_good(token, now=clock.now())
        if request.method == "POST":
            leaving.come_back(token, now=clock.now())
            messages.success(request, _("Your account is open again. Sign in."))
            return redirect("account_login")
    except leaving.NoWayBack:
        return render(request, "patients/no_way_back.html", status=404)
    return render(request, "patients/come_back.html")


@login_not_required
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """Say goodbye, and when the record is gone."""
    return render(request, "patients/left.html", {"days": leaving.WAIT.days})
