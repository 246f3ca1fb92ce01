"""The checklist before a start and after, and the figure of check-in seconds."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from careplan.common import clock
from careplan.common.forms import CareForm, Segmented
from journal import access, checklists, medicines, timings
from patients import access as door
from patients.models import Clinician
from patients.topics import Topic

STRENGTHS = (
    ("0", _("No")),
    ("1", _("Mild")),
    ("2", _("Moderate")),
    ("3", _("Strong")),
)


class ChecklistForm(CareForm):
    """One row of four answers for each effect."""

    def __init__(
        self, *args: object, rows: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, label in rows:
            self.fields[code] = forms.ChoiceField(
                label=label, choices=STRENGTHS, widget=Segmented, required=False
            )

    @property
    def answers(self) -> dict[str, int]:
        """Give what was answered; left out is not asked, which is not "no"."""
        said = self.cleaned_data.items()
        return {code: int(value) for code, value in said if value != ""}


@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, medication: UUID, week: int) -> HttpResponse:
    """Fill in one checklist."""
    now = clock.now()
    patient = access.own(request)
    today = clock.local_date(now, patient.time_zone)
    known = medicines.of_patient(patient.pk, day=today)
    row = next((m for m in known if m.id == medication), None)
    if row is None or week not in checklists.WEEKS:
        raise Http404
    typed = request.POST if request.method == "POST" else None
    form = ChecklistForm(typed, rows=checklists.asked(row))
    if request.method == "POST" and form.is_valid():
        if form.answers:
            checklists.fill(
                patient, row, week=week, answers=form.answers, today=today, now=now
            )
            messages.success(request, gettext("Saved. Your team can compare it."))
            return redirect("journal:checklists")
        form.add_error(None, gettext("Answer at least one line."))
    context = {"form": form, "medicine": row, "week": week}
    return render(request, "journal/checklist.html", context)


@require_GET
def index(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Show the checklists of each medicine side by side, and what is due."""
    patient = access.record(request, record, Topic.SIDE_EFFECTS)
    is_own = access.is_own(request, patient)
    today = clock.local_date(clock.now(), patient.time_zone)
    known_rows = checklists.of_patient(patient.pk)
    rows = [row for row in known_rows if is_own or not row.is_private]
    known = medicines.of_patient(patient.pk, day=today) if is_own else ()
    by_name: dict[str, list] = {}
    for row in rows:
        by_name.setdefault(row.label, []).append(row)
    groups = [
        (name, found, checklists.compared(found)) for name, found in by_name.items()
    ]
    door.seen(door.actor_of(request), patient, "side effects")
    context = {
        "due": checklists.due(known, rows, today=today),
        "today": today,
        "groups": groups,
        "is_own": is_own,
        "patient": patient,
        "links": access.links(request, patient),
    }
    return render(request, "journal/checklists.html", context)


@require_GET
def seconds(request: HttpRequest) -> HttpResponse:
    """Show a clinician's practice how long its patients' check-ins take."""
    user = door.clinician(door.actor_of(request))
    posts = Clinician.objects.filter(user=user, verified_at__isnull=False)
    post = posts.select_related("organisation").first()
    if post is None:
        raise Http404
    request.shell = "clinician"  # type: ignore[attr-defined]
    today = clock.local_date(clock.now(), post.organisation.time_zone)
    figure = timings.of_organisation(post.organisation_id, today=today)
    context = {"figure": figure, "place": post.organisation}
    return render(request, "journal/seconds.html", context)
