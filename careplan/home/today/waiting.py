"""What waits for the person, at most one thing at a time, and the next visit."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from careplan.plan.models import Proposal, Visit
from patients.models import Patient, Role, User

ASKED = (Proposal.State.PROPOSED, Proposal.State.QUESTION, Proposal.State.AGREED)


@dataclass(frozen=True, slots=True)
class Card:
    """One card that leads somewhere."""

    title: str
    text: str
    url: str
    icon: str
    kind: str = ""


def suggestion(patient: Patient, reader: User) -> Card | None:
    """Give the oldest suggestion that this reader has not answered."""
    row = (
        Proposal.objects.filter(patient=patient, state__in=ASKED)
        .exclude(proposer=reader)
        .exclude(responses__user=reader, responses__taken_back_at=None)
        .select_related("proposer")
        .order_by("sent_at")
        .first()
    )
    if row is None:
        return None
    return Card(
        title=_("A change to your plan is suggested"),
        text=_("From {name}. Nothing changes unless you agree.").format(
            name=row.proposer.called
        ),
        url=reverse("plan:proposal", args=[patient.pk, row.pk]),
        icon="step",
        kind="attend",
    )


def next_visit(patient: Patient, *, now: dt.datetime) -> Card | None:
    """Give the next planned visit, by the clock where the patient lives."""
    row = (
        Visit.objects.filter(
            patient=patient, state=Visit.State.PLANNED, starts_at__gte=now
        )
        .select_related("clinician")
        .order_by("starts_at")
        .first()
    )
    if row is None:
        return None
    starts = row.starts_at.astimezone(ZoneInfo(patient.time_zone))
    is_therapy = row.role == Role.THERAPIST
    words = _("Therapy with {name}") if is_therapy else _("Visit with {name}")
    return Card(
        title=words.format(name=row.clinician.called),
        text=f"{date_format(starts, 'l j F')}, {time_format(starts, 'P')}",
        url="/visits/",
        icon="calendar",
    )
