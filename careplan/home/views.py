"""The first page: what this is, or where you work."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from patients import access
from patients.models import Patient


@login_not_required
def first(request: HttpRequest) -> HttpResponse:
    """Signed out: what this is. Signed in: the page that person works on."""
    actor = access.actor_of(request)
    if actor.user is None:
        return render(request, "home/first.html")
    return redirect(_workplace(actor))


def _workplace(actor: access.Actor) -> str:
    """Prefer the record of one's own; then patients; then accounts; then whom one supports."""
    if Patient.objects.filter(user=actor.user, closed_at=None).exists():
        return reverse("home:today")
    if actor.user.clinician_posts.exists():
        return "/c/caseload/"
    if actor.user.admin_posts.exists():
        return "/manage/accounts/"
    if access.places_of(actor).exists():
        return reverse("patients:supporting")
    return "/welcome/"


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, who sees it, for how long."""
    return render(request, "home/privacy.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """How this service works for everyone, and where it does not yet."""
    return render(request, "home/accessibility.html")
