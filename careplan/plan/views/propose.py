"""Suggesting a change: form, check, send. A medicine change is a prescriber's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from careplan.common import clock
from careplan.common.catalogue import medicines
from careplan.common.clock import local_date
from careplan.common.errors import DomainError, NotAllowed, StaleVersion
from careplan.plan import (
    access,
    medicine_page,
    parties,
    proposal_page,
    proposals,
    queries,
    staggering,
    step_rows,
    suggesting,
    weighing,
    wording,
)
from careplan.plan.access import Room
from careplan.plan.change import kind_of
from careplan.plan.forms import NEW, ApproachForm, MedicineChangeForm, StepRows
from careplan.plan.models import Approach, DoseStep, Medication, Proposal
from careplan.plan.proposals import OPEN, Change, Wording
from careplan.plan.step_presets import CannotFill
from careplan.plan.tablets import Strength
from careplan.plan.views import small_changes
from patients.access import PRESCRIBE, PROPOSE
from patients.topics import Topic


@dataclass
class Desk:
    """One filled or empty medicine form with everything around it."""

    room: Room
    form: MedicineChangeForm
    rows: Any
    approach: ApproachForm | None
    now_steps: dict[UUID, DoseStep]
    draft: Proposal | None = None
    instead: Proposal | None = None

    @property
    def medicine(self) -> Medication | None:
        given = getattr(self.form, "cleaned_data", None) or self.form.data
        return self.form.medicines.get(str(given.get("medication") or ""))

    @property
    def now_step(self) -> DoseStep | None:
        row = self.medicine
        return self.now_steps.get(row.pk) if row else None

    def is_valid(self) -> bool:
        parts = [self.form, self.rows, *([self.approach] if self.approach else [])]
        # A list: every part shows its own errors, not only the first one's.
        return all([part.is_valid() for part in parts])  # noqa: C419

    def typed_rows(self) -> list[dict[str, Any]]:
        return [f.cleaned_data for f in self.rows if f.is_valid() and not f.is_blank]

    def steps(self) -> list[dict[str, Any]]:
        apart = suggesting.days_apart(self.form, self.now_step)
        return suggesting.steps_from(self.typed_rows(), every_days=apart)


def _desk(request: HttpRequest, room: Room) -> Desk:
    rows = queries.lay_times(queries.medicines(room.patient))
    plan = queries.plan_row(room.patient)
    data = request.POST if request.method == "POST" else None
    initial = {
        "base_number": plan.number,
        "medication": request.GET.get("medicine"),
    }
    now_steps = medicine_page.current_steps(rows)
    typed = [{}, {}]
    weighed_then: dict[str, Any] = {}
    draft = access.draft_asked(request, room)
    instead = access.instead_asked(request, room)
    written = draft or instead
    if written is not None:
        again = suggesting.reopened(written, now_steps)
        initial |= again.form
        typed, weighed_then = again.rows, again.approach
    has = Approach.objects.filter(patient=room.patient, ended_at=None).exists()
    return Desk(
        room=room,
        form=MedicineChangeForm(data, medicines=rows, initial=initial),
        rows=StepRows(data, prefix="step", initial=typed),
        approach=None if has else ApproachForm(data, initial=weighed_then),
        now_steps=now_steps,
        draft=draft,
        instead=instead or (draft.supersedes if draft else None),
    )


@login_required
def medicine(request: HttpRequest, record: UUID) -> HttpResponse:
    """Suggest a new dose, a taper, a stop or a new medicine."""
    room = access.room(request, record, PRESCRIBE, topic=Topic.MEDICINES, part="plan")
    desk = _desk(request, room)
    if request.method != "POST":
        return _form_page(request, desk)
    if "fill" in request.POST:
        return _fill(request, desk)
    if "more" in request.POST:
        return _more_rows(request, desk)
    if "preview" in request.POST:
        desk.is_valid()
        return _form_page(request, desk)
    if not desk.is_valid():
        return _form_page(request, desk, status=422)
    return _keep(request, desk)


def _fill(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Fill the rows by the arithmetic asked for; the prescriber owns every one."""
    desk.form.is_valid()
    for name in ("why", "look_again_on", "direction"):
        # Not asked yet: filling rows comes before writing the rest.
        desk.form.errors.pop(name, None)
    try:
        filled = suggesting.filled_rows(desk.form, desk.now_step)
    except CannotFill as refusal:
        desk.form.add_error(None, str(refusal))
        return _form_page(request, desk, status=422)
    desk.rows = StepRows(prefix="step", initial=filled)
    return _form_page(request, desk, hide_errors=True)


def _more_rows(request: HttpRequest, desk: Desk) -> HttpResponse:
    desk.rows.is_valid()
    typed = [f.cleaned_data if f.is_valid() else {} for f in desk.rows]
    desk.rows = StepRows(prefix="step", initial=[*typed, {}][:12])
    return _form_page(request, desk, hide_errors=True)


def _keep(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what was typed as a draft, or start it now for safety; then check."""
    room, given, now = desk.room, desk.form.cleaned_data, clock.now()
    plan = room.plan()
    change = suggesting.change_from(desk.form, desk.steps())
    if suggesting.ask_for_rules(desk.form, change, desk.now_step):
        return _form_page(request, desk, status=422)
    weighed = _weigh(desk)
    if any(w.needs_reason for w in weighed) and not given["override_because"].strip():
        desk.form.add_error(
            "override_because",
            _("Write why you go on although something speaks against it"),
        )
        return _form_page(request, desk, status=422)
    change = suggesting.going_on(change, weighed, given["override_because"])
    changes = [*_approach_change(desk), change]
    base = given["base_number"] if given["base_number"] is not None else plan.number
    words = _wording(desk, weighed, access.concern_asked(request, room))
    try:
        if given["start_now"]:
            row = proposals.start_now(
                plan,
                by=room.by,
                changes=[change],
                wording=words,
                reason=given["safety_reason"],
                base_number=base,
                now=now,
            )
            _put_away(desk, now)
            messages.success(
                request, _("Started now for safety. The others are asked.")
            )
            return redirect(f"{room.prefix}/plan/proposals/{row.pk}/")
        row = proposals.draft(
            plan,
            by=room.by,
            changes=changes,
            wording=words,
            base_number=base,
            now=now,
            supersedes=desk.instead,
        )
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        desk.form.add_error(None, str(refusal))
        is_stale = isinstance(refusal, StaleVersion)
        if is_stale:
            desk.form.read_on(queries.plan_row(room.patient).number)
        return _form_page(request, desk, status=409 if is_stale else 422)
    _put_away(desk, now)
    return redirect(f"{room.people_prefix}/propose/{row.pk}/check/")


def _put_away(desk: Desk, now: datetime) -> None:
    """The draft this one was written on from has had its day."""
    if desk.draft is not None:
        proposals.discard(desk.draft, by=desk.room.by, now=now)


def _approach_change(desk: Desk) -> list[Change]:
    if desk.approach is None:
        return []
    return [Change("approach", desk.approach.cleaned_data)]


def _wording(
    desk: Desk, weighed: list[weighing.Weighed], concern: UUID | None = None
) -> Wording:
    given = desk.form.cleaned_data
    return Wording(
        why=given["why"],
        notice=given["notice"],
        pause=given["pause"],
        look_again_on=given["look_again_on"],
        look_again_how=given["look_again_how"],
        reply_by=given["reply_by"],
        overrides=weighing.overridden(weighed, given["override_because"]),
        concern_ref=concern,
    )


def _weigh(desk: Desk) -> list[weighing.Weighed]:
    given = getattr(desk.form, "cleaned_data", {})
    row = desk.medicine
    name = row.name if row else str(given.get("name") or "")
    if not name:
        return []
    patient = desk.room.patient
    taken = [m for m in desk.form.medicines.values() if m is not row]
    steps = desk.steps() if desk.rows.is_bound else []
    days = [date.fromisoformat(s["not_before"]) for s in steps if s["not_before"]]
    therapy = staggering.beside_therapy(
        patient,
        days,
        is_taper=desk.form.is_taper,
        sees_therapy=desk.room.reads(Topic.THERAPY),
    )
    return therapy + weighing.to_weigh(
        name=name,
        catalogue_id=(row.catalogue_id if row else "") or medicines.coded(name),
        unit=row.unit if row else str(given.get("unit") or "mg"),
        now=desk.now_step,
        steps=steps,
        strengths=_at_hand(desk),
        taken=taken,
        stopped=Medication.objects.filter(patient=patient, state="stopped"),
        aside=weighing.beside(patient),
        today=local_date(clock.now(), patient.time_zone),
        is_start=desk.now_step is None,
    )


def _at_hand(desk: Desk) -> list[Strength]:
    """The tablets as typed just now, else as they stand in the plan."""
    stated = getattr(desk.form, "cleaned_data", {}).get("strengths")
    return step_rows.at_hand({"strengths": stated or []}, desk.medicine)


def _form_page(
    request: HttpRequest, desk: Desk, *, status: int = 200, hide_errors: bool = False
) -> HttpResponse:
    if desk.form.is_bound and not hasattr(desk.form, "cleaned_data"):
        desk.is_valid()
    room = desk.room
    asked = parties.team_of(room.patient)
    steps = desk.steps() if desk.rows.is_bound and desk.rows.is_valid() else []
    context = access.context(
        room,
        form=desk.form,
        rows=desk.rows,
        approach=desk.approach,
        weighed=_weigh(desk) if desk.form.is_bound else [],
        aside=weighing.beside(room.patient),
        medicine=desk.medicine,
        preview=step_rows.rows({"steps": steps}, desk.now_step, _at_hand(desk))
        if steps
        else [],
        names=wording.listed(
            [room.patient.called]
            + [m.user.called for m in asked.signers if m.user_id != room.user.pk]
        ),
        number=queries.plan_row(room.patient).number,
        hide_errors=hide_errors,
        new=NEW,
        open_one=_open_one(desk),
    )
    part = (
        "plan/_medicine_preview.html"
        if _wants_part(request)
        else "plan/propose_medicine.html"
    )
    return render(
        request, part, context, status=200 if _wants_part(request) else status
    )


def _open_one(desk: Desk) -> Proposal | None:
    """The open suggestion about the medicine chosen: two cannot stand at once."""
    row = desk.medicine
    if row is None:
        chosen = str(desk.form.initial.get("medication") or "")
        row = desk.form.medicines.get(chosen)
    if row is None:
        return None
    rows = Proposal.objects.filter(patient=desk.room.patient, state__in=OPEN)
    found = rows.filter(medicine_key=str(row.pk)).select_related("proposer").first()
    return None if found is None or found == desk.instead else found


def _wants_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False)) and "preview" in request.POST


@login_required
def check(request: HttpRequest, record: UUID, draft_id: UUID) -> HttpResponse:
    """Both texts, the patient's and the record's, before anything is sent."""
    room = access.room(request, record, PROPOSE, part="plan")
    row = access.proposal_in(room, draft_id)
    if row.proposer_id != room.user.pk:
        raise PermissionDenied
    if row.state != Proposal.State.DRAFT:
        return redirect(f"{room.prefix}/plan/proposals/{row.pk}/")
    error = ""
    if request.method == "POST":
        try:
            if "discard" in request.POST:
                proposals.discard(row, by=room.by, now=clock.now())
                messages.success(request, _("The draft is put away."))
                return redirect(f"{room.prefix}/plan/")
            proposals.send(row, by=room.by, now=clock.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("Sent. Nothing changes until it is agreed."))
            return redirect(f"{room.prefix}/plan/proposals/{row.pk}/")
    asked = parties.parties_of(row)
    page = proposal_page.page(
        row,
        asked=asked,
        reader=room.user,
        role=room.role,
        now_steps=medicine_page.current_steps(medicine_page.medicine_rows(room)),
    )
    others = [p.user.called for p in asked if p.user_id != room.user.pk]
    context = access.context(
        room,
        page=page,
        names=wording.listed(others),
        error=error,
        edit_url=edit_url(room, row),
        beside=staggering.around(room.patient, row.changes.all(), now=clock.now()),
    )
    return render(request, "plan/check.html", context, status=422 if error else 200)


def edit_url(room: Room, draft: Proposal) -> str:
    """Where a suggestion is written on: the form it came from, filled in again.

    One that was sent stays as it is until the changed one is sent in its place.
    """
    change = max(draft.changes.all(), key=lambda row: row.order)
    kind = kind_of(change.kind)
    base = f"{room.people_prefix}/propose"
    if change.kind in small_changes.KINDS:
        where = f"medicine/{change.values['medication']}/{change.kind}"
    elif kind.topic == Topic.MEDICINES:
        where = "medicine"
    else:
        item = change.values.get("item", "")
        where = f"{change.kind}/{item}" if item else change.kind
    asked = f"&concern={draft.concern_ref}" if draft.concern_ref else ""
    how = "draft" if draft.state == Proposal.State.DRAFT else "instead"
    return f"{base}/{where}/?{how}={draft.pk}{asked}"
