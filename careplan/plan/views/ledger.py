"""What came before: allergies and reactions, medicines and therapies tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.common.errors import NotAllowed
from careplan.plan import access, checks_due, ledger, weights
from careplan.plan.forms import (
    AllergyForm,
    PastMedicineForm,
    PastTherapyForm,
    ResultForm,
    StockForm,
)
from careplan.plan.models import (
    Allergy,
    LabResult,
    Medication,
    MonitoringItem,
    PastMedicine,
    PastTherapy,
)
from careplan.plan.monitoring import for_whom
from patients.access import PRESCRIBE, WRITE_OWN
from patients.topics import Topic

KINDS: dict[str, tuple[type[Any], Callable[..., Any], Topic, Any]] = {
    "allergy": (
        AllergyForm,
        ledger.note_allergy,
        Topic.MEDICINES,
        lazy("Add an allergy"),
    ),
    "medicine": (
        PastMedicineForm,
        ledger.note_past_medicine,
        Topic.MEDICINES,
        lazy("Add a medicine tried before"),
    ),
    "therapy": (
        PastTherapyForm,
        ledger.note_past_therapy,
        Topic.THERAPY,
        lazy("Add a therapy tried before"),
    ),
}


@login_required
def history(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Both ledgers side by side, each as far as the reader may see it."""
    room = access.room(request, record, part="what came before")
    mine, today = (
        {"patient": room.patient},
        local_date(clock.now(), room.patient.time_zone),
    )
    sees_medicines = room.reads(Topic.MEDICINES)
    due = MonitoringItem.objects.filter(**mine, done_on=None, cancelled_at=None)
    context = access.context(
        room,
        sees_medicines=sees_medicines,
        sees_therapy=room.reads(Topic.THERAPY),
        allergies=list(Allergy.objects.filter(**mine, ended_at=None))
        if sees_medicines
        else [],
        medicines=list(PastMedicine.objects.filter(**mine).select_related("told_by"))
        if sees_medicines
        else [],
        stopped=list(Medication.objects.filter(**mine, state="stopped"))
        if sees_medicines
        else [],
        therapies=list(PastTherapy.objects.filter(**mine))
        if room.reads(Topic.THERAPY)
        else [],
        may_prescribe=room.may(PRESCRIBE),
        checks=[
            (item, for_whom(item.rule_id, item.when))
            for item in due.order_by("due_on")[:20]
        ]
        if sees_medicines
        else [],
        today=today,
        # For the prescriber alone: the patient's page draws no conclusion (clinical.md).
        gained=weights.to_review(room.patient) if room.may(PRESCRIBE) else [],
        undated=checks_due.without_a_day(room.patient) if room.may(PRESCRIBE) else [],
        # Row security shows results to the patient and the prescriber alone (N14).
        results=list(LabResult.objects.filter(**mine).order_by("-taken_on")[:20])
        if sees_medicines
        else [],
    )
    return render(request, "plan/history.html", context)


@login_required
def add(request: HttpRequest, record: UUID, kind: str) -> HttpResponse:
    """Add one line to what came before."""
    form_class, rule, topic, heading = KINDS[kind]
    room = access.room(request, record, topic=topic, part="what came before")
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rule(room.patient, by=room.by, facts=form.cleaned_data, now=clock.now())
        except NotAllowed as refusal:
            raise PermissionDenied from refusal
        messages.success(request, _("Saved."))
        return redirect("plan:history", record=room.patient.pk)
    context = access.context(
        room,
        form=form,
        heading=heading,
        send=_("Save"),
        here=f"{room.prefix}/plan/history/",
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/small_form.html", context, status=status)


@login_required
def stock(request: HttpRequest, record: UUID, medicine_id: UUID) -> HttpResponse:
    """Count the tablets at home, so that the page can say how long they last."""
    room = access.room(
        request, record, WRITE_OWN, topic=Topic.MEDICINES, part="medicines"
    )
    row = access.row_in(room, Medication.objects.all(), medicine_id)
    form = StockForm(request.POST or None, initial={"lead_days": row.refill_lead_days})
    if request.method == "POST" and form.is_valid():
        now, given = clock.now(), form.cleaned_data
        ledger.count_stock(
            row,
            by=room.by,
            tablets=given["tablets"],
            per_day=given["per_day"],
            today=local_date(now, room.patient.time_zone),
            now=now,
        )
        if given["lead_days"]:
            ledger.set_refill_lead(row, by=room.by, days=given["lead_days"])
        messages.success(request, _("Saved."))
        # Where `review` says how long they last: what she counted them for.
        return redirect(f"/p/{room.patient.pk}/plan/medicines/{row.pk}/reports/")
    context = access.context(
        room,
        form=form,
        heading=_("Tablets at home"),
        send=_("Save"),
        here=f"{room.prefix}/plan/medicines/{row.pk}/",
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/small_form.html", context, status=status)


@login_required
@require_POST
def check_done(request: HttpRequest, record: UUID, item_id: UUID) -> HttpResponse:
    """A check was done today; the next one is written down."""
    room = access.room(
        request, record, PRESCRIBE, topic=Topic.MEDICINES, part="what came before"
    )
    item = access.row_in(room, MonitoringItem.objects.filter(done_on=None), item_id)
    now = clock.now()
    today = local_date(now, room.patient.time_zone)
    try:
        checks_due.mark_done(item, by=room.by, on=today, today=today, now=now)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    messages.success(request, _("Saved. The next one is on the list."))
    return redirect("plan:history", record=room.patient.pk)


@login_required
def result(request: HttpRequest, record: UUID, item_id: UUID) -> HttpResponse:
    """Enter a result for a check; it counts as done on the day it was taken (N14)."""
    room = access.room(
        request, record, PRESCRIBE, topic=Topic.MEDICINES, part="what came before"
    )
    rows = MonitoringItem.objects.filter(cancelled_at=None)
    item = access.row_in(room, rows, item_id)
    now = clock.now()
    today = local_date(now, room.patient.time_zone)
    form = ResultForm(
        request.POST or None, initial={"kind": item.what[:60], "on": today}
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["on"] > today:
            form.add_error("on", _("This day has not come yet"))
        else:
            _enter(room, item, form.cleaned_data, now)
            messages.success(request, _("Saved. The next one is on the list."))
            return redirect("plan:history", record=room.patient.pk)
    context = access.context(
        room,
        form=form,
        heading=_("Enter a result"),
        lead=item.what,
        who=_(
            "You and {name} read the result. A therapist sees only that it was done."
        ).format(name=room.patient.called),
        send=_("Save"),
        here=f"{room.prefix}/plan/history/",
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/small_form.html", context, status=status)


def _enter(room: access.Room, item: MonitoringItem, given: Any, now: Any) -> None:
    checks_due.enter_result(item, by=room.by, **given)
    if item.done_on is None:
        today = local_date(now, room.patient.time_zone)
        checks_due.mark_done(item, by=room.by, on=given["on"], today=today, now=now)
