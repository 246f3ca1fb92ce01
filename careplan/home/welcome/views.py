"""Name, team, sharing, medicines, times, people: each page has "Skip for now"."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls.converters import IntConverter
from django.views.decorators.http import require_http_methods

from careplan.checkins import schedules
from careplan.checkins.models import Kind, Words
from careplan.checkins.schedules import Wish
from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.common.forms import CareForm
from careplan.home.display.views import YEAR
from careplan.home.welcome.forms import MedicineForm, PeopleForm, TeamForm, TimesForm
from careplan.plan import own_part, plans
from careplan.plan.medications import By
from careplan.plan.models import Medication
from careplan.plan.proposals import Change
from patients import access, consents, invitations, people, queries, terms, words
from patients.forms.about import AboutMeForm
from patients.forms.sharing import InviteForm, TalkForm, TopicsForm
from patients.models import Patient, Role

LAST = 6


class Step(IntConverter):
    """One of the six pages; any other number is no address."""

    regex = "[1-6]"


@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """Begin at the first page. Somebody without a record reads how to get one."""
    patient = Patient.objects.filter(user=request.user).first()
    if patient is None:
        return render(request, "home/welcome/no_record.html")
    return redirect("home:welcome", step=1)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, step: int) -> HttpResponse:
    """Show one of the six pages, or keep its answers and go on."""
    patient = access.own_patient(access.actor_of(request))
    if request.method == "POST" and "skip" in request.POST:
        return _next(patient, step)
    return STEPS[step](request, patient)


def _next(patient: Patient, step: int) -> HttpResponse:
    if step < LAST:
        return redirect("home:welcome", step=step + 1)
    people.finish_welcome(patient, now=clock.now())
    return redirect("home:today")


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _show(request: HttpRequest, step: int, **context: Any) -> HttpResponse:
    shown = {"step": step, "last": LAST} | context
    return render(request, f"home/welcome/{step}.html", shown)


def _name(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = AboutMeForm.of(request.user, _data(request))
    if form.is_bound and form.is_valid():
        people.describe(request.user, form.about())
        if not terms.agreed(request.user) and "agrees" in request.POST:
            terms.agree(request.user, now=clock.now())
        return _next(patient, 1)
    texts = {} if terms.agreed(request.user) else terms.TEXTS
    return _show(request, 1, form=form, texts=texts)


def _team(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = TeamForm(_data(request))
    if form.is_bound and form.is_valid() and _invited(request, patient, form):
        return _next(patient, 2)
    return _show(
        request,
        2,
        form=form,
        team=[(m, words.ROLES[m.role]) for m in queries.team_of(patient)],
        invitations=queries.open_invitations(request.user, now=clock.now()),
        inviters=queries.inviters_waiting(patient),
    )


def _invited(request: HttpRequest, patient: Patient, form: TeamForm) -> bool:
    for role, email in form.addresses():
        try:
            invitations.invite_to_team(
                patient,
                email=email,
                role=role,
                topics=InviteForm.usual(role),
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal, role)
            return False
    return True


def _sharing(request: HttpRequest, patient: Patient) -> HttpResponse:
    waiting = queries.open_invitations(request.user, now=clock.now())
    team = queries.team_of(patient)
    asked = [(offer, _offer_form(request, offer)) for offer in waiting]
    asked += [(member, _member_form(request, member)) for member in team]
    answer = {True: "yes", False: "no"}.get(patient.clinicians_may_talk)
    talk = TalkForm(_talk_data(request), initial={"answer": answer})
    forms: list[CareForm] = [form for _who, form in asked]
    forms += [talk] if talk.is_bound else []
    if request.method == "POST" and all(form.is_valid() for form in forms):
        _keep_sharing(request, patient, asked, talk)
        return _next(patient, 3)
    return _show(
        request, 3, asked=[_asked(who, form) for who, form in asked], talk=talk
    )


def _talk_data(request: HttpRequest) -> Any:
    # Left open is a fair answer, and means no (P9): nothing is written then.
    return request.POST if request.POST.get("answer") else None


def _offer_form(request: HttpRequest, offer: Any) -> TopicsForm:
    return TopicsForm(
        _data(request), initial={"topics": offer.topics}, prefix=f"o{offer.pk.hex[:8]}"
    )


def _member_form(request: HttpRequest, member: Any) -> TopicsForm:
    return TopicsForm(
        _data(request),
        initial={"topics": member.topics},
        prefix=f"m{member.pk.hex[:8]}",
    )


def _asked(who: Any, form: TopicsForm) -> dict[str, Any]:
    name = who.user.called if hasattr(who, "user") else who.email
    return {"name": name, "role": words.ROLES.get(who.role, ""), "form": form}


def _keep_sharing(
    request: HttpRequest, patient: Patient, asked: list[tuple[Any, Any]], talk: TalkForm
) -> None:
    now = clock.now()
    for who, form in asked:
        topics = form.cleaned_data["topics"]
        if hasattr(who, "user"):
            consents.share(who, topics=topics, by=request.user, now=now)
        else:
            invitations.choose_topics(who, topics=topics, by=request.user)
    if talk.is_bound:
        granted = talk.cleaned_data["answer"] == "yes"
        consents.let_clinicians_talk(patient, granted=granted, by=request.user, now=now)


def _medicines(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = MedicineForm(_data(request))
    if form.is_bound and form.is_valid() and _told(request, patient, form):
        again = "more" in request.POST and form.tells
        return redirect("home:welcome", step=4) if again else _next(patient, 4)
    told = Medication.objects.filter(patient=patient, state=Medication.State.REPORTED)
    return _show(request, 4, form=form, told=told.order_by("created_at"))


def _told(request: HttpRequest, patient: Patient, form: MedicineForm) -> bool:
    """Keep what she says she takes: no step and no dose of the plan follows from it."""
    if not form.tells:
        return True
    plan = plans.plan_of(patient)
    change = Change("reported_medicine", form.cleaned_data)
    by = By(request.user, access.PATIENT)  # type: ignore[arg-type]
    try:
        own_part.change(
            plan, by=by, changes=[change], base_number=plan.number, now=clock.now()
        )
    except DomainError as refusal:
        form.refuse(refusal, "name")
        return False
    return True


def _times(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = TimesForm(_data(request))
    if form.is_bound and form.is_valid():
        try:
            schedules.set_schedule(
                patient,
                kind=Kind.CHECKIN,
                wish=Wish(form.times(), words=_words(request)),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal, "first")
        else:
            return _next(patient, 5)
    return _show(request, 5, form=form)


def _words(request: HttpRequest) -> Words:
    # A discreet device belongs to somebody whose messages are to say nothing either.
    discreet = request.COOKIES.get("discreet") == "1"
    return Words.DISCREET if discreet else Words.PLAIN


def _people(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = PeopleForm(_data(request))
    if form.is_bound and form.is_valid() and _supporter(request, patient, form):
        answer = _next(patient, 6)
        if form.cleaned_data["leave"] in {"yes", "unsure"}:
            answer.set_cookie(
                "leave", "1", max_age=YEAR, secure=request.is_secure(), samesite="Lax"
            )
        return answer
    return _show(request, 6, form=form)


def _supporter(request: HttpRequest, patient: Patient, form: PeopleForm) -> bool:
    email = form.cleaned_data["supporter"]
    if not email:
        return True
    try:
        invitations.invite_to_team(
            patient,
            email=email,
            role=Role.SUPPORTER,
            topics=(),
            by=request.user,
            now=clock.now(),
        )
    except DomainError as refusal:
        form.refuse(refusal, "supporter")
        return False
    return True


STEPS: dict[int, Callable[[HttpRequest, Patient], HttpResponse]] = {
    1: _name,
    2: _team,
    3: _sharing,
    4: _medicines,
    5: _times,
    6: _people,
}
