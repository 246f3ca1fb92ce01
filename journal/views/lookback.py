"""The journal by day, for the person and for those it is shared with."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from careplan.common import clock
from journal import access, effects, lookback, queries
from journal.lookback import KINDS, TOPIC_OF_KIND, Reader, Span
from journal.models import SideEffectJudgement
from patients import access as door
from patients.models import Patient
from patients.topics import Topic

A_PAGE = 28  # days
SHARED = (
    Topic.MOOD,
    Topic.SIDE_EFFECTS,
    Topic.DOSES,
    Topic.MEASURES,
    Topic.THERAPY,
    Topic.NOTES,
)


def open_journal(
    request: HttpRequest, record_id: UUID | None
) -> tuple[Patient, Reader]:
    """Open the door to a journal: one's own, or one of which a topic is shared."""
    actor = door.actor_of(request)
    patient = door.patient_for(actor, record_id) if record_id else access.own(request)
    role = door.role_in(actor, patient) or ""
    topics = door.topics_open_to(actor, patient)
    if not topics & {topic.value for topic in SHARED}:
        raise PermissionDenied
    is_own = role == door.PATIENT
    request.shell = door.shell_of(role)  # type: ignore[attr-defined]
    return patient, Reader(is_own, topics, actor.user.pk if actor.user else None, role)


def index(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Show four weeks of days, the newest first, with filters."""
    patient, reader = open_journal(request, record)
    today = clock.local_date(clock.now(), patient.time_zone)
    span = _span(request, today)
    days = lookback.days(patient, reader, span, today=today)
    door.seen(door.actor_of(request), patient, "journal")
    base = _base(patient, reader)
    context = {
        "days": days,
        "span": span,
        "reader": reader,
        "filters": _filters(base, span, reader),
        "base": base,
        "earlier": (span.since - dt.timedelta(days=1)).isoformat(),
        "is_first_page": span.until == today,
        "ways": _ways(base, reader),
        **_around(patient, reader),
    }
    return render(request, "journal/index.html", context)


def day(request: HttpRequest, on: dt.date, record: UUID | None = None) -> HttpResponse:
    """Show everything of one day."""
    patient, reader = open_journal(request, record)
    today = clock.local_date(clock.now(), patient.time_zone)
    found = lookback.days(patient, reader, Span(on, on), today=today)
    door.seen(door.actor_of(request), patient, "journal")
    context = {
        "day": found[0] if found else None,
        "patient": patient,
        "on": on,
        "title": queries.day_title(on, today),
        "is_near": today - on < dt.timedelta(days=2),  # named "Today" or "Yesterday"
        "reader": reader,
        "base": _base(patient, reader),
        "causes": SideEffectJudgement.Cause.choices,
        "can_add": reader.is_own and on <= today,
        "can_add_moment": not reader.is_own
        and reader.sees(Topic.MOOD)
        and reader.role != "supporter"
        and on <= today,
        "before": on - dt.timedelta(days=1),
        "after": on + dt.timedelta(days=1) if on < today else None,
        **_around(patient, reader),
    }
    return render(request, "journal/day.html", context)


def _around(patient: Patient, reader: Reader) -> dict[str, object]:
    if reader.is_own:
        return {}
    links = door.links_of(reader.role, patient)
    return {"links": links, "patient_name": patient.called}


def _base(patient: Patient, reader: Reader) -> str:
    if reader.is_own:
        return reverse("journal:index")
    return reverse("journal:record_index", args=[patient.pk])


def _ways(base: str, reader: Reader) -> list[dict[str, str]]:
    """The other ways to look back, as far as they are open to the reader."""
    found = [("months/", gettext("Months at a glance"))]
    if reader.sees(Topic.DOSES):
        found.append(("doses/", gettext("Doses taken")))
    if reader.sees(Topic.SIDE_EFFECTS):
        found.append(("checklists/", gettext("Before and after a medicine")))
    if reader.sees(Topic.THERAPY):
        found.append(("insights/", gettext("From therapy")))
    if reader.is_own:
        found += [
            ("trackers/", gettext("My own trackers")),
            ("scales/", gettext("What my check-in asks")),
            ("search/", gettext("Search my notes")),
            ("bin/", gettext("Deleted check-ins")),
        ]
    return [{"url": f"{base}{rest}", "label": label} for rest, label in found]


def _span(request: HttpRequest, today: dt.date) -> Span:
    until = today
    try:
        asked = dt.date.fromisoformat(request.GET.get("until", ""))
        until = max(dt.date(1900, 1, 1), min(asked, today))
    except ValueError:
        pass
    kind = request.GET.get("show", "")
    since = until - dt.timedelta(days=A_PAGE - 1)
    return Span(since, until, kind if kind in KINDS else "")


def _filters(base: str, span: Span, reader: Reader) -> list[dict[str, object]]:
    words = {
        "": gettext("Everything"),
        "mood": gettext("Mood"),
        "effects": gettext("Side effects"),
        "doses": gettext("Doses"),
        "sleep": gettext("Sleep"),
        "notes": gettext("Notes"),
        "therapy": gettext("Therapy"),
        "forms": gettext("Forms"),
    }
    return [
        {
            "label": word,
            "url": f"{base}?show={kind}" if kind else base,
            "count": None,
            "current": kind == span.kind,
        }
        for kind, word in words.items()
        if not kind or reader.sees(TOPIC_OF_KIND[kind])
    ]


# --- Acts on one side effect ------------------------------------------------------


@require_POST
def effect_link(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Take back, or put back, the line "day 6 after 50 → 75 mg" (N2)."""
    patient = access.own(request)
    report = access.report(patient, report_id)
    if request.POST.get("back"):
        effects.restore_link(report)
        messages.success(request, gettext("The line about the dose change is back."))
    else:
        effects.undo_link(report, now=clock.now())
        messages.success(
            request, gettext("This is not tied to a dose change any more.")
        )
    return redirect("journal:day", report.local_date)


@require_POST
def judge(request: HttpRequest, record: UUID, report_id: UUID) -> HttpResponse:
    """Note what a clinician thinks a side effect is."""
    actor = door.actor_of(request)
    patient = door.patient_for(
        actor, record, door.view(Topic.SIDE_EFFECTS), door.REVIEW
    )
    report = access.report(patient, report_id)
    cause = request.POST.get("cause", "")
    if cause not in SideEffectJudgement.Cause.values:
        messages.error(
            request, gettext("Choose medicine, withdrawal, illness or unclear.")
        )
    else:
        effects.judge(
            report,
            by=request.user,
            role=door.role_in(actor, patient) or "",
            cause=cause,
            now=clock.now(),
        )
        messages.success(request, gettext("Your view is noted beside this report."))
    return redirect("journal:record_day", patient.pk, report.local_date)
