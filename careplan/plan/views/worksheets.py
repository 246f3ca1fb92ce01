"""Homework on its own page: fill in a sheet, read what was filled; build a form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.catalogue import skills
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import access, therapies, urges, worksheet_forms, worksheets
from careplan.plan.access import Room
from careplan.plan.models import (
    Homework,
    HomeworkForm,
    Practice,
    TherapyCourse,
    TherapySession,
    WorkedMark,
)
from careplan.plan.worksheet_forms import BuiltFields, BuiltForm, built_fields
from patients.access import LEAD_THERAPY, WRITE_OWN
from patients.topics import Topic


@login_required
def homework(
    request: HttpRequest, homework_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """One piece of homework: its sheet to fill in, and every filled one (T2, T3)."""
    room = access.room(request, record, topic=Topic.THERAPY, part="homework")
    rows = Homework.objects.select_related("own_form__built_by", "given_by")
    row = access.row_in(room, rows, homework_id)
    sheet = worksheets.sheet_of(row)
    form = None
    if sheet is not None and _is_open(row):
        form = worksheet_forms.form_for(sheet.fields)(request.POST or None)
    if request.method == "POST":
        room.require(WRITE_OWN)
        if form is not None and form.is_valid() and _filled(form, row, room):
            if urges.is_strong(form.cleaned_data):
                messages.success(request, _thanks(room))
                return redirect("home:support")
            messages.success(request, _("Saved. Your therapist can read it."))
            return redirect("plan:homework", record=room.patient.pk, homework_id=row.pk)
    context = access.context(
        room,
        homework=row,
        sheet=sheet,
        skill=worksheets.skill_of(row),
        form=form if room.is_patient else None,
        asks_about_harm=urges.asks(sheet),
        told=urges.who_is_told(room.patient, now=clock.now())
        if room.is_patient and urges.asks(sheet)
        else "",
        entries=worksheets.entries(row, sheet, zone=room.patient.time_zone)
        if sheet
        else (),
    )
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "plan/homework.html", context, status=status)


def _thanks(room: Room) -> str:
    """Say who was told of a strong urge, and that nobody is watching."""
    names = urges.who_is_told(room.patient, now=clock.now())
    if not names:
        return _(
            "Saved. Thank you for telling us. Nobody on your team can be told yet."
        )
    return _(
        "Saved. Thank you for telling us. {names} can see it now. "
        "This is not watched live."
    ).format(names=names)


def _is_open(row: Homework) -> bool:
    return row.looked_at_at is None and row.ended_at is None


def _filled(form: Any, row: Homework, room: Room) -> bool:
    try:
        therapies.fill_sheet(row, by=room.by, values=form.cleaned_data, now=clock.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
def build(request: HttpRequest, record: UUID, course_id: UUID) -> HttpResponse:
    """Build a form from fields, without code, and go on to give it (T3)."""
    room = access.room(
        request, record, LEAD_THERAPY, topic=Topic.THERAPY, part="therapy"
    )
    course = access.row_in(room, TherapyCourse.objects.all(), course_id)
    data = request.POST if request.method == "POST" else None
    model = _model_form(request, room)
    head = BuiltForm(
        data, initial=model and {"name": model.name, "purpose": model.purpose}
    )
    rows = BuiltFields(
        data,
        prefix="q",
        initial=worksheet_forms.typed_again(model.fields) if model else [{}] * 4,
    )
    if data is not None and "more" in data:
        rows = _more(rows)
    elif data is not None and head.is_valid() and rows.is_valid():
        fields = built_fields(rows)
        if fields:
            made = therapies.build_form(
                room.patient.pk,
                by=room.by,
                fields=fields,
                now=clock.now(),
                **head.cleaned_data,
            )
            messages.success(request, _("The form is ready. Give it as homework now."))
            give = redirect("plan:homework-add", record=record, course_id=course.pk)
            give["Location"] += f"?form={made.pk}"
            return give
        head.add_error(None, _("Write one question or more"))
    context = access.context(
        room, form=head, rows=rows, course=course, model=model, **_kept_forms(room)
    )
    is_wrong = data is not None and "more" not in data
    return render(
        request, "plan/build_form.html", context, status=422 if is_wrong else 200
    )


def _model_form(request: HttpRequest, room: Room) -> HomeworkForm | None:
    """The form of one's own that the address names by `?from=`, to start from."""
    try:
        ref = UUID(request.GET.get("from", ""))
    except ValueError:
        return None
    return HomeworkForm.objects.filter(built_by=room.user, pk=ref).first()


def _kept_forms(room: Room) -> dict[str, list[HomeworkForm]]:
    """Forms of this person, and one's own built for others, by their names alone."""
    rows = HomeworkForm.objects.filter(retired_at=None).order_by("name")
    return {
        "here": list(rows.filter(patient=room.patient)),
        "elsewhere": worksheets.forms_elsewhere(room.user, room.patient),
    }


@login_required
@require_POST
def retire(request: HttpRequest, record: UUID, form_id: UUID) -> HttpResponse:
    """Offer a built form no longer; filled sheets stay (T3)."""
    room = access.room(
        request, record, LEAD_THERAPY, topic=Topic.THERAPY, part="therapy"
    )
    form = access.row_in(room, HomeworkForm.objects.all(), form_id)
    therapies.retire_form(form, by=room.by, now=clock.now())
    messages.success(request, _("The form is no longer offered. Filled sheets stay."))
    return redirect("plan:therapy", record=room.patient.pk)


def _more(rows: Any) -> Any:
    rows.is_valid()
    typed = [getattr(row, "cleaned_data", {}) for row in rows]
    more = [*typed, {}, {}][: worksheet_forms.MOST_FIELDS]
    return BuiltFields(prefix="q", initial=more)


@login_required
def skill_list(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Short skills in our own words; a therapist can give one as homework (T4)."""
    room = access.room(request, record, topic=Topic.THERAPY, part="skills")
    active = TherapyCourse.objects.filter(
        patient=room.patient, state=TherapyCourse.State.ACTIVE
    )
    course = active.first() if room.may(LEAD_THERAPY) else None
    context = access.context(room, skills=skills.all_skills(), course=course)
    return render(request, "plan/skills.html", context)


ABOUT: dict[str, Any] = {
    "homework": Homework,
    "session": TherapySession,
    "practice": Practice,
}


@login_required
@require_POST
def worked(
    request: HttpRequest, record: UUID, about: str, about_id: UUID
) -> HttpResponse:
    """Helped, no change or worse, with a line: the patient says so (T12)."""
    topic = Topic.PLAN if about == "practice" else Topic.THERAPY
    room = access.room(request, record, WRITE_OWN, topic=topic, part="therapy")
    row = access.row_in(room, ABOUT[about].objects.all(), about_id)
    try:
        therapies.mark_worked(
            row,
            by=room.by,
            answer=str(request.POST.get("answer", "")),
            line=_line(request),
            now=clock.now(),
        )
        messages.success(request, _("Saved. Your therapist sees it."))
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    back = "plan:practices" if about == "practice" else "plan:therapy"
    return redirect(back, record=room.patient.pk)


@login_required
@require_POST
def reply(request: HttpRequest, record: UUID, mark_id: UUID) -> HttpResponse:
    """The therapist answers (T12)."""
    room = access.room(
        request, record, LEAD_THERAPY, topic=Topic.THERAPY, part="therapy"
    )
    mark = access.row_in(room, WorkedMark.objects.all(), mark_id)
    try:
        therapies.reply_to_mark(mark, by=room.by, words=_line(request), now=clock.now())
        messages.success(request, _("Your answer is sent."))
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    back = "plan:practices" if mark.practice_id else "plan:therapy"
    return redirect(back, record=room.patient.pk)


def _line(request: HttpRequest) -> str:
    return str(request.POST.get("line", "")).replace("\x00", "").strip()[:1000]
