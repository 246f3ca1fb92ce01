"""Alerts: raised by a rule, owned by one person, closed only with a note.

Whoever is told was chosen by the patient before (clinical.md 9.7), else the usual
order of `OWNER_ORDER`. An alert passes to the next person when nobody took it in
time. Nothing here ever says that somebody is watching.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, system
from careplan.team.models import Alert, AlertChoice, AlertRecipient, Level
from patients.models import CareTeamMember, Patient, Role, User
from patients.topics import Topic

# Minutes until an untaken alert passes on [clinical.md 9.3: default 30 in hours].
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


def told(patient: Patient) -> list[CareTeamMember]:
    """Give the clinicians an alert about this patient goes to, the owner first.

    Only members whose consent opens safety are told; with none of them the list is
    empty, and the page must not promise anything.
    """
    with acting_as(system("escalate")), transaction.atomic():
        members = list(
            CareTeamMember.objects.filter(
                patient=patient,
                state=CareTeamMember.State.ACTIVE,
                role__in=OWNER_ORDER,
                topics__contains=[Topic.SAFETY],
                user__is_active=True,
            ).select_related("user", "clinician__organisation")
        )
        choice = AlertChoice.objects.filter(patient=patient).order_by("-chosen_at")
        chosen = choice.values_list("owner_id", flat=True).first()
    members.sort(key=lambda m: (m.user_id != chosen, OWNER_ORDER.index(Role(m.role))))
    return members


@transaction.atomic
def raise_alert(
    *,
    patient: Patient,
    level: str,
    ground: str,
    label: str,
    exact: str,
    now: dt.datetime,
) -> Alert | None:
    """Tell the team. The same `ground` is raised once while it is open.

    Returns None when nobody may be told; then nothing was sent to anyone.
    """
    members = told(patient)
    if not members:
        return None
    with acting_as(system("escalate")):
        open_one = Alert.objects.filter(patient=patient, ground=ground).exclude(
            state=Alert.State.DONE
        )
        if (alert := open_one.first()) is not None:
            return _raise_level(alert, Level(level))
        return _open(patient, Level(level), ground, label, exact, members, now)


def _raise_level(alert: Alert, level: Level) -> Alert:
    order = list(Level)
    if order.index(level) < order.index(Level(alert.level)):
        alert.level = level
        alert.save(update_fields=["level"])
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
    wait = PASS_ON_AFTER[level]
    alert = Alert(
        patient=patient,
        level=level,
        ground=ground,
        label=label,
        exact=exact,
        owner=members[0].user,
        raised_at=now,
        escalate_at=now + wait if wait and len(members) > 1 else None,
    )
    alert.save(force_insert=True)
    AlertRecipient.objects.bulk_create(
        AlertRecipient(patient=patient, alert=alert, user=member.user, told_at=now)
        for member in members
    )
    return alert


@transaction.atomic
def take(alert: Alert, *, by: User, now: dt.datetime) -> Alert:
    """Take an alert: from here on it is `by`'s. A second taker is told who was first."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if alert.state != Alert.State.OPEN and alert.taken_by_id != by.pk:
        raise AlreadyTaken(name=alert.taken_by.called, time=f"{alert.taken_at:%H:%M}")
    if alert.state == Alert.State.OPEN:
        alert.state, alert.taken_by, alert.taken_at = Alert.State.TAKEN, by, now
        alert.owner, alert.escalate_at = by, None
        alert.save(
            update_fields=["state", "taken_by", "taken_at", "owner", "escalate_at"]
        )
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
    """Hand each alert nobody took in time to the next person told. Counts them.

    Runs as the system; the last in the row keeps it.
    """
    with acting_as(system("escalate")):
        late = Alert.objects.select_for_update(skip_locked=True).filter(
            state=Alert.State.OPEN, escalate_at__lte=now
        )
        return sum(_pass_on(alert, now) for alert in late)


def _pass_on(alert: Alert, now: dt.datetime) -> int:
    row = list(alert.recipients.order_by("told_at", "created_at"))
    people = [recipient.user_id for recipient in row]
    at = people.index(alert.owner_id) if alert.owner_id in people else -1
    following = people[at + 1 :]
    wait = PASS_ON_AFTER[Level(alert.level)]
    alert.escalate_at = now + wait if wait and len(following) > 1 else None
    if following:
        alert.owner_id = following[0]
    alert.save(update_fields=["owner", "escalate_at"])
    return int(bool(following))
