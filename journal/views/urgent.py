"""What stands on the screen at once when a side effect needs somebody soon."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from careplan.common import support
from careplan.common.catalogue import side_effects
from careplan.team import alerts
from journal import clusters, readers
from journal.entries import Saved
from journal.inputs import CheckinInput
from patients.models import Patient


def urgent_page(
    request: HttpRequest, patient: Patient, saved: Saved, checkin: CheckinInput
) -> HttpResponse:
    """Show what to do now: the numbers for an emergency, same-day contact else.

    It names who was told, or that nobody was. It never reassures.
    """
    found = saved.found
    told = [] if checkin.is_private else alerts.told(patient)
    names = [side_effects.side_effect(code) for code in found.raised_by]  # type: ignore[union-attr]
    context = {
        "is_emergency": found is not None and found.level >= clusters.Level.EMERGENCY,
        "effects": [row.patient_label for row in names if row],
        "panel": support.panel(patient.country),
        "told": readers.listed([member.called for member in told]),
        "is_private": checkin.is_private,
        "entry_id": saved.entry_id,
    }
    return render(request, "journal/urgent.html", context)
