"""The patient's own part: goals, habits, early signs, staying well, safety plan.

The patient's change applies at once. A clinician's becomes a suggestion (L2).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.common.errors import DomainError, NotAllowed, StaleVersion
from careplan.plan import (
    access,
    contents,
    goals,
    live,
    own_part,
    queries,
    safety_plan,
    therapy_page,
)
from careplan.plan.access import Room
from careplan.plan.change import ChangeKind, kind_of
from careplan.plan.models import (
    EarlySign,
    Goal,
    GoalStep,
    Practice,
    Preference,
    StayingWell,
)
from careplan.plan.proposals import Change
from patients.access import PROPOSE, WRITE_OWN
from patients.topics import Topic

# What a kind's page goes back to.
HOME = {
    "goal": "plan:goals",
    "practice": "plan:practices",
    "early_sign": "plan:staying-well",
    "staying_well": "plan:staying-well",
    "preference": "plan:staying-well",
    "safety_plan": "plan:safety",
}


@login_required
def goal_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Goals in the person's own words, and how close they feel."""
    room = access.room(request, record, part="goals")
    rows = Goal.objects.filter(patient=room.patient).prefetch_related("steps")
    context = access.context(
        room,
        goals=list(rows.filter(ended_at=None).order_by("created_at")),
        past=list(rows.exclude(ended_at=None).order_by("-ended_at")),
        closeness=Goal.Closeness.choices,
        may_propose=room.may(PROPOSE),
    )
    return render(request, "plan/goals.html", context)


@login_required
@require_POST
def goal_progress(request: HttpRequest, record: UUID, goal_id: UUID) -> HttpResponse:
    """Keep how close a goal feels."""
    room = access.room(request, record, WRITE_OWN, part="goals")
    goal = access.row_in(room, Goal.objects.filter(ended_at=None), goal_id)
    closeness = request.POST.get("closeness", "")
    if closeness not in Goal.Closeness.values:
        messages.warning(request, _("Choose how close it feels"))
    else:
        words = request.POST.get("words", "").replace("\x00", "")[:300]
        goals.note_progress(
            goal, by=room.by, closeness=closeness, words=words, now=clock.now()
        )
        messages.success(request, _("Saved."))
    return redirect("plan:goals", record=room.patient.pk)


@login_required
@require_POST
def goal_step(request: HttpRequest, record: UUID, goal_step_id: UUID) -> HttpResponse:
    """Tick a small step off, or open it again (L3)."""
    room = access.room(request, record, WRITE_OWN, part="goals")
    rows = GoalStep.objects.filter(goal__ended_at=None)
    step = access.row_in(room, rows, goal_step_id)
    is_done = request.POST.get("done") == "yes"
    goals.mark_step(step, by=room.by, is_done=is_done, now=clock.now())
    messages.success(request, _("Saved."))
    return redirect("plan:goals", record=room.patient.pk)


@login_required
def practice_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Daily habits chosen by the person."""
    room = access.room(request, record, part="daily habits")
    rows = Practice.objects.filter(patient=room.patient, ended_at=None)
    said = therapy_page.worked_by_thing(room)
    for row in (found := list(rows.order_by("created_at"))):
        row.worked = therapy_page.worked(  # type: ignore[attr-defined]  # for the page
            room, said, "practice", row, row.aim
        )
    context = access.context(room, practices=found, answers=therapy_page.ANSWERS)
    return render(request, "plan/practices.html", context)


@login_required
def staying_well(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Early signs, who does what, and the staying-well plan."""
    room = access.room(request, record, part="staying well")
    standing = {"patient": room.patient, "ended_at": None}
    row = StayingWell.objects.filter(**standing).first()
    context = access.context(
        room,
        signs=list(EarlySign.objects.filter(**standing).order_by("created_at")),
        wishes=list(Preference.objects.filter(**standing).order_by("created_at")),
        parts=[
            (_(label), getattr(row, field, ""))
            for field, label in contents.STAYING_WELL_PARTS.items()
            if getattr(row, field, "")
        ],
        reads_safety=room.reads(Topic.SAFETY),
        own_signs=live.own_signs(room, clock.now()),
    )
    return render(request, "plan/staying_well.html", context)


@login_required
def safety(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """My safety plan, with what is missing named."""
    room = access.room(request, record, topic=Topic.SAFETY, part="safety plan")
    row = queries.safety_plan(room.patient)
    today = local_date(clock.now(), room.patient.time_zone)
    context = access.context(
        room,
        safety=row,
        headings=_headings(row),
        gaps=safety_plan.gaps(row, today=today),
        wishes=_wishes(room),
    )
    return render(request, "plan/safety.html", context)


def _wishes(room: Room) -> list[Preference]:
    """What the person wants and refuses stands beside the safety plan (P6)."""
    if not room.reads(Topic.PLAN):
        return []
    rows = Preference.objects.filter(patient=room.patient, ended_at=None)
    return list(rows.filter(kind__in=["refuses", "prefers"]).order_by("created_at"))


def _headings(row: Any) -> list[tuple[str, list[str]]]:
    if row is None:
        return []
    lines, people = row.lines.model.Heading, row.people.model.Kind
    found = [
        (str(head.label), [one.words for one in row.lines.all() if one.heading == head])
        for head in lines
    ]
    named = [
        (
            str(kind.label),
            [
                ", ".join(filter(None, [p.name, p.phone, p.when]))
                for p in row.people.all()
                if p.kind == kind
            ],
        )
        for kind in people
    ]
    return [pair for pair in [*found[:3], *named, *found[3:]] if pair[1]]


@login_required
def change(
    request: HttpRequest,
    kind: str,
    record: UUID | None = None,
    item: UUID | None = None,
) -> HttpResponse:
    """Add or change one item of the patient's own part."""
    found = _own_kind(kind)
    room = access.room(request, record, WRITE_OWN, part="plan")
    is_sent = request.method == "POST"
    initial = initial_of(found, room, item, is_sent=is_sent)
    form = found.form(request.POST or None, initial=initial)
    if is_sent and form.is_valid():
        done = _apply(room, found, form, item, request.POST.get("base_number", ""))
        if done:
            messages.success(request, _("Saved. It is in your plan now."))
            return redirect(HOME.get(kind, "plan:plan"), record=room.patient.pk)
    context = access.context(
        room,
        form=form,
        kind=found,
        item=item,
        number=_base(request, form, room),
        theirs=_theirs(found, form, room, item),
    )
    status = answer_status(form)
    return render(request, "plan/own_change.html", context, status=status)


def _base(request: HttpRequest, form: Any, room: Room) -> str:
    """The version the form was opened on stays with it, until the person was told
    of a newer one: then sending again is knowing of it."""
    if form.is_bound and not getattr(form, "is_stale", False):
        return str(request.POST.get("base_number", ""))
    return str(queries.plan_row(room.patient).number)


def _theirs(
    kind: ChangeKind, form: Any, room: Room, item: UUID | None
) -> list[tuple[str, str]]:
    """What the plan says now, where a form opened earlier says something else."""
    if not getattr(form, "is_stale", False):
        return []
    now = initial_of(kind, room, item, is_sent=True)
    return [
        (str(form.fields[name].label), str(value))
        for name, value in now.items()
        if name in form.fields and value and str(value) != str(form.data.get(name, ""))
    ]


def answer_status(form: Any) -> int:
    """409 for a form opened on an older version, 422 for what is missing."""
    if not (form.is_bound and form.errors):
        return 200
    return 409 if getattr(form, "is_stale", False) else 422


def _own_kind(name: str) -> ChangeKind:
    try:
        found = kind_of(name)
    except LookupError as error:
        raise Http404 from error
    if not found.is_own_part:
        raise Http404
    return found


def initial_of(
    kind: ChangeKind, room: Room, item: UUID | None, *, is_sent: bool = False
) -> dict[str, Any]:
    """Return what stands in the plan, to change it; empty for something new."""
    if kind.name == "safety_plan":
        return _safety_initial(room)
    row = _item_row(kind, room, item, is_sent=is_sent)
    names = getattr(kind, "fields", ())
    if row is None:
        return dict(kind.initial(queries.plan_row(room.patient)))
    return {name: getattr(row, name) for name in names}


def _item_row(kind: ChangeKind, room: Room, item: UUID | None, *, is_sent: bool) -> Any:
    if kind.name == "staying_well":
        return StayingWell.objects.filter(patient=room.patient, ended_at=None).first()
    model = getattr(kind, "model", None)
    if item is None or model is None:
        return None
    # What was sent is never lost to a "not found": the rule says that it ended.
    rows = model.objects.all() if is_sent else model.objects.filter(ended_at=None)
    return access.row_in(room, rows, item)


def _safety_initial(room: Room) -> dict[str, Any]:
    row = queries.safety_plan(room.patient)
    if row is None:
        return {}
    found: dict[str, Any] = {"review_on": row.review_on}
    for line in sorted(row.lines.all(), key=lambda one: one.order):
        found[line.heading] = "\n".join(
            filter(None, [found.get(line.heading), line.words])
        )
    for person in sorted(row.people.all(), key=lambda one: one.order):
        words = ", ".join([person.name, person.phone, person.when]).rstrip(", ")
        found[person.kind] = "\n".join(filter(None, [found.get(person.kind), words]))
    return found


def _apply(
    room: Room, kind: ChangeKind, form: Any, item: UUID | None, base: str
) -> bool:
    plan = room.plan()
    values = dict(kind.values_from(plan, form.cleaned_data))
    if item is not None:
        values["item"] = str(item)
        if form.data.get("end") == "1":
            values["end"] = True
    try:
        own_part.change(
            plan,
            by=room.by,
            changes=[Change(kind.name, values)],
            base_number=int(base)
            if base.isdecimal() and len(base) < 9
            else plan.number,
            now=clock.now(),
        )
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        form.is_stale = isinstance(refusal, StaleVersion)
        return False
    return True
