"""What waits for the person, at most one thing at a time, and the next visit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careplan.common import clock
from careplan.outbox.addresses import ways_that_fail
from careplan.plan import restart
from careplan.plan.models import Proposal, Visit
from careplan.plan.queries import with_team
from journal import checklists, measures, restarts, safety, shown, stock
from journal.medicines import Medicine
from patients import emergency
from patients.models import Patient, Role, User

READ_FIRST = dt.timedelta(hours=24)  # she reads the brief before the visit (N10)
ASKED = (Proposal.State.PROPOSED, Proposal.State.QUESTION, Proposal.State.AGREED)

# What was started at once for safety is in the plan already, and still asks (L6).
STANDS = Q(state__in=ASKED) | Q(state=Proposal.State.APPLIED, for_safety=True)


@dataclass(frozen=True, slots=True)
class Card:
    """One card that leads somewhere."""

    title: str
    text: str
    url: str
    icon: str
    kind: str = ""


def suggestion(patient: Patient, reader: User) -> Card | None:
    """Give the oldest suggestion that this reader has not answered."""
    row = (
        Proposal.objects.filter(STANDS, patient=patient)
        .exclude(proposer=reader)
        .exclude(responses__user=reader, responses__taken_back_at=None)
        .select_related("proposer")
        .order_by("sent_at")
        .first()
    )
    if row is None:
        return None
    title = _("A change to your plan is suggested")
    text = _("From {name}. Nothing changes unless you agree.")
    if row.for_safety:
        title = _("A change was started for safety")
        text = _("From {name}. Read why, and say what you think.")
    return Card(
        title=title,
        text=text.format(name=row.proposer.called),
        url=reverse("plan:proposal", args=[patient.pk, row.pk]),
        icon="step",
        kind="attend",
    )


def cannot_be_reached(patient: Patient) -> Card | None:
    """Say that messages come back, where a person looks each day (C5, C6)."""
    if not ways_that_fail(patient.user):
        return None
    return Card(
        title=_("We could not reach you"),
        text=_("Messages to you come back. See what you can do."),
        url=reverse("checkins:reminders"),
        icon="info",
    )


def opened_in_an_emergency(patient: Patient, *, now: dt.datetime) -> Card | None:
    """Say that somebody opened the record in an emergency (B5). It is no task of hers,
    and takes the place of none."""
    use = emergency.to_tell(patient, now=now)
    if use is None:
        return None
    title = _("{name} opened your record in an emergency")
    return Card(
        title=title.format(name=use.user.called),
        text=_("Read why, and what they looked at."),
        url=reverse("patients:sharing") + "#emergency",
        icon="info",
    )


def how_are_you(patient: Patient, *, now: dt.datetime) -> Card | None:
    """Give the way to say how one is now, after an answer that needed help."""
    moment = safety.to_ask_again(patient.pk, now=now)
    if moment is None:
        return None
    return Card(
        title=_("How are you now?"),
        text=_("We ask once more, because of what you told us."),
        url=reverse("journal:support_after", args=[moment.pk]),
        icon="help",
        kind="support",
    )


def new_dose(
    patient: Patient, medicines: Sequence[Medicine], *, now: dt.datetime
) -> Card | None:
    """Say which dose is new from today, as agreed and released; it computes nothing."""
    today = clock.local_date(now, patient.time_zone)
    row = next((m for m in medicines if _is_new(m, today)), None)
    if row is None:
        return None
    return Card(
        title=_("From today: {medicine} {dose}").format(
            medicine=row.name, dose=row.dose_text
        ),
        text=_("Read how to take it and what you may notice."),
        url=reverse("plan:medicine", args=[patient.pk, row.id]),
        icon="step",
        kind="attend",
    )


def _is_new(medicine: Medicine, today: dt.date) -> bool:
    step = medicine.current
    return step is not None and step.amount > 0 and step.started_on == today


def to_fill_in(
    patient: Patient, medicines: Sequence[Medicine], *, now: dt.datetime
) -> Card | None:
    """Give the form that is due longest, else the checklist of a medicine."""
    today = clock.local_date(now, patient.time_zone)
    return _form(patient, today) or _checklist(patient, medicines, today)


def _form(patient: Patient, today: dt.date) -> Card | None:
    row = measures.next_due(patient.pk, today=today)
    if row is None:
        return None
    return Card(
        title=_("A form is waiting"),
        text=_("{name}, {n} questions.").format(name=row.name, n=row.questions),
        url=reverse("journal:measure", args=[row.code]),
        icon="table",
    )


def _checklist(
    patient: Patient, medicines: Sequence[Medicine], today: dt.date
) -> Card | None:
    if not checklists.due(medicines, [], today=today):
        return None
    filled = checklists.of_patient(patient.pk)
    row = next(iter(checklists.due(medicines, filled, today=today)), None)
    if row is None:
        return None
    when = _("before your first dose") if row.due_on > today else _("so far")
    return Card(
        title=_("A short checklist"),
        text=_("{medicine}: what you notice {when}.").format(
            medicine=row.name, when=when
        ),
        url=reverse("journal:checklist", args=[row.medication_id, row.week]),
        icon="check",
    )


def after_a_gap(
    patient: Patient, medicines: Sequence[Medicine], *, now: dt.datetime
) -> Card | None:
    """Give the medicine that is not started again alone after a gap (case 106)."""
    row = restarts.to_ask_about(patient.pk, medicines, now=now)
    if row is None:
        return None
    return Card(
        title=_("Before your next dose: {name}").format(name=row.name),
        text=_(restart.PATIENT_TEXT),
        url=reverse("plan:medicine", args=[patient.pk, row.id]),
        icon="phone",
        kind="attend",
    )


def running_low(patient: Patient, *, now: dt.datetime) -> Card | None:
    """Give the medicine that runs out first, at the lead time the person chose (R6)."""
    today = clock.local_date(now, patient.time_zone)
    lasting = stock.left(patient.pk, today=today)
    found = next((one for one in lasting if one.wants_looking_at), None)
    if found is None:
        return None
    if found.is_out_of_date:
        return _count_again(patient, found)
    days = found.refill.days_left
    text = ngettext(
        "By what you logged, they last {n} more day. It is time to ask for more.",
        "By what you logged, they last {n} more days. It is time to ask for more.",
        days,
    )
    return Card(
        title=_("Your tablets run low: {name}").format(name=found.medication.name),
        text=text.format(n=days),
        url=reverse("plan:stock", args=[patient.pk, found.medication.pk]),
        icon="check",
        kind="attend",
    )


def _count_again(patient: Patient, found: stock.Left) -> Card:
    """Nothing is guessed after a change of dose: the tablets are counted anew."""
    return Card(
        title=_("Count your tablets again: {name}").format(name=found.medication.name),
        text=_(
            "Your dose changed since you counted. We cannot say how long they last."
        ),
        url=reverse("plan:stock", args=[patient.pk, found.medication.pk]),
        icon="check",
    )


def next_visit(patient: Patient, *, now: dt.datetime) -> Card | None:
    """Give the next planned visit, by the clock where the patient lives."""
    row = (
        with_team(
            Visit.objects.filter(
                patient=patient, state=Visit.State.PLANNED, starts_at__gte=now
            )
        )
        .select_related("clinician")
        .order_by("starts_at")
        .first()
    )
    if row is None:
        return None
    day = date_format(row.starts_at.astimezone(ZoneInfo(patient.time_zone)), "l j F")
    is_therapy = row.role == Role.THERAPIST
    words = _("Therapy with {name}") if is_therapy else _("Visit with {name}")
    text = f"{day}, {shown.clock_words(row.starts_at, patient.time_zone)}"
    is_on_team: bool = row.is_on_team  # type: ignore[attr-defined]  # with_team's
    is_near = is_on_team and row.starts_at - now <= READ_FIRST
    if is_near:
        text += ". " + _("Read first what {name} will see.").format(
            name=row.clinician.called
        )
    return Card(
        title=words.format(name=row.clinician.called),
        text=text,
        url=f"/visits/{row.pk}/brief/" if is_near else "/visits/",
        icon="calendar",
    )
