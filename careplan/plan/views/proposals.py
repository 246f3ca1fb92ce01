"""A suggestion: read it, agree, ask, decline, take it back."""

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
from django.views.decorators.http import require_POST

from careplan.common import clock
from careplan.common.clock import local_date
from careplan.common.errors import DomainError, NotAllowed
from careplan.plan import (
    access,
    evidence,
    medicine_page,
    parties,
    proposal_page,
    proposals,
    staggering,
)
from careplan.plan.access import Room
from careplan.plan.change import CLINICIANS
from careplan.plan.forms import AnswerForm, ReasonForm, WordsForm
from careplan.plan.models import Proposal, ProposalQuestion
from careplan.plan.views.propose import edit_url
from careplan.plan.weighing import Weighed
from patients.access import AGREE, PROPOSE
from patients.topics import Topic


def _page(room: Room, proposal: Proposal) -> proposal_page.ProposalPage:
    return proposal_page.page(
        proposal,
        asked=parties.parties_of(proposal),
        reader=room.user,
        role=room.role,
        now_steps=medicine_page.current_steps(medicine_page.medicine_rows(room)),
    )


def address(room: Room, proposal: Proposal) -> str:
    """Return the canonical address of a suggestion."""
    return f"{room.prefix}/plan/proposals/{proposal.pk}/"


@login_required
def proposal(
    request: HttpRequest, proposal_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Read a suggested change, and what was asked about it."""
    room = access.room(request, record, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    context = access.context(
        room,
        page=_page(room, row),
        questions=_questions(room, row),
        answer_form=WordsForm(label=_("Your answer")),
        here=address(room, row),
        beside=_beside(room, row),
        known=_known(room, row),
        **_next(room, row),
    )
    return render(request, "plan/proposal.html", context)


def _questions(room: Room, row: Proposal) -> list[ProposalQuestion]:
    """What was asked, oldest first, with the days as they are where the patient lives."""
    zone = room.patient.time_zone
    found = row.questions.select_related("asker", "answered_by")
    asked = list(found.order_by("asked_at"))
    for one in asked:
        one.asked_on = local_date(one.asked_at, zone)  # type: ignore[attr-defined]  # for the page
        if one.answered_at is not None:
            one.answered_on = local_date(one.answered_at, zone)  # type: ignore[attr-defined]
    return asked


def _next(room: Room, row: Proposal) -> dict[str, Any]:
    """Where a suggestion that does not stand any more, or not yet, leads on to."""
    is_open = row.state in proposals.OPEN
    is_mine = row.proposer_id == room.user.pk
    return {
        "is_stale": is_open and proposals.is_stale(row),
        "change_url": edit_url(room, row) if is_open and is_mine else "",
        "newer": None if is_open else _newer(room, row),
    }


def _newer(room: Room, row: Proposal) -> Proposal | None:
    found = row.superseded_by.exclude(state=Proposal.State.DRAFT).first()
    if found is None or not all(room.reads(Topic(topic)) for topic in found.topics):
        return None
    return found


def _known(room: Room, row: Proposal) -> list[str]:
    """What is on file about a therapy that would start, in the reader's words (T9)."""
    return [
        line
        for change in row.changes.all()
        for line in evidence.beside(
            change.kind, change.values, is_patient=room.is_patient
        )
    ]


def _beside(room: Room, row: Proposal) -> list[Weighed]:
    """What both clinicians may weigh while a suggestion is open (N20)."""
    if room.role not in CLINICIANS or row.state not in proposals.OPEN:
        return []
    return staggering.around(room.patient, row.changes.all(), now=clock.now())


@login_required
def agree(
    request: HttpRequest, proposal_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Check before agreeing: the exact text, then one button."""
    room = access.room(request, record, AGREE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    form = AnswerForm(request.POST or None, initial={"read_hash": row.text_hash})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def act() -> Proposal:
            return proposals.agree(
                row,
                by=room.by,
                read_hash=given["read_hash"],
                note=given["note"],
                now=clock.now(),
            )

        done = _try(form, act)
        if done is not None:
            messages.success(request, _agreed_words(done))
            return redirect(address(room, row))
    return _answer_page(request, room, row, form, "plan/agree.html")


def _agreed_words(row: Proposal) -> str:
    if row.state == Proposal.State.APPLIED and row.version:
        return _("You agreed. This is version {number} of the plan now.").format(
            number=row.version.number
        )
    return _("You agreed. You can change your mind until everyone has answered.")


def _answer_page(
    request: HttpRequest,
    room: Room,
    row: Proposal,
    form: Any,
    template: str,
    **more: Any,
) -> HttpResponse:
    context = access.context(
        room, page=_page(room, row), form=form, here=address(room, row), **more
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)


def _try(form: Any, act: Callable[[], Any]) -> Any:
    """Run a rule; its refusal becomes an error of the form, except "not yours"."""
    try:
        return act()
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return None


@login_required
def ask(
    request: HttpRequest, proposal_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Ask first; the clock stands still while the question is open."""
    room = access.room(request, record, AGREE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    form = WordsForm(request.POST or None, label=_("Your question"))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["text"]
        done = _try(
            form, lambda: proposals.ask(row, by=room.by, text=words, now=clock.now())
        )
        if done is not None:
            messages.success(
                request, _("Your question is sent. Nothing changes while it is open.")
            )
            return redirect(address(room, row))
    return _answer_page(request, room, row, form, "plan/ask.html")


@login_required
def other(
    request: HttpRequest, proposal_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Say what one would rather have; it reaches the proposer as a question."""
    room = access.room(request, record, AGREE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    form = WordsForm(request.POST or None, label=_("What would you rather have?"))
    if request.method == "POST" and form.is_valid():
        words = _("I would rather: {words}").format(words=form.cleaned_data["text"])
        done = _try(
            form, lambda: proposals.ask(row, by=room.by, text=words, now=clock.now())
        )
        if done is not None:
            messages.success(request, _("Your idea is sent. The plan stays as it is."))
            return redirect(address(room, row))
    return _answer_page(request, room, row, form, "plan/other.html")


@login_required
def decline(
    request: HttpRequest, proposal_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """Not now: the plan stays. No reason is needed, and nothing else is asked."""
    room = access.room(request, record, AGREE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _try(
            form,
            lambda: proposals.decline(
                row,
                by=room.by,
                read_hash=row.text_hash,
                note=form.cleaned_data["text"],
                now=clock.now(),
            ),
        )
        if done is not None:
            messages.success(request, _("That is fine. Your plan stays as it is."))
            return redirect(address(room, row))
    return _answer_page(request, room, row, form, "plan/decline.html")


@login_required
def disagree(
    request: HttpRequest, proposal_id: UUID, record: UUID | None = None
) -> HttpResponse:
    """A clinician's no, in words that stand beside the version."""
    room = access.room(request, record, AGREE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    form = WordsForm(request.POST or None, label=_("Why you do not agree"))
    if request.method == "POST" and form.is_valid():
        done = _try(
            form,
            lambda: proposals.disagree(
                row,
                by=room.by,
                read_hash=row.text_hash,
                note=form.cleaned_data["text"],
                now=clock.now(),
            ),
        )
        if done is not None:
            messages.success(request, _("Your answer is kept and shown to everyone."))
            return redirect(address(room, row))
    return _answer_page(request, room, row, form, "plan/disagree.html")


@login_required
@require_POST
def answer_question(
    request: HttpRequest,
    proposal_id: UUID,
    question_id: UUID,
    record: UUID | None = None,
) -> HttpResponse:
    """Answer a question about a suggestion."""
    room = access.room(request, record, AGREE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    asked = access.row_in(
        room,
        ProposalQuestion.objects.filter(proposal=row).select_related("proposal"),
        question_id,
    )
    form = WordsForm(request.POST, label=_("Your answer"))
    if form.is_valid():
        words = form.cleaned_data["text"]
        done = _try(
            form,
            lambda: proposals.answer_question(
                asked, by=room.by, text=words, now=clock.now()
            ),
        )
        if done is not None:
            messages.success(request, _("Your answer is sent."))
            return redirect(address(room, row))
    return _answer_page(
        request,
        room,
        row,
        form,
        "plan/proposal.html",
        questions=_questions(room, row),
        answer_form=form,
    )


@login_required
@require_POST
def act(
    request: HttpRequest, proposal_id: UUID, verb: str, record: UUID | None = None
) -> HttpResponse:
    """Take back one's answer or one's suggestion, or go on with a reason."""
    room = access.room(request, record, PROPOSE, part="suggested change")
    row = access.proposal_in(room, proposal_id)
    form = ReasonForm(request.POST)
    form.full_clean()
    words, now = form.cleaned_data.get("text", ""), clock.now()
    rules: dict[str, Callable[[], Any]] = {
        "take-back": lambda: proposals.take_back(row, by=room.by, now=now),
        "withdraw": lambda: proposals.withdraw(row, by=room.by, because=words, now=now),
        "go-on": lambda: proposals.go_on(row, by=room.by, because=words, now=now),
    }
    if _try(form, rules[verb]) is None:
        messages.warning(request, " ".join(form.non_field_errors()))
    return redirect(address(room, row))
