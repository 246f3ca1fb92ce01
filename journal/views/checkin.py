"""Writing a check-in, changing it, deleting it with a way back."""

import datetime as dt
import json
from dataclasses import dataclass
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from careplan.common import clock
from careplan.common.errors import DomainError
from journal import (
    access,
    clusters,
    corrections,
    entries,
    kept,
    queries,
    readers,
    shown,
)
from journal import bin as journal_bin
from journal.forms import CheckinForm
from journal.inputs import CheckinInput
from journal.models import Entry
from journal.views import filled
from journal.views.urgent import urgent_page
from patients.models import Patient
from patients.topics import Topic

PAGE = "check-in"


@login_not_required
@gzip_page  # 54 kB are 9 then; it echoes nothing that a stranger could choose (BREACH)
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest) -> HttpResponse:
    """Write a check-in: two taps are a whole one."""
    now = clock.now()
    if not request.user.is_authenticated:
        return _sign_in_first(request, now, page=PAGE)
    patient = access.own(request)
    at = _about(request, patient, now)
    if request.method == "POST" and request.POST.get("fill") != "same":
        saved = _post(request, patient, at, now)
        if isinstance(saved, HttpResponse):
            return saved
        page = queries.checkin_page(patient, at=at, now=now)
        return _show(request, page, saved.on_page(page), now)
    page = queries.checkin_page(patient, at=at, now=now)
    if request.method == "POST":
        data = filled.same_as_yesterday(request.POST, page)
        return _show(request, page, as_typed(data, page, now), now)
    return _show(request, page, _fresh_form(request, patient, page, now), now)


def _sign_in_first(
    request: HttpRequest, now: dt.datetime, *, page: str
) -> HttpResponse:
    """Ask for a sign-in; what was typed is kept for whom the page was made (E4)."""
    token = queries.read_token(request.POST.get("shown", ""), now)
    if token is not None and kept.keep(
        token.patient_id, page=page, fields=dict(request.POST.lists()), now=now
    ):
        text = gettext(
            "You were signed out to keep your record safe. What you wrote is still here."
        )
        messages.info(request, text)
    return redirect_to_login(request.get_full_path())


def _about(request: HttpRequest, patient: Patient, now: dt.datetime) -> dt.datetime:
    """The moment the page is about: now, or a past day chosen in the journal."""
    asked = request.POST.get("day") or request.GET.get("on", "")
    day = _day_or_none(asked)
    today = clock.dose_day(now, patient.time_zone)
    if day is None or not dt.timedelta(0) < today - day < dt.timedelta(days=3660):
        return now
    evening = dt.datetime.combine(day, dt.time(23), ZoneInfo(patient.time_zone))
    return evening.astimezone(dt.UTC)


def _day_or_none(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _fresh_form(
    request: HttpRequest,
    patient: Patient,
    page: queries.CheckinPage,
    now: dt.datetime,
) -> CheckinForm:
    back = kept.give_back(patient.pk, page=PAGE, now=now)
    if back is not None:
        messages.info(request, gettext("What you wrote is still here."))
        return as_typed(_posted(back), page, now)
    return CheckinForm(page=page, now=now, initial=_initial(request, page, now))


def _posted(fields: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def _initial(request: HttpRequest, page: queries.CheckinPage, now: dt.datetime) -> dict:
    today = clock.local_date(now, page.zone)
    start = {
        "client_id": uuid4(),
        "shown": queries.shown_token(page.patient_id, now),
        "day": page.day.isoformat(),
        "when": "now",
        "bring_back": True,
    }
    if (on := _day_or_none(request.GET.get("on", ""))) and on < today:
        start |= {"when": "other", "on": on}
    return start


def as_typed(
    data: QueryDict, page: queries.CheckinPage, now: dt.datetime
) -> CheckinForm:
    """Give a form that shows what was typed and complains of nothing yet."""
    data = data.copy()
    data["shown"] = queries.shown_token(page.patient_id, now)
    form = CheckinForm(data, page=page, now=now)
    form._errors = ErrorDict()
    form.cleaned_data = {}
    return form


def _post(
    request: HttpRequest, patient: Patient, at: dt.datetime, now: dt.datetime
) -> HttpResponse | CheckinForm:
    """Save what was sent, or give the form back with what is wrong with it."""
    page = queries.posted_page(patient, at=at, told=request.POST.keys())
    form = CheckinForm(request.POST, page=page, now=now)
    if not form.is_valid():
        return form
    checkin = form.checkin()
    if not checkin.says_something:  # "None" alone: nothing was felt, nothing is kept
        return redirect("home:today")
    try:
        saved = entries.save_checkin(
            patient, checkin, by=request.user, now=now, known=page.medicines
        )
    except DomainError as refusal:
        form.add_error("mood", str(refusal))
        return form
    kept.forget(patient.pk, page=PAGE)
    if saved.is_repeat and (other := _said_anew(request, patient, saved, now)):
        return other
    return _answer(request, patient, saved, checkin, now)


def _said_anew(
    request: HttpRequest, patient: Patient, saved: entries.Saved, now: dt.datetime
) -> HttpResponse | None:
    """Meet a form that was saved already and came back with something else in it.

    Back and another answer is no second press: the change is shown and asked for.
    """
    row = access.own_entry(patient, saved.entry_id)
    if row.deleted_at is not None:
        return redirect("journal:entry", row.pk)
    page = queries.page_of_entry(patient, row, now=now)
    start = filled.from_entry(row, page)
    if not filled.differs(CheckinForm(request.POST, page=page, now=now, initial=start)):
        return None
    messages.info(
        request,
        gettext("This check-in is saved already. Save again to change what it says."),
    )
    typed = filled.over(start, request.POST)
    return _show(request, page, as_typed(typed, page, now), now, entry=row)


def _answer(
    request: HttpRequest,
    patient: Patient,
    saved: entries.Saved,
    checkin: CheckinInput,
    now: dt.datetime,
) -> HttpResponse:
    if saved.moment is not None:
        return redirect("journal:support_after", saved.moment.pk)
    if saved.found is not None and saved.found.level >= clusters.Level.URGENT:
        return urgent_page(request, patient, saved, checkin)
    change = reverse("journal:entry", args=[saved.entry_id])
    if request.POST.get("more"):
        return redirect(change)
    messages.success(request, saved_message(saved, checkin, change, now))
    return redirect("home:today")


def saved_message(
    saved: entries.Saved, checkin: CheckinInput, change: str, now: dt.datetime
) -> str:
    """Say that it is saved, and how to change it."""
    if words := shown.saved_words(checkin):
        more = (reverse("home:support"), gettext("Things that help me"))
        if not shown.is_hard_day(checkin):
            more = (change, gettext("Change it"))
        return format_html('{} <a href="{}">{}</a>', words, *more)
    at = shown.clock_words(now, checkin.zone)
    said = gettext("Saved at %(time)s.") % {"time": at}
    return format_html('{} <a href="{}">{}</a>', said, change, gettext("Change it"))


def _show(
    request: HttpRequest,
    page: queries.CheckinPage,
    form: CheckinForm,
    now: dt.datetime,
    *,
    entry: Entry | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "page": page,
        "entry": entry,
        "when": _when(page, entry, now),
        "effect_names": queries.all_effect_names(),
        "versions": _versions(entry),
    }
    return render(request, "journal/checkin.html", context)


def _when(page: queries.CheckinPage, entry: Entry | None, now: dt.datetime) -> str:
    """Say the moment the page is about; of a day chosen later there is only the day."""
    today = clock.local_date(now, page.zone)
    if entry is None and page.day != clock.dose_day(now, page.zone):
        return queries.day_title(page.day, today)
    at = entry.occurred_at if entry else now
    title = queries.day_title(clock.local_date(at, page.zone), today)
    return f"{title}, {shown.clock_words(at, page.zone)}"


@dataclass(frozen=True, slots=True)
class Before:
    """How a check-in stood before a correction."""

    replaced_at: dt.datetime
    lines: tuple[str, ...]


def _versions(entry: Entry | None) -> list[Before]:
    if entry is None or entry.corrected_at is None:
        return []
    rows = entry.versions.order_by("-replaced_at")[:10]
    return [
        Before(row.replaced_at, corrections.version_lines(json.loads(row.before)))
        for row in rows
    ]


# --- Changing one ----------------------------------------------------------------


@login_not_required  # a change typed while the session ended is kept as well (E4)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Change a check-in. What it said before is kept."""
    now = clock.now()
    if not request.user.is_authenticated:
        return _sign_in_first(request, now, page=_page_of(entry_id))
    patient = access.own(request)
    row = access.own_entry(patient, entry_id)
    if row.deleted_at is not None:
        fresh = corrections.is_just_deleted(row, now=now)
        context = {"entry": row, "is_fresh": fresh}
        return render(request, "journal/entry_in_bin.html", context)
    page = queries.page_of_entry(patient, row, now=now)
    if request.method == "POST":
        return _change(request, patient, row, page, now)
    return _show(request, page, _as_it_stands(request, row, page, now), now, entry=row)


def _page_of(entry_id: UUID) -> str:
    return f"change:{entry_id.hex}"


def _as_it_stands(
    request: HttpRequest, row: Entry, page: queries.CheckinPage, now: dt.datetime
) -> CheckinForm:
    back = kept.give_back(row.patient_id, page=_page_of(row.pk), now=now)
    if back is not None:
        messages.info(request, gettext("What you wrote is still here."))
        return as_typed(_posted(back), page, now)
    start = filled.from_entry(row, page)
    start["shown"] = queries.shown_token(page.patient_id, now)
    return CheckinForm(page=page, now=now, initial=start)


def _change(
    request: HttpRequest,
    patient: Patient,
    row: Entry,
    page: queries.CheckinPage,
    now: dt.datetime,
) -> HttpResponse:
    if request.POST.get("fill") == "same":
        data = filled.same_as_yesterday(request.POST, page)
        return _show(request, page, as_typed(data, page, now), now, entry=row)
    start = filled.from_entry(row, page)
    form = CheckinForm(request.POST, page=page, now=now, initial=start)
    if not form.is_valid():
        return _show(request, page, form, now, entry=row)
    try:
        saved = corrections.correct(
            row, patient, form.checkin(), by=request.user, now=now
        )
    except DomainError as refusal:
        form.add_error("mood", str(refusal))
        return _show(request, page, form, now, entry=row)
    kept.forget(patient.pk, page=_page_of(row.pk))
    return _answer(request, patient, saved, form.checkin(), now)


@require_POST
def delete(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Put a check-in into the bin; Undo stands on the page that follows."""
    patient = access.own(request)
    row = access.own_entry(patient, entry_id)
    corrections.delete(row, now=clock.now())
    return redirect("journal:entry", row.pk)


@require_safe
def in_bin(request: HttpRequest) -> HttpResponse:
    """Show deleted check-ins, each with a way back."""
    patient = access.own(request)
    today = clock.local_date(clock.now(), patient.time_zone)
    return render(
        request,
        "journal/bin.html",
        {
            "rows": journal_bin.of_patient(patient.pk, today=today),
            "days": journal_bin.KEPT_FOR.days,
        },
    )


@require_POST
def restore(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take a check-in out of the bin."""
    patient = access.own(request)
    row = access.own_entry(patient, entry_id)
    if row.deleted_at is not None:
        corrections.restore(row)
    messages.success(request, gettext("Your check-in is back."))
    return redirect("journal:day", row.local_date)


@require_POST
def privacy(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Keep a check-in private, or show it again; acts at once (P10)."""
    patient = access.own(request)
    row = access.own_entry(patient, entry_id)
    hide = request.POST.get("private") == "1"
    corrections.set_private(row, patient, is_private=hide, now=clock.now())
    text = (
        gettext("Only you can see this check-in now.")
        if hide
        else readers.who_sees(readers.of(patient, Topic.MOOD))
    )
    messages.success(request, text)
    return redirect("journal:day", row.local_date)
