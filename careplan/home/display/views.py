"""Display settings: cookies of this device. A discreet name quietens reminders too."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from careplan.checkins import schedules
from careplan.home.display.forms import DisplayForm
from patients.models import Patient

YEAR = 365 * 24 * 3600
KEPT = {
    "theme": {"light": "light", "dark": "dark"},
    "text": {"125": "125", "150": "150"},
    "contrast": {"more": "more"},
    "motion": {"less": "less"},
    "faces": {"yes": "1"},
    "leave": {"yes": "1"},
    "discreet": {"yes": "1"},
}


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Show the choices of this device; keep new ones in cookies, signed in or not."""
    form = DisplayForm(request.POST or None, initial=_chosen(request))
    if request.method == "POST" and form.is_valid():
        messages.success(request, gettext("Saved for this device."))
        answer = redirect(request.path)
        _keep(answer, request, form.cleaned_data)
        _quieten(request, form.cleaned_data)
        return answer
    return render(request, "home/display.html", {"form": form})


def _chosen(request: HttpRequest) -> dict[str, str]:
    usual = {"theme": "auto", "text": "100", "contrast": "auto", "motion": "auto"}
    usual |= {"faces": "no", "leave": "no", "discreet": "no"}
    return usual | {
        name: choice
        for name, choices in KEPT.items()
        for choice, cookie in choices.items()
        if request.COOKIES.get(name) == cookie
    }


def _keep(answer: HttpResponse, request: HttpRequest, wanted: dict[str, str]) -> None:
    for name, choices in KEPT.items():
        if value := choices.get(wanted[name]):
            answer.set_cookie(
                name, value, max_age=YEAR, secure=request.is_secure(), samesite="Lax"
            )
        else:
            answer.delete_cookie(name, samesite="Lax")


def _quieten(request: HttpRequest, wanted: dict[str, str]) -> None:
    """Let a discreet device's reminders say no more than its title does (ux.md 6.8)."""
    user = getattr(request, "user", None)
    if wanted["discreet"] != "yes" or user is None or not user.is_authenticated:
        return
    if own := Patient.objects.filter(user=user, closed_at=None).first():
        schedules.say_less(own)
