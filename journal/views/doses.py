"""Doses taken: figures with their formula, and more about one dose."""

import calendar
import datetime as dt
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from careplan.common import clock
from careplan.common.errors import DomainError
from journal import access, doses, medicines, shown, taken
from journal.inputs import DoseInput
from journal.models import DoseAnswer, Entry
from journal.own_forms import DoseForm
from patients import access as door
from patients.models import Patient
from patients.topics import Topic

# How long after a dose as needed it is asked how it went.
LATELY = dt.timedelta(days=2)


def figures(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Show taken of planned per medicine over 7, 28 and 90 days (J33)."""
    now = clock.now()
    patient = access.record(request, record, Topic.DOSES)
    actor = door.actor_of(request)
    if not door.may(actor, patient, door.view(Topic.MEDICINES)):
        raise PermissionDenied
    is_own = access.is_own(request, patient)
    today = clock.dose_day(now, patient.time_zone)
    known = medicines.of_patient(patient.pk, day=today)
    since = today - dt.timedelta(days=max(taken.SPANS) - 1)
    said = taken.answers(patient.pk, since=since, until=today)
    zone = patient.time_zone
    needed = [row for row in known if row.as_needed] if is_own else []
    since = today - LATELY
    context = {
        "lately": doses.as_needed(patient.pk, since=since) if needed else [],
        "rows": taken.per_medicine(known, said, today=today, now=now, zone=zone),
        "day": today,
        "today": medicines.due(known, day=today) if is_own else (),
        "needed": needed,
        "is_own": is_own,
        "base": _base(patient, is_own=is_own),
        "links": access.links(request, patient),
        "patient": patient,
    }
    door.seen(actor, patient, "doses taken")
    return render(request, "journal/doses.html", context)


def _base(patient: Patient, *, is_own: bool) -> str:
    if is_own:
        return reverse("journal:index")
    return reverse("journal:record_index", args=[patient.pk])


@require_http_methods(["GET", "POST"])
def one(
    request: HttpRequest, medication: UUID, on: dt.date, slot: str = ""
) -> HttpResponse:
    """Say more about one dose: part of it, late, extra, or one as needed."""
    now = clock.now()
    patient = access.own(request)
    known = medicines.of_patient(patient.pk, day=on)
    row = next((m for m in known if m.id == medication), None)
    if row is None:
        raise Http404
    due = next((d for d in medicines.due([row], day=on) if d.slot == slot), None)
    if slot and due is None:
        raise Http404
    earlier = None if slot else _told_before(request, patient, row.id, on)
    step = row.as_needed if not slot else row.current
    typed = request.POST if request.method == "POST" else None
    unit = step.unit if step else row.unit
    start = _as_told(earlier, patient) if earlier else _said(due)
    form = DoseForm(typed, unit=unit, as_needed=not slot, initial=start)
    if request.method == "POST" and form.is_valid():
        said = _dose(form, row, due, on, patient, unit)
        today = clock.dose_day(now, patient.time_zone)
        try:
            if earlier is not None:
                doses.say_more(earlier, said)
            else:
                doses.answer(
                    patient.pk,
                    said,
                    today=today,
                    now=now,
                    client_id=form.cleaned_data["client_id"],
                )
            messages.success(request, gettext("Saved."))
            return redirect("journal:doses")
        except DomainError as refusal:
            form.add_error("answer", str(refusal))
    context = {"form": form, "medicine": row, "due": due, "step": step, "on": on}
    return render(request, "journal/dose.html", context)


def _told_before(
    request: HttpRequest, patient: Patient, medication: UUID, on: dt.date
) -> DoseAnswer | None:
    """The dose as needed that more is said about; a wrong name of one is no page."""
    of = request.GET.get("of")
    if of is None:
        return None
    rows = doses.as_needed(patient.pk, since=on, medication_id=medication)
    found = next((row for row in rows if str(row.pk) == of), None)
    if found is None or found.local_date != on:
        raise Http404
    return found


def _as_told(row: DoseAnswer, patient: Patient) -> dict[str, object]:
    zone = ZoneInfo(patient.time_zone)
    at = row.taken_at.astimezone(zone).time() if row.taken_at else None
    return {"answer": row.answer, "amount": row.amount, "at": at, "words": row.words}


def _said(due: medicines.DueDose | None) -> dict[str, str]:
    answered = due.answered if due else None
    if answered is None:
        return {}
    return {"answer": answered.answer, "reason": answered.reason}


def _dose(
    form: DoseForm,
    row: medicines.Medicine,
    due: medicines.DueDose | None,
    on: dt.date,
    patient: Patient,
    unit: str,
) -> DoseInput:
    said = form.cleaned_data
    return DoseInput(
        day=on,
        answer=said["answer"],
        medication_id=row.id,
        slot=due.slot if due else "",
        reason=said.get("reason", ""),
        planned_amount=due.amount if due else None,
        amount=said.get("amount"),
        unit=unit,
        taken_at=form.taken_at(on, ZoneInfo(patient.time_zone)),
        words=said.get("words", ""),
    )


# --- Months at a glance -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month: its mark, or nothing logged."""

    on: dt.date
    level: int | None
    word: str
    is_future: bool
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month as weeks of days."""

    first: dt.date
    weeks: tuple[tuple[Cell, ...], ...]


def months(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Show three months of days by the last check-in of each. No judging colours."""
    patient = access.record(request, record, Topic.MOOD)
    is_own = access.is_own(request, patient)
    today = clock.local_date(clock.now(), patient.time_zone)
    last = _asked_month(request, today)
    firsts = [_month_before(last, back) for back in (0, 1, 2)]
    marks = _marks(patient, since=firsts[-1], until=_month_end(last), is_own=is_own)
    context = {
        "months": [_month(first, marks, today) for first in firsts],
        "earlier": _month_before(last, 3),
        "is_latest": last == today.replace(day=1),
        "base": _base(patient, is_own=is_own),
        "is_own": is_own,
        "links": access.links(request, patient),
        "patient": patient,
    }
    door.seen(door.actor_of(request), patient, "journal")
    return render(request, "journal/months.html", context)


def _asked_month(request: HttpRequest, today: dt.date) -> dt.date:
    try:
        asked = dt.date.fromisoformat(f"{request.GET.get('until', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return max(dt.date(1900, 6, 1), min(asked, today.replace(day=1)))


def _month_before(first: dt.date, back: int) -> dt.date:
    place = first.year * 12 + first.month - 1 - back
    return dt.date(place // 12, place % 12 + 1, 1)


def _month_end(first: dt.date) -> dt.date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _marks(
    patient: Patient, *, since: dt.date, until: dt.date, is_own: bool
) -> dict[dt.date, Entry]:
    rows = Entry.objects.filter(
        patient=patient,
        local_date__gte=since,
        local_date__lte=until,
        deleted_at__isnull=True,
    )
    if not is_own:
        rows = rows.filter(is_private=False)
    return {row.local_date: row for row in rows.order_by("occurred_at")}


def _month(first: dt.date, marks: dict[dt.date, Entry], today: dt.date) -> Month:
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(
        first.year, first.month
    )
    return Month(
        first,
        tuple(
            tuple(_cell(day, first, marks.get(day), today) for day in week)
            for week in weeks
        ),
    )


def _cell(day: dt.date, first: dt.date, entry: Entry | None, today: dt.date) -> Cell:
    return Cell(
        on=day,
        level=shown.mood_level(entry) if entry else None,
        word=(shown.mood_word(entry) or gettext("Check-in")) if entry else "",
        is_future=day > today,
        is_inside=day.month == first.month,
    )
