"""Therapy: courses, sessions in one click, homework, the shared summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

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
from careplan.plan import access, therapies, therapy_page, worksheets
from careplan.plan.access import Room
from careplan.plan.forms import HomeworkForm, SessionForm, WordsForm
from careplan.plan.models import Homework, TherapyCourse, TherapySession
from careplan.plan.models import HomeworkForm as built_forms
from patients.access import LEAD_THERAPY, WRITE_OWN
from patients.topics import Topic

OWN = "own:"
COPY = "copy:"


@login_required
def therapy(request: HttpRequest, record: UUID | None = None) -> HttpResponse:
    """Every course of therapy, and what belongs to it."""
    room = access.room(request, record, topic=Topic.THERAPY, part="therapy")
    context = access.context(room, page=therapy_page.build(room))
    return render(request, "plan/therapy.html", context)


@login_required
@require_POST
def mark_session(request: HttpRequest, record: UUID, session_id: UUID) -> HttpResponse:
    """How a session ended, in one click."""
    room = access.room(
        request, record, LEAD_THERAPY, topic=Topic.THERAPY, part="therapy"
    )
    rows = TherapySession.objects.select_related("visit", "course")
    row = access.row_in(room, rows, session_id)
    state = str(request.POST.get("state", ""))
    is_moved = state == TherapySession.State.MOVED
    done = _say(
        request,
        lambda: therapies.mark_session(row, by=room.by, state=state, now=clock.now()),
        _("Saved as moved. Give the new day and time.") if is_moved else _("Saved."),
    )
    if done and is_moved and row.course.state == TherapyCourse.State.ACTIVE:
        # Moved is half of it: the other half is when it takes place now.
        return redirect(
            "plan:session-add", record=room.patient.pk, course_id=row.course_id
        )
    return redirect("plan:therapy", record=room.patient.pk)


def _say(request: HttpRequest, rule: Callable[[], Any], done: str) -> bool:
    try:
        rule()
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@login_required
def add_session(request: HttpRequest, record: UUID, course_id: UUID) -> HttpResponse:
    """Plan the next session of a course."""
    room, course = _course(request, record, course_id)
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        zone = ZoneInfo(room.patient.time_zone)
        starts_at = given["day"], given["time"]
        _say(
            request,
            lambda: therapies.plan_session(
                course,
                by=room.by,
                starts_at=_combined(*starts_at, zone),
                minutes=given["minutes"],
                how=given["how"],
                now=clock.now(),
            ),
            _("The session is planned."),
        )
        return redirect("plan:therapy", record=room.patient.pk)
    return _small(request, room, form, _("Plan a session"), _("Plan it"))


def _combined(day: Any, time: Any, zone: ZoneInfo) -> Any:
    from datetime import datetime

    return datetime.combine(day, time, zone)


@login_required
def add_homework(request: HttpRequest, record: UUID, course_id: UUID) -> HttpResponse:
    """Give homework, with one of the shipped worksheets or without."""
    room, course = _course(request, record, course_id)
    built = built_forms.objects.filter(patient=room.patient, retired_at=None).order_by(
        "name"
    )
    others = worksheets.forms_elsewhere(room.user, room.patient)
    form = HomeworkForm(
        request.POST or None,
        built=[(f"{OWN}{row.pk}", row.name) for row in built],
        elsewhere=[(f"{COPY}{row.pk}", row.name) for row in others],
        initial=_asked_for(request),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = given.pop("catalogue_form")
        own = next((row for row in built if wanted == f"{OWN}{row.pk}"), None)
        copied = next((row for row in others if wanted == f"{COPY}{row.pk}"), None)

        def give() -> Homework:
            by, now = room.by, clock.now()
            if copied is not None:
                return therapies.give_copy(course, copied, by=by, now=now, **given)
            shipped = "" if own else wanted
            return therapies.give_homework(
                course, by=by, now=now, catalogue_form=shipped, own_form=own, **given
            )

        _say(request, give, _("Given. It shows on their page now."))
        return redirect("plan:therapy", record=room.patient.pk)
    return _small(request, room, form, _("Give homework"), _("Give it"))


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """What a link from the skills or from a form just built already chose."""
    skill = skills.skill(request.GET.get("skill", ""))
    if skill is not None:
        return {"title": skill.name, "catalogue_form": f"skill:{skill.id}"}
    return {"catalogue_form": f"{OWN}{request.GET.get('form', '')}"}


@login_required
def summary(request: HttpRequest, record: UUID, course_id: UUID) -> HttpResponse:
    """The therapist's summary for the others; the patient reads it too."""
    room, course = _course(request, record, course_id)
    form = WordsForm(request.POST or None, label=_("Your summary"))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["text"]
        _say(
            request,
            lambda: therapies.share_summary(
                course, by=room.by, words=words, now=clock.now()
            ),
            _("Shared."),
        )
        return redirect("plan:therapy", record=room.patient.pk)
    who = _(
        "{name} will read this. Session notes stay outside this record; private "
        "psychotherapy notes have no place here."
    ).format(name=room.patient.called)
    return _small(request, room, form, _("Share a summary"), _("Share"), who)


def _course(request: HttpRequest, record: UUID, course_id: UUID) -> tuple[Room, Any]:
    room = access.room(
        request, record, LEAD_THERAPY, topic=Topic.THERAPY, part="therapy"
    )
    rows = TherapyCourse.objects.filter(state=TherapyCourse.State.ACTIVE)
    return room, access.row_in(room, rows, course_id)


def _small(
    request: HttpRequest, room: Room, form: Any, heading: str, send: str, who: str = ""
) -> HttpResponse:
    context = access.context(
        room,
        form=form,
        heading=heading,
        send=send,
        who=who,
        here=f"{room.prefix}/plan/therapy/",
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plan/small_form.html", context, status=status)


@login_required
@require_POST
def homework(
    request: HttpRequest, record: UUID, homework_id: UUID, verb: str
) -> HttpResponse:
    """Done, in the patient's words; or looked at together, by the therapist."""
    right = WRITE_OWN if verb == "done" else LEAD_THERAPY
    room = access.room(request, record, right, topic=Topic.THERAPY, part="therapy")
    row = access.row_in(room, Homework.objects.filter(ended_at=None), homework_id)
    words = str(request.POST.get("words", "")).replace("\x00", "")[:5000]
    rule = therapies.do_homework if verb == "done" else therapies.look_at_homework
    _say(
        request,
        lambda: rule(row, by=room.by, words=words, now=clock.now()),
        _("Saved. Thank you."),
    )
    return redirect("plan:therapy", record=room.patient.pk)
