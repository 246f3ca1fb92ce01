"""Alerts: raised by a rule, owned by one person, closed only with a note.

Whoever is told was chosen by the patient before (clinical.md 9.7), else the usual
order of `OWNER_ORDER`. An alert passes to the next person when nobody took it in
time. Nothing here ever says that somebody is watching.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.common.hours import ReplyHours
from careplan.common.identity import acting_as, system
from careplan.outbox import queue
from careplan.team import covers, notices
from careplan.team.models import Alert, AlertChoice, AlertRecipient, Level
from patients.models import CareTeamMember, Patient, Role, User
from patients.topics import Topic

# How long until an untaken alert passes on [clinical.md 9.3: default 30 minutes]. An
# emergency's clock never stops; any other is counted inside the owner's reply hours.
LONGEST = 4_000  # characters of an alert, however often an answer was changed
PASS_ON_AFTER = {
    Level.EMERGENCY: dt.timedelta(minutes=30),
    Level.SAME_DAY: dt.timedelta(hours=4),
    Level.ROUTINE: None,
}
OWNER_ORDER = (Role.PRESCRIBER, Role.THERAPIST, Role.CARE_MANAGER)


class AlreadyTaken(DomainError):
    """Somebody else took this alert first."""

    code = "already_taken"
    sentence = _("{name} took this at {time}.")


class NoteNeeded(DomainError):
    """An alert is closed with a word on what was done."""

    code = "note_needed"
    sentence = _("Write what was done, in a few words.")


class AlreadyDone(DomainError):
    """The alert was closed before."""

    code = "already_done"
    sentence = _("{name} closed this at {time}.")


class NotOnTeam(DomainError):
    """The person chosen cannot be told: not on the team, or not shown safety."""

    code = "not_on_team"
    sentence = _("Choose someone on your team who can see your safety plan.")


def told(
    patient: Patient, *, now: dt.datetime | None = None, first: str = ""
) -> list[CareTeamMember]:
    """Give the clinicians an alert about this patient goes to, the owner first.

    `first` is the role the plan names for this very thing: that comes before the
    patient's general choice.

    Only members whose consent opens safety are told; with none of them the list is
    empty, and the page must not promise anything. Who is away comes last, and the
    one who covers for the first stands in their place.
    """
    with acting_as(system("escalate")), transaction.atomic():
        members = list(_may_be_told(patient))
        choice = AlertChoice.objects.filter(patient=patient).order_by("-chosen_at")
        chosen = choice.values_list("owner_id", flat=True).first()
        away = covers.away_on(
            [member.user_id for member in members], now=now or clock.now()
        )
    members.sort(
        key=lambda m: (
            m.role != first,
            m.user_id != chosen,
            OWNER_ORDER.index(Role(m.role)),
        )
    )
    return _with_cover(members, away)


def _may_be_told(patient: Patient) -> QuerySet[CareTeamMember]:
    return CareTeamMember.objects.filter(
        patient=patient,
        state=CareTeamMember.State.ACTIVE,
        role__in=OWNER_ORDER,
        topics__contains=[Topic.SAFETY],
        user__is_active=True,
    ).select_related("user", "clinician__organisation")


def _with_cover(
    members: list[CareTeamMember], away: dict[UUID, UUID]
) -> list[CareTeamMember]:
    stands_in = away.get(members[0].user_id) if members else None
    return sorted(members, key=lambda m: (m.user_id in away, m.user_id != stands_in))


@transaction.atomic
def choose_owner(
    patient: Patient, *, owner: User, by: User, now: dt.datetime
) -> AlertChoice:
    """Keep whom the patient wants told first. Refuses who could not read it."""
    if owner.pk not in {member.user_id for member in told(patient, now=now)}:
        raise NotOnTeam
    choice = AlertChoice(patient=patient, owner=owner, chosen_at=now)
    choice.save(force_insert=True)
    return choice


def asks_for_the_safety_plan(alert: Alert) -> bool:
    """Whether closing it includes a look at the safety plan together.

    After an answer about self-harm, on a form or a diary card (clinical.md 9).
    """
    kind, _, rest = alert.ground.partition(":")
    return kind in {"measure", "sheet"} and not rest.endswith(":high")


@transaction.atomic
def raise_alert(
    *,
    patient: Patient,
    level: str,
    ground: str,
    label: str,
    exact: str,
    now: dt.datetime,
    first: str = "",
) -> Alert | None:
    """Tell the team. The same `ground` is raised once while it is open.

    `first` is the role that owns it by the plan. Returns None when nobody may be
    told; then nothing was sent to anyone.
    """
    members = told(patient, now=now, first=first)
    if not members:
        return None
    with acting_as(system("escalate")):
        open_one = Alert.objects.filter(patient=patient, ground=ground).exclude(
            state=Alert.State.DONE
        )
        if (alert := open_one.first()) is not None:
            _add_words(alert, exact)
            return _raise_level(alert, Level(level), now)
        return _open(patient, Level(level), ground, label, exact, members, now)


def _add_words(alert: Alert, exact: str) -> None:
    """Put the words said last on top; what was said before stays under them."""
    if alert.exact.startswith(exact):
        return
    before = gettext("Said before that:")
    alert.exact = f"{exact}\n\n{before}\n{alert.exact}"[:LONGEST]
    alert.save(update_fields=["exact"])


def _raise_level(alert: Alert, level: Level, now: dt.datetime) -> Alert:
    order = list(Level)
    if order.index(level) < order.index(Level(alert.level)):
        alert.level = level
        if alert.state == Alert.State.OPEN:
            members = told(alert.patient, now=now)
            soon = _due(level, members, alert.owner_id, now) or alert.escalate_at
            alert.escalate_at = min(filter(None, (soon, alert.escalate_at)))
        alert.save(update_fields=["level", "escalate_at"])
        notices.tell_owner(alert, now=now)
    return alert


def _open(
    patient: Patient,
    level: Level,
    ground: str,
    label: str,
    exact: str,
    members: Sequence[CareTeamMember],
    now: dt.datetime,
) -> Alert:
    alert = Alert(
        patient=patient,
        level=level,
        ground=ground,
        label=label,
        exact=exact,
        owner=members[0].user,
        raised_at=now,
        escalate_at=_due(level, members, members[0].user_id, now)
        if len(members) > 1
        else None,
    )
    alert.save(force_insert=True)
    AlertRecipient.objects.bulk_create(
        AlertRecipient(patient=patient, alert=alert, user=member.user, told_at=now)
        for member in members
    )
    notices.tell_owner(alert, now=now)
    return alert


def _due(
    level: Level, members: Sequence[CareTeamMember], owner_id: UUID, now: dt.datetime
) -> dt.datetime | None:
    """Say when it passes on if `owner_id` does not take it; None for never."""
    wait = PASS_ON_AFTER[level]
    if wait is None:
        return None
    hours = next((hours_of(m) for m in members if m.user_id == owner_id), None)
    if hours is None or level == Level.EMERGENCY:
        return now + wait
    return hours.after(now, wait)


def hours_of(member: CareTeamMember) -> ReplyHours | None:
    """Give the hours in which this member reads, as the practice has stated them."""
    return member.clinician.organisation.hours if member.clinician else None


@transaction.atomic
def take(alert: Alert, *, by: User, now: dt.datetime) -> Alert:
    """Take an alert: from here on it is `by`'s. A second taker is told who was first."""
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if alert.state == Alert.State.DONE:
        raise AlreadyDone(**_who(alert.done_by, alert.done_at, by))
    if alert.state == Alert.State.TAKEN and alert.taken_by_id != by.pk:
        raise AlreadyTaken(**_who(alert.taken_by, alert.taken_at, by))
    if alert.state == Alert.State.OPEN:
        alert.state, alert.taken_by, alert.taken_at = Alert.State.TAKEN, by, now
        alert.owner, alert.escalate_at = by, None
        alert.save(
            update_fields=["state", "taken_by", "taken_at", "owner", "escalate_at"]
        )
        queue.cancel(notices.tag_of(alert), reason="taken", now=now)
    return alert


def _who(who: User | None, at: dt.datetime | None, reader: User) -> dict[str, str]:
    time = f"{at.astimezone(ZoneInfo(reader.time_zone)):%H:%M}" if at else ""
    return {"name": who.called if who else "", "time": time}


@transaction.atomic
def give(alert: Alert, *, to: User, by: User, now: dt.datetime) -> Alert:
    """Hand a taken alert to somebody else on the team, who has to take it anew.

    Only its owner gives it away, and only to someone who may read it.
    """
    alert = take(alert, by=by, now=now)
    patient = alert.patient
    if to.pk == by.pk or to.pk not in {m.user_id for m in told(patient, now=now)}:
        raise NotOnTeam(gettext("Choose someone on the team who may read this."))
    with acting_as(system("escalate")):
        _hand(alert, to.pk, told(patient, now=now), now, more_follow=True)
    return alert


@transaction.atomic
def resolve(alert: Alert, *, by: User, note: str, now: dt.datetime) -> Alert:
    """Close an alert with a word on what was done. Refuses an empty note."""
    if not note.strip():
        raise NoteNeeded
    alert = take(alert, by=by, now=now)
    alert.state, alert.done_by, alert.done_at = Alert.State.DONE, by, now
    alert.done_note = note
    alert.save(update_fields=["state", "done_by", "done_at", "done_note"])
    return alert


@transaction.atomic
def pass_on(*, now: dt.datetime) -> int:
    """Hand on each alert that nobody took in time, or whose owner cannot act.

    An owner cannot act who left the team, lost sight of safety, or is away before
    having taken it. Runs as the system; the last in the row keeps it, and nothing
    closes by itself. Counts what changed hands.
    """
    with acting_as(system("escalate")):
        moved = sum(_pass_on(alert, now) for alert in _late(now))
        return moved + sum(_rescue(alert, now) for alert in _stranded(now))


def _late(now: dt.datetime) -> QuerySet[Alert]:
    late = Alert.objects.select_for_update(of=("self",), skip_locked=True)
    return late.select_related("patient__user").filter(
        state=Alert.State.OPEN, escalate_at__lte=now
    )


def _stranded(now: dt.datetime) -> list[Alert]:
    """Give the unfinished alerts of an owner who is away or cannot read them now."""
    can_read = CareTeamMember.objects.filter(
        patient=OuterRef("patient"),
        user=OuterRef("owner"),
        state=CareTeamMember.State.ACTIVE,
        topics__contains=[Topic.SAFETY],
        user__is_active=True,
    )
    unfinished = Alert.objects.select_for_update(of=("self",), skip_locked=True)
    unfinished = unfinished.select_related("patient__user").exclude(
        state=Alert.State.DONE
    )
    lost = list(unfinished.filter(~Exists(can_read)))
    waiting = list(unfinished.filter(Exists(can_read), state=Alert.State.OPEN))
    away = covers.away_on([alert.owner_id for alert in waiting], now=now)
    return lost + [alert for alert in waiting if alert.owner_id in away]


def _pass_on(alert: Alert, now: dt.datetime) -> int:
    had_it = _had_it(alert)
    following = [m for m in told(alert.patient, now=now) if m.user_id not in had_it]
    if not following:
        alert.escalate_at = None
        alert.save(update_fields=["escalate_at"])
        return 0
    to, more = following[0].user_id, len(following) > 1
    _hand(alert, to, following, now, more_follow=more)
    return 1


def _had_it(alert: Alert) -> set[UUID]:
    """Give who stands before the owner in the row of those told, the owner included."""
    row = list(alert.recipients.order_by("told_at", "created_at"))
    people = [recipient.user_id for recipient in row]
    if alert.owner_id not in people:
        return {alert.owner_id}
    return set(people[: people.index(alert.owner_id) + 1])


def _rescue(alert: Alert, now: dt.datetime) -> int:
    row = told(alert.patient, now=now)
    if not row or row[0].user_id == alert.owner_id:
        return 0
    _hand(alert, row[0].user_id, row, now, more_follow=len(row) > 1)
    return 1


def _hand(
    alert: Alert,
    to_id: UUID,
    members: Sequence[CareTeamMember],
    now: dt.datetime,
    *,
    more_follow: bool = False,
) -> None:
    due = _due(Level(alert.level), members, to_id, now)
    alert.state, alert.taken_by, alert.taken_at = Alert.State.OPEN, None, None
    alert.owner_id = to_id
    alert.escalate_at = due if more_follow else None
    fields = ["state", "taken_by", "taken_at", "owner", "escalate_at"]
    alert.save(update_fields=fields)
    new = AlertRecipient(
        patient_id=alert.patient_id, alert=alert, user_id=to_id, told_at=now
    )
    AlertRecipient.objects.bulk_create([new], ignore_conflicts=True)
    notices.tell_owner(alert, now=now)
