"""Reading what people tell each other. The number of queries never follows the rows."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from careplan.team.concerns import OVERDUE_AFTER, is_overdue
from careplan.team.models import (
    Alert,
    Concern,
    ConcernNote,
    Conversation,
    HeadsUp,
    HeadsUpSeen,
    Level,
    Post,
    ReadUpTo,
    StoppingNotice,
)
from patients import sealed
from patients.models import CLINICAL_ROLES, CareTeamMember, Patient, Role, User
from patients.topics import Topic

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
HEADING = 60
STILL_NEWS = dt.timedelta(days=60)
UNFINISHED = (Concern.State.OPEN, Concern.State.ANSWERED)
LEVEL_ORDER = {Level.EMERGENCY: 0, Level.SAME_DAY: 1, Level.ROUTINE: 2}
DONE_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing addressed to somebody, with one obvious next act."""

    kind: str  # alert, concern, message, stopping, talking_point, heads_up
    id: UUID
    patient_id: UUID
    patient_name: str
    title: str
    url: str
    since: dt.datetime
    is_overdue: bool = False
    level: str = ""


def heading(text: str) -> str:
    """Give the first words of a question, cut at a word, as a heading."""
    first = text.strip().splitlines()[0] if text.strip() else _("A question")
    for mark in (". ", "? "):
        first = first.split(mark)[0] + (mark.strip() if mark in first else "")
    if len(first) <= HEADING:
        return first.removesuffix(".")
    return first[:HEADING].rsplit(" ", 1)[0] + "…"


# --- concerns ---------------------------------------------------------------------


def concerns_of(patient: Patient) -> list[Concern]:
    """Give the concerns the reader may see: unfinished first, the oldest on top."""
    rows = Concern.objects.filter(patient=patient)
    rows = rows.select_related("raised_by", "owner").order_by("-raised_at")[:200]
    found = sorted(
        rows, key=lambda c: (not c.is_open, c.raised_at if c.is_open else LONG_AGO)
    )
    for concern in found:
        concern.patient = patient
    return found


def notes_of(concern: Concern) -> list[ConcernNote]:
    """Give a concern's thread in the order it was written."""
    notes = ConcernNote.objects.filter(patient=concern.patient_id, concern=concern)
    return list(notes.select_related("author").order_by("written_at", "created_at"))


def clinicians_of(patient: Patient) -> list[CareTeamMember]:
    """Give the clinicians on the team, the prescriber first."""
    members = CareTeamMember.objects.filter(
        patient=patient,
        state=CareTeamMember.State.ACTIVE,
        role__in=CLINICAL_ROLES,
        user__is_active=True,
    )
    order = [Role.PRESCRIBER, Role.THERAPIST, Role.CARE_MANAGER]
    return sorted(
        members.select_related("user", "clinician__organisation"),
        key=lambda m: (order.index(Role(m.role)), m.joined_at),
    )


# --- conversations ----------------------------------------------------------------


def threads_of(patients: Collection[UUID], reader: User) -> list[Conversation]:
    """Give the threads of these records, the latest first, `.unread` on each."""
    rows = Conversation.objects.filter(patient__in=patients)
    rows = _with_unread(rows, reader).select_related("patient__user", "started_by")
    found = list(rows.order_by("-last_post_at")[:200])
    sealed.open_keys(thread.patient_id for thread in found)
    return found


def _with_unread(
    rows: QuerySet[Conversation, Conversation], reader: User
) -> QuerySet[Conversation, Conversation]:
    marks = ReadUpTo.objects.filter(conversation=OuterRef("pk"), user=reader)
    rows = rows.annotate(
        read_at=Coalesce(Subquery(marks.values("read_at")[:1]), Value(LONG_AGO))
    )
    newer = Post.objects.filter(
        conversation=OuterRef("pk"), written_at__gt=OuterRef("read_at")
    )
    return rows.annotate(unread=Exists(newer.exclude(author=reader)))


def posts_of(thread: Conversation) -> list[Post]:
    """Give a thread's messages in the order they were written."""
    posts = Post.objects.filter(patient=thread.patient_id, conversation=thread)
    return list(posts.select_related("author").order_by("written_at", "created_at"))


# --- alerts -----------------------------------------------------------------------


def open_alerts(patients: Collection[UUID]) -> list[Alert]:
    """Give the unfinished alerts of these records, the soonest first."""
    rows = _alerts(patients).exclude(state=Alert.State.DONE)
    return sorted(
        _opened(rows), key=lambda a: (LEVEL_ORDER[Level(a.level)], a.raised_at)
    )


def done_alerts(patients: Collection[UUID]) -> list[Alert]:
    """Give the latest closed alerts of these records."""
    rows = _alerts(patients).filter(state=Alert.State.DONE).order_by("-done_at")
    return _opened(rows[:DONE_SHOWN])


def _alerts(patients: Collection[UUID]) -> QuerySet[Alert, Alert]:
    rows = Alert.objects.filter(patient__in=patients)
    return rows.select_related("patient__user", "owner", "taken_by", "done_by")


def _opened(rows: Iterable[Alert]) -> list[Alert]:
    found = list(rows)
    sealed.open_keys(alert.patient_id for alert in found)
    return found


# --- heads-ups and stopping -------------------------------------------------------


def heads_ups_of(patient: Patient) -> list[tuple[HeadsUp, list[HeadsUpSeen]]]:
    """Give the heads-ups of a record, the latest first, each with its readings."""
    rows = list(HeadsUp.objects.filter(patient=patient).order_by("-posted_at")[:50])
    readings: dict[UUID, list[HeadsUpSeen]] = {row.pk: [] for row in rows}
    seen = HeadsUpSeen.objects.filter(patient=patient, heads_up__in=readings)
    for one in seen.select_related("user").order_by("seen_at"):
        readings[one.heads_up_id].append(one)
    for row in rows:
        row.patient = patient
    return [(row, readings[row.pk]) for row in rows]


def stopping_of(patient: Patient) -> list[StoppingNotice]:
    """Give the notices of stopping the reader may see, the latest first."""
    rows = StoppingNotice.objects.filter(patient=patient).select_related("answered_by")
    found = list(rows.order_by("-said_at")[:50])
    for row in found:
        row.patient = patient
    return found


def open_stopping(patients: Collection[UUID]) -> list[StoppingNotice]:
    """Give the notices of these records that nobody has answered, the oldest first."""
    rows = StoppingNotice.objects.filter(patient__in=patients, answered_at=None)
    return list(rows.select_related("patient__user").order_by("said_at"))


# --- what waits for somebody ------------------------------------------------------


def waiting_for(user: User, *, now: dt.datetime) -> list[Waiting]:
    """Give everything addressed to `user`, by need: alerts, then overdue, then age.

    Called with the user's own identity: what consent closed is not in it. A concern
    waits for its owner; two weeks old, it also shows for whoever raised it.
    """
    roles = _records_of(user)
    names = {pk: place.patient.user.name for pk, place in roles.items()}
    mine = Patient.objects.select_related("user").filter(user=user, closed_at=None)
    if own := mine.first():
        names[own.pk] = own.user.name
    sealed.open_keys(names)
    found = [
        *_alerts_waiting(user, _open_to(roles, Topic.SAFETY), names),
        *_concerns_waiting(user, names, now),
        *_threads_waiting(user, names),
        *_stopping_waiting(_open_to(roles, Topic.MEDICINES), names),
        *_heads_ups_waiting(user, _open_to(roles, Topic.MEDICINES), names, now),
        *_notes_waiting(user, _open_to(roles, Topic.MEDICINES), names, now),
    ]
    return sorted(found, key=_need)


def _need(one: Waiting) -> tuple[int, bool, dt.datetime]:
    rank = LEVEL_ORDER[Level(one.level)] if one.kind == "alert" else 3
    return rank, not one.is_overdue, one.since


def _records_of(user: User) -> dict[UUID, CareTeamMember]:
    places = CareTeamMember.objects.filter(
        user=user,
        state=CareTeamMember.State.ACTIVE,
        role__in=CLINICAL_ROLES,
        clinician__suspended_at=None,
    )
    return {p.patient_id: p for p in places.select_related("patient__user")}


def _open_to(
    roles: Mapping[UUID, CareTeamMember], topic: Topic
) -> dict[UUID, CareTeamMember]:
    return {p: place for p, place in roles.items() if topic.value in place.topics}


def _alerts_waiting(
    user: User, roles: Collection[UUID], names: dict[UUID, str]
) -> list[Waiting]:
    rows = Alert.objects.filter(patient__in=list(roles), owner=user)
    return [
        Waiting(
            kind="alert",
            id=row.pk,
            patient_id=row.patient_id,
            patient_name=names[row.patient_id],
            title=row.label,
            url=f"/c/safety/{row.pk}/",
            since=row.raised_at,
            level=row.level,
        )
        for row in rows.exclude(state=Alert.State.DONE)
    ]


def _concerns_waiting(
    user: User, names: dict[UUID, str], now: dt.datetime
) -> list[Waiting]:
    old = Q(raised_at__lt=now - OVERDUE_AFTER)
    rows = Concern.objects.filter(
        Q(owner=user, state=Concern.State.OPEN)
        | (Q(owner=user) & old)
        | (Q(raised_by=user) & old),
        patient__in=list(names),
        state__in=UNFINISHED,
    )
    return [
        Waiting(
            kind="concern",
            id=row.pk,
            patient_id=row.patient_id,
            patient_name=names[row.patient_id],
            title=heading(row.question),
            url=f"/p/{row.patient_id}/concerns/{row.pk}/",
            since=row.raised_at,
            is_overdue=is_overdue(row, now),
        )
        for row in rows
    ]


def _threads_waiting(user: User, names: dict[UUID, str]) -> list[Waiting]:
    rows = _with_unread(Conversation.objects.filter(patient__in=list(names)), user)
    return [
        Waiting(
            kind="message",
            id=row.pk,
            patient_id=row.patient_id,
            patient_name=names[row.patient_id],
            title=row.subject or _("A message"),
            url=f"/p/{row.patient_id}/messages/{row.pk}/",
            since=row.last_post_at,
        )
        for row in rows.filter(unread=True)  # type: ignore[misc]  # annotated above
    ]


def _stopping_waiting(
    roles: dict[UUID, CareTeamMember], names: dict[UUID, str]
) -> list[Waiting]:
    rows = StoppingNotice.objects.filter(patient__in=list(roles), answered_at=None)
    return [
        Waiting(
            kind="stopping"
            if roles[row.patient_id].role == Role.PRESCRIBER
            else "talking_point",
            id=row.pk,
            patient_id=row.patient_id,
            patient_name=names[row.patient_id],
            title=_("Thinking about stopping %(medicine)s")
            % {"medicine": row.medicine_label},
            url=f"/p/{row.patient_id}/heads-ups/#stopping",
            since=row.said_at,
        )
        for row in rows
    ]


def _heads_ups_waiting(
    user: User,
    roles: dict[UUID, CareTeamMember],
    names: dict[UUID, str],
    now: dt.datetime,
) -> list[Waiting]:
    mine = HeadsUpSeen.objects.filter(heads_up=OuterRef("pk"), user=user)
    therapists = [p for p, place in roles.items() if place.role != Role.PRESCRIBER]
    rows = HeadsUp.objects.filter(
        ~Exists(mine), patient__in=therapists, posted_at__gt=now - STILL_NEWS
    )
    return [
        _after_a_change("heads_up", row, row.label, row.posted_at, names)
        for row in rows
    ]


def _notes_waiting(
    user: User,
    roles: dict[UUID, CareTeamMember],
    names: dict[UUID, str],
    now: dt.datetime,
) -> list[Waiting]:
    """Give a prescriber what others noticed after a change, until it is read (N7)."""
    prescribers = [p for p, place in roles.items() if place.role == Role.PRESCRIBER]
    read = HeadsUpSeen.objects.filter(
        heads_up=OuterRef("heads_up"), user=user, seen_at__gte=OuterRef("noted_at")
    )
    rows = HeadsUpSeen.objects.filter(
        ~Exists(read), patient__in=prescribers, noted_at__gt=now - STILL_NEWS
    ).exclude(user=user)
    return [
        _after_a_change("noticed", row, row.heads_up.label, row.noted_at or now, names)
        for row in rows.select_related("heads_up")
    ]


def _after_a_change(
    kind: str,
    row: HeadsUp | HeadsUpSeen,
    title: str,
    since: dt.datetime,
    names: dict[UUID, str],
) -> Waiting:
    return Waiting(
        kind=kind,
        id=row.pk,
        patient_id=row.patient_id,
        patient_name=names[row.patient_id],
        title=title,
        url=f"/p/{row.patient_id}/heads-ups/",
        since=since,
    )
