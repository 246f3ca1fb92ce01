"""Bringing in a copy of one's own record: choose, check, say yes."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.common.forms import CareForm
from patients import access, bringing
from patients.models import BroughtIn


class CopyForm(CareForm):
    """The file."""

    copy = forms.FileField(
        label=_l("The file you saved"),
        help_text=_l("It ends in .zip or .json."),
        max_length=200,
        error_messages={
            "required": _l("Choose the file"),
            "invalid": _l("Choose the file again"),
            "missing": _l("Choose the file"),
            "empty": _l("This file is empty. Choose another one"),
            "max_length": _l("The name of this file is too long"),
        },
    )


@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Take a copy and show what is in it. Nothing is written into the record yet."""
    patient = access.own_patient(access.actor_of(request))
    form = CopyForm(
        *((request.POST, request.FILES) if request.method == "POST" else ())
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["copy"]
        try:
            if file.size > bringing.LARGEST:
                raise bringing.TooLarge
            offered = bringing.offer(patient, file.read(), now=clock.now())
        except DomainError as refusal:
            form.refuse(refusal, "copy")
        else:
            return redirect("patients:bring_check", brought_id=offered.pk)
    context = {"form": form, "brought": bringing.brought(patient)}
    return render(request, "patients/bring.html", context)


def _offered(request: HttpRequest, brought_id: UUID) -> BroughtIn:
    patient = access.own_patient(access.actor_of(request))
    waiting = BroughtIn.objects.filter(patient=patient, brought_at=None)
    offered: BroughtIn = get_object_or_404(waiting, pk=brought_id)
    offered.patient = patient
    return offered


@login_required
def check(request: HttpRequest, brought_id: UUID) -> HttpResponse:
    """Say what comes in and what does not; on POST bring it in."""
    offered = _offered(request, brought_id)
    if request.method == "POST":
        try:
            done = bringing.accept(offered, by=request.user, now=clock.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("patients:bring")
        said = _("%(count)s things are in your record now.") % {"count": done.total()}
        messages.success(request, said)
        return redirect("patients:data")
    comes, stays = bringing.counts(offered)
    context = {"offered": offered, "comes": comes, "stays": stays}
    return render(request, "patients/bring_check.html", context)


@login_required
@require_POST
def drop(request: HttpRequest, brought_id: UUID) -> HttpResponse:
    """Forget the copy again."""
    bringing.drop(_offered(request, brought_id))
    messages.success(request, _("Nothing was changed."))
    return redirect("patients:data")
