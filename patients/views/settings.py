"""Settings: about me, and the way to every other setting. Also inviting a patient."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.common.forms import CareForm
from patients import access, devices, invitations, people, queries
from patients.adapters import DEVICE_COOKIE
from patients.forms.about import AboutMeForm
from patients.models import Invitation, Patient


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the settings page."""

    label: str | Promise
    text: str | Promise
    url: str
    icon: str


ABOUT = Place(
    _l("Name and language"),
    _l("How we call you, and where you live"),
    "/settings/about/",
    "people",
)
SIGN_IN = Place(
    _l("Signing in"), _l("Password, second step, devices"), "/settings/sign-in/", "lock"
)
DISPLAY = Place(
    _l("Display"),
    _l("Text size, colours, the leave button"),
    "/settings/display/",
    "eye",
)
PATIENTS = (
    ABOUT,
    Place(
        _l("About me"),
        _l("Contact, allergies, what you tried before"),
        "/profile/",
        "journal",
    ),
    Place(
        _l("Reminders"),
        _l("When we ask, and what a message says"),
        "/settings/reminders/",
        "clock",
    ),
    Place(
        _l("My check-in"),
        _l("The mood tiles, and which feelings it asks about"),
        "/journal/scales/",
        "question",
    ),
    DISPLAY,
    SIGN_IN,
    Place(
        _l("Sharing and privacy"),
        _l("Who sees what, and who looked"),
        "/sharing/",
        "shield",
    ),
    Place(_l("My data"), _l("Download everything, or leave"), "/data/", "table"),
)
CLINICIANS = (
    ABOUT,
    Place(
        _l("Invite a patient"),
        _l("They keep the record and decide what you see"),
        "/c/invite/",
        "plus",
    ),
    Place(
        _l("Emergency access"),
        _l("Open a record in an emergency, or review what others opened"),
        "/c/emergency/",
        "lock",
    ),
    Place(
        _l("What I wrote before"),
        _l("Your own notes and signatures from teams you are no longer on"),
        "/c/copies/",
        "journal",
    ),
    DISPLAY,
    SIGN_IN,
)


@login_required
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show a patient's settings; others see the ones they have."""
    keeps = Patient.objects.filter(user=request.user).exists()
    device = devices.known(request.user, request.COOKIES.get(DEVICE_COOKIE, ""))
    context = {
        "places": PATIENTS if keeps else (ABOUT, DISPLAY, SIGN_IN),
        "device": device if keeps else None,
    }
    return render(request, "patients/settings.html", context)


@login_required
@require_safe
def clinician(request: HttpRequest) -> HttpResponse:
    """Show a clinician's settings."""
    if not request.user.clinician_posts.exists():
        raise Http404
    return render(request, "patients/settings.html", {"places": CLINICIANS})


@login_required
def about(request: HttpRequest) -> HttpResponse:
    """Change name, pronouns, time zone and language."""
    form = AboutMeForm.of(
        request.user, request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        people.describe(request.user, form.about())
        messages.success(request, _("Saved."))
        return redirect("patients:settings")
    return render(request, "patients/settings_about.html", {"form": form})


@login_required
@require_POST
def remember(request: HttpRequest) -> HttpResponse:
    """Let this device send check-ins when the session is idle, or no longer."""
    device = devices.known(request.user, request.COOKIES.get(DEVICE_COOKIE, ""))
    if device is None:
        messages.info(request, _("Sign out and in again on this device first."))
    else:
        devices.remember(device, yes=bool(request.POST.get("yes")))
        messages.success(request, _("Saved for this device."))
    return redirect("patients:settings")


class InvitePatientForm(CareForm):
    """Whom to invite."""

    email = forms.EmailField(
        label=_l("E-mail address"),
        max_length=254,
        error_messages={"required": _l("Enter the e-mail address of the person")},
    )


@login_required
def invite_patient(request: HttpRequest) -> HttpResponse:
    """Invite somebody to keep a record. The letter says who invites, nothing more."""
    if not access.actor_of(request).second_factor:
        raise Http404
    if not invitations.verified_posts(request.user).exists():
        raise Http404
    form = InvitePatientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite_patient(
                email=form.cleaned_data["email"], by=request.user, now=clock.now()
            )
        except DomainError as refusal:
            form.refuse(refusal, "email")
        else:
            messages.success(request, _("Sent. The link works for 7 days."))
            return redirect("patients:invite_patient")
    sent = queries.open_invitations(request.user, now=clock.now())
    return render(request, "patients/invite_patient.html", {"form": form, "sent": sent})


@login_required
@require_POST
def withdraw_patient(request: HttpRequest, invitation_id: object) -> HttpResponse:
    """Take back an invitation to a patient."""
    offer = get_object_or_404(Invitation, pk=invitation_id, invited_by=request.user)
    try:
        invitations.withdraw(offer, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("patients:invite_patient")
