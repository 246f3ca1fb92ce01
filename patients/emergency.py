"""Emergency access: reading one record for an hour, never silently (security.md B5).

Open only to clinicians who are or were on that record's team (decisions 24). It opens
reading, without what is private; the patient is told at once on the way that is safe
for her, every response names the reason in her list of who looked, and a second person
looks at it within three days.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.outbox import queue
from patients import access, letters
from patients.access import Actor
from patients.models import (
    CLINICAL_ROLES,
    AccessEvent,
    Administrator,
    CareTeamMember,
    ContactDetails,
    EmergencyAccess,
    Patient,
    User,
)
from patients.models.emergency import LASTS

SHORTEST_REASON = 20
REVIEW_WITHIN = dt.timedelta(hours=72)
TOLD_FOR = dt.timedelta(days=7)  # how long sending is tried
PART = "emergency"
CHANNELS = {"email": "email", "text": "sms", "any": ""}


class ReasonTooShort(DomainError):
    """Too short to be a reason that a second person can judge."""

    code = "reason_too_short"
    sentence = _("Write why you need to read this now, in 20 characters or more.")


class AlreadyOpen(DomainError):
    """One emergency at a time: it ends by itself."""

    code = "already_open"
    sentence = _("You can read this record already. It ends by itself.")


class NotYours(DomainError):
    """A second person reviews, and only once."""

    code = "not_yours_to_review"
    sentence = _("Somebody else has to review this.")


def place_of(actor: Actor, patient_id: UUID) -> CareTeamMember | None:
    """Give the actor's clinical place on this team, the present one before past ones."""
    if actor.user is None or not actor.second_factor:
        return None
    places = CareTeamMember.objects.filter(
        user=actor.user,
        patient=patient_id,
        role__in=CLINICAL_ROLES,
        clinician__suspended_at=None,
        clinician__verified_at__isnull=False,
    )
    return places.order_by("state", "-joined_at").first()


def names_of_records() -> dict[UUID, str]:
    """Give the names behind the records this person is or was on the team of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id, name FROM app.records_once_open()")
        return dict(cursor.fetchall())


@transaction.atomic
def open_record(
    actor: Actor, place: CareTeamMember, *, reason: str, now: dt.datetime
) -> EmergencyAccess:
    """Open one record for reading, for 60 minutes; tell the patient and the reviewers.

    The caller has asked for the second factor again just now. Refuses a reason under
    20 characters, and a second opening while one is open. Writes the access row.
    """
    told = " ".join(reason.split())[:300]
    if len(told) < SHORTEST_REASON:
        raise ReasonTooShort
    if actor.user is None:
        raise AlreadyOpen
    # One at a time: a second press would open the hour twice and tell everybody twice.
    User.objects.select_for_update().get(pk=actor.user.pk)
    if open_now(actor, place.patient_id, now=now):
        raise AlreadyOpen
    opened = EmergencyAccess(
        patient_id=place.patient_id,
        member=place,
        user=actor.user,
        reason=told,
        opened_at=now,
        ends_at=now + LASTS,
        created_at=now,
    )
    opened.save(force_insert=True)
    patient = Patient.objects.select_related("user").get(pk=place.patient_id)
    access.seen(actor, patient, PART)
    _tell_patient(patient, opened, now)
    _tell_colleagues(patient, opened, now)
    return opened


def open_now(
    actor: Actor, patient_id: UUID, *, now: dt.datetime
) -> EmergencyAccess | None:
    """Give the actor's emergency on this record that has not ended."""
    mine = EmergencyAccess.objects.filter(user=actor.user, patient=patient_id)
    return mine.filter(closed_at=None, ends_at__gt=now).first()


@transaction.atomic
def close(opened: EmergencyAccess, *, now: dt.datetime) -> None:
    """End it before the hour is over. Who opened it does; ending twice does nothing."""
    if opened.closed_at is None:
        opened.closed_at = now
        opened.save(update_fields=["closed_at"])


def _tell_patient(patient: Patient, opened: EmergencyAccess, now: dt.datetime) -> None:
    """Queue neutral words on the safe way; "call" and "here" stand on her page only."""
    contact = ContactDetails.objects.filter(patient=patient).order_by("created_at")
    last = contact.last()
    safe = last.safe_channel if last else ContactDetails.Safe.EMAIL
    if safe in CHANNELS:
        channel = CHANNELS[safe] or queue.default_channel()
        _queue(patient.user, channel, "record-opened", opened, now)


def _tell_colleagues(
    patient: Patient, opened: EmergencyAccess, now: dt.datetime
) -> None:
    """Tell who may review it now, and once more when the review is overdue."""
    overdue = opened.opened_at + REVIEW_WITHIN
    for user in _reviewers(patient, opened):
        channel = queue.default_channel()
        _queue(user, channel, "review-waits", opened, now)
        _queue(user, channel, "review-overdue", opened, now, not_before=overdue)


def _reviewers(patient: Patient, opened: EmergencyAccess) -> list[User]:
    """Give the other clinicians of the team; with none, the service's operators."""
    members = CareTeamMember.objects.filter(
        patient=patient, state="active", role__in=CLINICAL_ROLES, user__is_active=True
    ).exclude(user=opened.user_id)
    found = [member.user for member in members.select_related("user")]
    operators = Administrator.objects.filter(organisation=None, user__is_active=True)
    others = operators.exclude(user__in=[opened.user_id, patient.user_id])
    return found or [post.user for post in others.select_related("user")]


def _review_tag(opened: EmergencyAccess) -> str:
    return f"emergency-review:{opened.pk}"


def _queue(
    to: User,
    channel: str,
    kind: str,
    opened: EmergencyAccess,
    now: dt.datetime,
    *,
    not_before: dt.datetime | None = None,
) -> None:
    with translation.override(to.language):
        write = letters.something_to_read
        letter = write(
            "/sharing/looked/" if kind == "record-opened" else "/c/emergency/"
        )
    queue.enqueue(
        recipient=to,
        channel=channel,
        kind=kind,
        subject=letter.subject,
        body=letter.body,
        dedupe_key=f"{kind}:{opened.pk}:{to.pk}",
        about=(_review_tag(opened) if not_before else f"emergency:{opened.pk}",),
        not_before=not_before,
        expires_at=(not_before or now) + TOLD_FOR,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Use:
    """One use, as the second person reads it. An operator reads no patient's name."""

    opened: EmergencyAccess
    who: str
    record: str
    review_by: dt.datetime
    overdue: bool
    looks: tuple[tuple[str, dt.datetime], ...]


def may_review(actor: Actor) -> bool:
    """Say whether the actor is somebody who may be asked to review: with the second
    factor, a clinician or an operator of the service."""
    if actor.user is None or not actor.second_factor:
        return False
    posts = actor.user.clinician_posts.filter(suspended_at=None)
    return (
        posts.exists()
        or actor.user.admin_posts.filter(organisation__isnull=True).exists()
    )


def to_review(actor: Actor, *, now: dt.datetime) -> list[Use]:
    """List the uses that wait for somebody other than who opened them, oldest first."""
    rows = _reviewable(actor).filter(reviewed_at=None).order_by("opened_at")
    waiting = list(rows)
    names = {one.pk: one.called for one in _patients(waiting)}
    seen = _looks(waiting)
    return [_use(one, names.get(one.patient_id, ""), seen, now) for one in waiting]


def _reviewable(actor: Actor) -> QuerySet[EmergencyAccess]:
    # Row security says whose: of one's own patients, or every one for an operator.
    if not may_review(actor):
        return EmergencyAccess.objects.none()
    own = Patient.objects.filter(user=actor.user).values("pk")
    uses = EmergencyAccess.objects.exclude(user=actor.user).exclude(patient__in=own)
    return uses.select_related("user")


def _patients(uses: Iterable[EmergencyAccess]) -> QuerySet[Patient]:
    ids = [one.patient_id for one in uses]
    return Patient.objects.filter(pk__in=ids).select_related("user")


def _looks(uses: Iterable[EmergencyAccess]) -> list[AccessEvent]:
    """Read what was looked at in all these uses: one statement for any number."""
    during = Q(pk__in=[])
    for one in uses:
        during |= Q(
            patient=one.patient_id,
            viewer=one.user_id,
            seen_at__gte=one.opened_at,
            seen_at__lte=one.ends_at,
        )
    events = AccessEvent.objects.filter(during, through=access.EMERGENCY)
    return list(events.order_by("seen_at"))


def _is_of(event: AccessEvent, use: EmergencyAccess) -> bool:
    same = (event.patient_id, event.viewer_id) == (use.patient_id, use.user_id)
    return same and use.opened_at <= event.seen_at <= use.ends_at


def _use(
    opened: EmergencyAccess, name: str, seen: list[AccessEvent], now: dt.datetime
) -> Use:
    by = opened.opened_at + REVIEW_WITHIN
    return Use(
        opened=opened,
        who=opened.user.name,
        record=name,
        review_by=by,
        overdue=now > by,
        looks=tuple((e.part, e.seen_at) for e in seen if _is_of(e, opened)),
    )


def use_for_review(actor: Actor, opened_id: UUID, *, now: dt.datetime) -> Use | None:
    """Give one use that waits and is this person's to review, or None."""
    one = _reviewable(actor).filter(pk=opened_id, reviewed_at=None).first()
    if one is None:
        return None
    names = [p.called for p in _patients(_reviewable(actor).filter(pk=one.pk))]
    return _use(one, names[0] if names else "", _looks([one]), now)


@transaction.atomic
def review(
    opened: EmergencyAccess, *, by: User, was_right: bool, words: str, now: dt.datetime
) -> None:
    """Record what a second person found. Refuses who opened it, and a second review.

    The row is locked, so that of two who answer at once the first one's words stay.
    """
    rows = EmergencyAccess.objects.select_for_update(of=("self",))
    opened = rows.get(pk=opened.pk)
    if opened.user_id == by.pk or opened.reviewed_at is not None:
        raise NotYours
    opened.reviewed_at, opened.reviewed_by = now, by
    opened.was_right, opened.review_words = was_right, words[:300]
    opened.save(
        update_fields=["reviewed_at", "reviewed_by", "was_right", "review_words"]
    )
    queue.cancel(_review_tag(opened), reason="reviewed", now=now)


def to_tell(patient: Patient, *, now: dt.datetime) -> EmergencyAccess | None:
    """Give the last use, for as long as we try to tell the patient of it, or None.

    Where no message is safe ("call", "here"), her own first page is the only way.
    """
    recent = EmergencyAccess.objects.filter(
        patient=patient, opened_at__gt=now - TOLD_FOR
    )
    return recent.select_related("user").order_by("opened_at").last()


def uses_of(patient: Patient) -> list[EmergencyAccess]:
    """Give every use of one record, the latest first, as the patient reads them."""
    uses = EmergencyAccess.objects.filter(patient=patient)
    return list(uses.select_related("user", "reviewed_by").order_by("-opened_at")[:20])
