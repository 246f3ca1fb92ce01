"""Forms: one question a page, saved as one goes, checked before sending."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from careplan.common import clock
from careplan.common.errors import DomainError
from journal import access, instruments, measures, readers, responses, safety
from journal.instruments import Instrument
from journal.measure_forms import FunctionalForm, QuestionForm, SendForm
from journal.models import MeasureAssignment, MeasureResponse
from journal.views.support import render_after, who_sees
from patients.models import Patient
from patients.topics import Topic


def index(request: HttpRequest) -> HttpResponse:
    """Show forms due and done, and those one may fill in at any time."""
    patient = access.own(request)
    today = clock.local_date(clock.now(), patient.time_zone)
    return render(
        request,
        "journal/measures.html",
        {"lists": measures.lists(patient.pk, today=today)},
    )


def typed(request: HttpRequest) -> QueryDict | None:
    # An empty form that was sent is a form with errors, not one never sent.
    return request.POST if request.method == "POST" else None


def form_of(code: str) -> Instrument:
    found = instruments.instrument(code)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def intro(request: HttpRequest, code: str) -> HttpResponse:
    """Say why, how long, who sees it; begin or go on."""
    patient, form, now = access.own(request), form_of(code), clock.now()
    if request.method == "POST":
        private = request.POST.get("private") == "on"
        responses.begin(patient, code, is_private=private, now=now)
        return redirect("journal:measure_next", code)
    asked = MeasureAssignment.objects.filter(
        patient=patient, instrument=code, ended_at__isnull=True
    ).first()
    context = {
        "form_file": form,
        "asked": asked,
        "minutes": measures.minutes(form),
        "draft": responses.draft_of(patient.pk, code),
        "readers": readers.listed(readers.of(patient, Topic.MEASURES)),
        "asks_about_death": bool(form.safety_items),
    }
    return render(request, "journal/measure_intro.html", context)


def following(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the first question without an answer, the one on daily life last."""
    patient, form = access.own(request), form_of(code)
    draft = responses.draft_of(patient.pk, code)
    if draft is None:
        return redirect("journal:measure", code)
    number = measures.first_open(draft)
    last = len(form.items) if draft.functional is not None else _last(form)
    if number > last:
        return redirect("journal:measure_check", code)
    return redirect("journal:measure_question", code, number)


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Ask one question. An answer that needs help is met in the same request."""
    patient, form = access.own(request), form_of(code)
    draft = responses.draft_of(patient.pk, code)
    if draft is None:
        return _no_draft(request, patient, code)
    if not 1 <= number <= _last(form):
        raise Http404
    if request.method == "POST":
        return _answer(request, patient, form, draft, number)
    return _ask(request, form, draft, number, _blank(form, draft, number))


def _no_draft(request: HttpRequest, patient: Patient, code: str) -> HttpResponse:
    """Lead a second press of Send to the score, and say why Back leads nowhere."""
    if request.method != "POST" or not responses.is_sent(patient.pk, code):
        return redirect("journal:measure", code)
    if "answer" in request.POST or "act" in request.POST:
        messages.info(request, str(responses.AlreadySent.sentence))
    return redirect("journal:measure_done", code)


def _last(form: Instrument) -> int:
    return len(form.items) + (form.functional_item is not None)


def _blank(
    form: Instrument, draft: MeasureResponse, number: int
) -> QuestionForm | FunctionalForm:
    if number > len(form.items):
        start = "" if draft.functional is None else str(draft.functional)
        return FunctionalForm(item=form.functional_item, initial={"answer": start})
    value = draft.answers[number - 1]
    start = [str(v) for v in value] if isinstance(value, list) else value
    if isinstance(start, int) and form.items[number - 1].type != "number":
        start = str(start)
    return QuestionForm(
        form=form, item=form.items[number - 1], initial={"answer": start}
    )


def _ask(
    request: HttpRequest,
    form: Instrument,
    draft: MeasureResponse,
    number: int,
    filled: QuestionForm | FunctionalForm,
) -> HttpResponse:
    safe = {form.position_of(row.item) + 1 for row in form.safety_items}
    context = {
        "form_file": form,
        "form": filled,
        "number": number,
        "last": _last(form),
        "back": number - 1,
        "is_safety": number in safe,
        "draft": draft,
    }
    return render(request, "journal/measure_question.html", context)


def _answer(
    request: HttpRequest,
    patient: Patient,
    form: Instrument,
    draft: MeasureResponse,
    number: int,
) -> HttpResponse:
    act = request.POST.get("act", "")
    later = act == "later"
    if number > len(form.items):
        return _functional(request, form, draft, number)
    filled = QuestionForm(request.POST, form=form, item=form.items[number - 1])
    skipped = act == "skip" or (later and not filled.is_valid())
    if not skipped and not filled.is_valid():
        return _ask(request, form, draft, number, filled)
    if not (later and skipped):
        value = None if skipped else filled.answer
        moment = responses.answer(
            draft, patient, number=number, value=value, now=clock.now()
        )
        if moment is not None:
            return render_after(request, patient, moment)
    if later:
        messages.success(request, gettext("Your answers are kept. Finish any time."))
        return redirect("journal:measures")
    return _go_on(request, form, draft, number)


def _functional(
    request: HttpRequest, form: Instrument, draft: MeasureResponse, number: int
) -> HttpResponse:
    filled = FunctionalForm(request.POST, item=form.functional_item)
    if request.POST.get("act") in ("skip", "later"):
        responses.answer_functional(draft, None)
    elif filled.is_valid():
        responses.answer_functional(draft, int(filled.cleaned_data["answer"]))
    else:
        return _ask(request, form, draft, number, filled)
    return redirect("journal:measure_check", form.id)


def _go_on(
    request: HttpRequest, form: Instrument, draft: MeasureResponse, number: int
) -> HttpResponse:
    if request.GET.get("back") == "check" or number >= _last(form):
        return redirect("journal:measure_check", form.id)
    return redirect("journal:measure_question", form.id, number + 1)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Show every answer with a way to change it; send."""
    patient, form = access.own(request), form_of(code)
    draft = responses.draft_of(patient.pk, code)
    if draft is None:
        return _no_draft(request, patient, code)
    send = SendForm(typed(request), initial={"private": draft.is_private})
    if safety.was_told(draft):
        send.say_told()
    if request.method == "POST" and send.is_valid():
        try:
            private = send.cleaned_data["private"]
            responses.send(draft, patient, is_private=private, now=clock.now())
            return redirect("journal:measure_done", code)
        except DomainError as refusal:
            send.add_error(None, str(refusal))
    context = {
        "form_file": form,
        "form": send,
        "rows": _rows(form, draft),
        "missing": sum(value is None for value in draft.answers),
        "readers": readers.listed(readers.of(patient, Topic.MEASURES)),
    }
    return render(request, "journal/measure_check.html", context)


def _rows(form: Instrument, draft: MeasureResponse) -> list[dict[str, str]]:
    return [
        {
            "label": f"{item.number}. {item.text}",
            "value": responses.answer_words(form, item, value),
            "change_url": reverse(
                "journal:measure_question", args=[form.id, item.number]
            )
            + "?back=check",
        }
        for item, value in zip(form.items, draft.answers, strict=True)
    ]


def done(request: HttpRequest, code: str) -> HttpResponse:
    """Say the score in words, the last one, and what happens next."""
    patient, form = access.own(request), form_of(code)
    rows = measures.history(patient.pk, code, counts_private=True)
    if not rows:
        return redirect("journal:measure", code)
    earlier = next((row for row in rows[1:] if row.score is not None), None)
    now = clock.now()
    members = _members(patient)
    context = {
        "form_file": form,
        "row": rows[0],
        "missing": sum(value is None for value in rows[0].answers),
        "earlier": earlier,
        "who": who_sees(members, now),
        "is_hint_only": form.scoring.method != "sum",
    }
    return render(request, "journal/measure_done.html", context)


def _members(patient: Patient) -> list:
    """Give the members who may see forms, with their practices."""
    return list(
        patient.members.filter(
            state="active", topics__contains=[Topic.MEASURES.value]
        ).select_related("user", "clinician__organisation")
    )
