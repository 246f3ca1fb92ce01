"""Sharing and privacy: the patient decides, person by person. Mock-up 12."""

import csv
import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from careplan.common import clock
from careplan.common.errors import DomainError
from patients import (
    access,
    consents,
    emergency,
    invitations,
    people,
    queries,
    succession,
    words,
)
from patients.export import harmless
from patients.forms.sharing import InviteForm, ReceiptsForm, TalkForm, TopicsForm
from patients.models import CareTeamMember, Invitation, Patient, Role


def _own(request: HttpRequest) -> Patient:
    return access.own_patient(access.actor_of(request))


def _member(request: HttpRequest, patient: Patient, member_id: UUID) -> CareTeamMember:
    active = CareTeamMember.objects.filter(patient=patient, state="active")
    member = active.select_related("user").filter(pk=member_id).first()
    if member is None:
        raise Http404
    member.patient = patient
    return member


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show each person, what they see and do not see, and who looked."""
    patient = _own(request)
    team = queries.team_of(patient)
    clinicians = [m for m in team if m.role in access.ACTS and m.role != Role.SUPPORTER]
    now, emergencies = clock.now(), emergency.uses_of(patient)
    context = {
        "patient": patient,
        "people": [_card(member) for member in team],
        "clinicians": clinicians,
        "looks": queries.who_looked(patient, limit=3),
        "invitations": queries.open_invitations(patient.user, now=now),
        "inviters": queries.inviters_waiting(patient),
        "leavers": succession.offers(patient),
        "emergencies": emergencies,
        "open_now": {use.pk for use in emergencies if use.is_open_at(now)},
        "receipts": ReceiptsForm(initial={"on": patient.review_receipts}),
    }
    return render(request, "patients/sharing.html", context)


def _who(member: CareTeamMember) -> dict[str, Any]:
    return {"role": words.ROLES[member.role], "short": words.short_name(member.user)}


def _card(member: CareTeamMember) -> dict[str, Any]:
    return {
        "member": member,
        "short": words.short_name(member.user),
        "role": words.ROLES[member.role],
        "sees": words.sees(member),
        "hidden": words.hidden(member),
    }


@login_required
def change(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Change what one person sees; it acts on their next request."""
    patient = _own(request)
    member = _member(request, patient, member_id)
    # Nothing ticked posts no field at all, and is an answer.
    form = TopicsForm.of(member, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        topics = form.cleaned_data["topics"]
        consents.share(member, topics=topics, by=request.user, now=clock.now())
        messages.success(request, _("Saved. The change starts at once."))
        return redirect("patients:sharing")
    context = {"member": member, "form": form, **_who(member)}
    return render(request, "patients/sharing_change.html", context)


@login_required
def stop(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Say what stopping means, three things; then stop."""
    patient = _own(request)
    member = _member(request, patient, member_id)
    if request.method == "POST":
        people.end_membership(member, by=request.user, now=clock.now())
        messages.success(request, _stopped(member))
        return redirect("patients:sharing")
    context = {"member": member, "open_until": _open_until(member), **_who(member)}
    return render(request, "patients/sharing_stop.html", context)


@login_required
def successor(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Ask whether to go on with the one named after a clinician who leaves."""
    patient = _own(request)
    left = {member.pk: member for member in succession.waiting(patient)}
    if member_id not in left:
        raise Http404
    member = left[member_id]
    member.patient = patient
    form = TopicsForm.of(member, request.POST if request.method == "POST" else None)
    if request.method == "POST" and "not_now" in request.POST:
        succession.decline(member, by=request.user, now=clock.now())
        messages.success(request, _("Saved. Nothing changes. You can still say yes."))
        return redirect("patients:sharing")
    if request.method == "POST" and form.is_valid():
        topics = form.cleaned_data["topics"]
        succession.accept(member, topics=topics, by=request.user, now=clock.now())
        messages.success(request, _("Saved. They can see what you chose."))
        return redirect("patients:sharing")
    named = member.clinician.successor if member.clinician else None
    context = {"member": member, "form": form, "successor": named, **_who(member)}
    return render(request, "patients/sharing_successor.html", context)


def _stopped(member: CareTeamMember) -> str:
    who = {"who": words.short_name(member.user)}
    if _open_until(member):
        return _still_open() % who
    return (
        _(
            "You stopped sharing with %(who)s. They cannot see your record from now on. Notes"
            " they already wrote stay in their own files. You can share again at any time."
        )
        % who
    )


def _open_until(member: CareTeamMember) -> dt.datetime | None:
    """Give the end of an emergency hour of theirs that is under way, or None."""
    uses, now = emergency.uses_of(member.patient), clock.now()
    hours = (use for use in uses if use.user_id == member.user_id)
    return next((use.ends_at for use in hours if use.is_open_at(now)), None)


def _still_open() -> str:
    # The hour does not hang on sharing (decisions 24), so the page must not deny it.
    return _(
        "You stopped sharing with %(who)s. They opened your record in an emergency: until"
        " that ends they can still read it, and then no more. Notes they already wrote"
        " stay in their own files. You can share again at any time."
    )


@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by e-mail, with the topics chosen."""
    patient = _own(request)
    role = request.GET.get("role", "")
    role = role if role in Role.values else Role.THERAPIST
    usual = {"role": role, "topics": InviteForm.usual(role)}
    form = InviteForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite_to_team(
                patient, **form.cleaned_data, by=request.user, now=clock.now()
            )
        except DomainError as refusal:
            form.refuse(refusal, "email")
        else:
            said = _("We sent an invitation to %(email)s. It works for 7 days.")
            messages.success(request, said % form.cleaned_data)
            return redirect("patients:sharing")
    return render(request, "patients/sharing_invite.html", {"form": form})


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take back an invitation that nobody has used yet."""
    _own(request)
    offer = get_object_or_404(Invitation, pk=invitation_id, invited_by=request.user)
    try:
        invitations.withdraw(offer, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("The invitation is taken back."))
    return redirect("patients:sharing")


@login_required
def add(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Share with a clinician who invited the patient."""
    patient = _own(request)
    asked = {user.pk: user for user in queries.inviters_waiting(patient)}
    if user_id not in asked:
        raise Http404
    clinician = invitations.verified_posts(asked[user_id]).select_related().first()
    if clinician is None:
        raise Http404
    usual = {"topics": InviteForm.usual(clinician.profession)}
    form = TopicsForm(request.POST if request.method == "POST" else None, initial=usual)
    if request.method == "POST" and form.is_valid():
        people.join_team(
            patient,
            clinician.user,
            role=clinician.profession,
            clinician=clinician,
            topics=form.cleaned_data["topics"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, _("Saved. They can see what you chose."))
        return redirect("patients:sharing")
    context = {"who": clinician.user, "form": form, "clinician": clinician}
    return render(request, "patients/sharing_add.html", context)


@login_required
def talk(request: HttpRequest) -> HttpResponse:
    """Answer whether the clinicians may talk with each other (P9)."""
    patient = _own(request)
    now_is = {True: "yes", False: "no", None: None}[patient.clinicians_may_talk]
    data = request.POST if request.method == "POST" else None
    form = TalkForm(data, initial={"answer": now_is})
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["answer"] == "yes"
        consents.let_clinicians_talk(
            patient, granted=granted, by=request.user, now=clock.now()
        )
        messages.success(request, _("Saved. The change starts at once."))
        return redirect("patients:sharing")
    return render(request, "patients/sharing_talk.html", {"form": form})


@login_required
@require_POST
def receipts(request: HttpRequest) -> HttpResponse:
    """Switch review receipts on or off (N16)."""
    patient = _own(request)
    patient.review_receipts = bool(request.POST.get("on"))
    patient.save(update_fields=["review_receipts"])
    messages.success(request, _("Saved."))
    return redirect("patients:sharing")


@login_required
@require_GET
def looked(request: HttpRequest) -> HttpResponse:
    """Show who looked, in plain sentences, by person and period; or as a CSV file."""
    patient = _own(request)
    viewers = queries.viewers_of(patient)
    chosen = _chosen(request.GET.get("who", ""), {str(v.pk): v.pk for v in viewers})
    days = _chosen(request.GET.get("days", ""), {"7": 7, "30": 30, "365": 365})
    since = queries.today_of(patient) - dt.timedelta(days=days) if days else None
    if request.GET.get("as") == "csv":
        return _csv(queries.who_looked(patient, viewer=chosen, since=since))
    looks = queries.who_looked(patient, viewer=chosen, since=since, limit=200)
    context = {
        "patient": patient,
        "looks": looks,
        "viewers": viewers,
        "chosen": chosen,
        "days": days,
    }
    return render(request, "patients/looked.html", context)


def _chosen(text: str, allowed: dict[str, Any]) -> Any:
    return allowed.get(text)


def _csv(looks: list[queries.Look]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="who-looked.csv"'
    rows = csv.writer(response)
    rows.writerow([_("When (UTC)"), _("Who"), _("Role"), _("What"), _("Why")])
    for look in looks:
        when = look.when.strftime("%Y-%m-%d %H:%M:%S")
        rows.writerow([when, *map(harmless, (look.who, look.role, look.did, look.why))])
    return response
