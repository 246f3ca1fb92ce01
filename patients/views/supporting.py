"""For somebody trusted: whose record they may read a part of, and how to end it (P7)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.common import clock
from patients import access, people
from patients.models import CareTeamMember, Role
from patients.topics import Topic

# The pages that one open topic is enough for, in the order they are read.
PAGES = (
    (Topic.SAFETY, "plan/safety/", gettext_lazy("Safety plan")),
    (Topic.PLAN, "plan/", gettext_lazy("Plan")),
    (Topic.PLAN, "plan/staying-well/", gettext_lazy("Staying well")),
    (Topic.PROFILE, "profile/", gettext_lazy("About the person")),
)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """List whom one supports, with what is open; POST ends one's own place there."""
    places = access.places_of(access.actor_of(request)).filter(role=Role.SUPPORTER)
    mine = {str(one.pk): one for one in places.select_related("patient__user")}
    if request.method == "POST":
        place = mine.get(request.POST.get("place", ""))
        if place is None:
            messages.info(request, _("Nothing changed."))
        else:
            people.end_membership(place, by=place.user, now=clock.now())
            messages.success(request, _("Ended. You can no longer open their record."))
        return redirect("patients:supporting")
    context = {"places": [(one, _pages(one)) for one in mine.values()]}
    return render(request, "patients/supporting.html", context)


def _pages(place: CareTeamMember) -> list[tuple[str, object]]:
    base = f"/p/{place.patient_id}/"
    return [(base + rest, word) for topic, rest, word in PAGES if topic in place.topics]
