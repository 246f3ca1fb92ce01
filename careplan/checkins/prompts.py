"""What can happen to one asking: answered, later, not today, late, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from careplan.checkins import reminders
from careplan.checkins.models import Prompt, Schedule
from careplan.checkins.queries import stopped_ways
from careplan.common.errors import DomainError
from careplan.common.identity import Identity, acting_as, link, system
from careplan.outbox import links, queue
from patients.models import User

MOST_SNOOZES = 3
SNOOZE = timedelta(minutes=30)
WAITING = (Prompt.State.ASKED, Prompt.State.EXPIRED)


class LinkOver(DomainError):
    """Used, expired, or never ours: all three look the same to a stranger."""

    code = "link_over"
    sentence = _("This link has been used or has ended. You can sign in instead.")


class NoMoreLater(DomainError):
    code = "no_more_later"
    sentence = _("You can put this off three times. It is fine to leave it for today.")


class ClosesSoon(DomainError):
    code = "closes_soon"
    sentence = _("This closes before then. It is fine to leave it for today.")


class NoWayOpen(DomainError):
    code = "no_way_open"
    sentence = _(
        "You have stopped these messages, so we cannot ask again. You can answer now,"
        " or start them again after signing in."
    )


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What a link's secret stands for, and what is needed to write an answer down.
    None of it is for showing."""

    patient_id: UUID
    prompt_id: UUID
    expires_at: datetime
    kind: str
    user_id: UUID
    zone: str
    scale: str
    country: str

    @property
    def identity(self) -> Identity:
        """Whoever holds the link: that patient, limited to this act."""
        return link(self.patient_id, "checkin")


def resolve(secret: str, *, now: datetime) -> OpenLink:
    """Say what a link is, before anyone is signed in. Changes nothing. Refuses a link
    that is used, over, or unknown with one and the same sentence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.resolve_link(%s)", [links.hash_of(secret)])
        row = cursor.fetchone()
    if row is None:
        raise LinkOver
    patient_id, _act, expires_at, prompt_id, used_at, *needed = row
    if used_at is not None or now >= expires_at:
        raise LinkOver
    return OpenLink(patient_id, prompt_id, expires_at, *needed)


@transaction.atomic
def use(opened: OpenLink, *, now: datetime) -> Prompt:
    """Use the link up. Of any number of simultaneous tries exactly one succeeds: the
    others wait for its row, then find it used. Call it in the transaction that saves."""
    with acting_as(opened.identity):
        taken = Prompt.objects.filter(
            pk=opened.prompt_id, link_used_at=None, state__in=WAITING
        ).update(link_used_at=now)
        if not taken:
            raise LinkOver
        return Prompt.objects.get(pk=opened.prompt_id)


@transaction.atomic(savepoint=False)
def answer(prompt: Prompt, *, now: datetime) -> None:
    """The person answered, by whatever way. Late when its stated hour had passed; then
    it counts all the same. What is still queued for it is cancelled."""
    taken = Prompt.objects.filter(pk=prompt.pk, state__in=WAITING).update(
        state=Prompt.State.ANSWERED, answered_at=now, late=now > prompt.answer_by
    )
    if taken:
        _cancel_what_is_queued(prompt, reason="answered", now=now)


@transaction.atomic(savepoint=False)
def not_today(prompt: Prompt, *, now: datetime) -> None:
    """The person would rather not today. That is an answer, and nobody is told off."""
    taken = Prompt.objects.filter(pk=prompt.pk, state__in=WAITING).update(
        state=Prompt.State.SKIPPED, because="not today"
    )
    if taken:
        _cancel_what_is_queued(prompt, reason="not today", now=now)


@transaction.atomic(savepoint=False)
def snooze(prompt: Prompt, *, now: datetime) -> datetime:
    """Ask again in half an hour; three times at most, and never after its stated hour.
    Gives the time. The link stays the same and stays usable. Refuses what is closed,
    and to promise a message where the person has stopped every way."""
    if prompt.state not in WAITING:
        raise LinkOver
    again = now + SNOOZE
    if again >= prompt.answer_by:
        raise ClosesSoon
    taken = Prompt.objects.filter(
        pk=prompt.pk, state=Prompt.State.ASKED, snoozes__lt=MOST_SNOOZES
    ).update(snoozes=F("snoozes") + 1)
    if not taken:
        raise NoMoreLater
    _cancel_what_is_queued(prompt, reason="later", now=now)
    _ask_again(prompt, again, now)
    return again


def _ask_again(prompt: Prompt, again: datetime, now: datetime) -> None:
    prompt.refresh_from_db(fields=["snoozes"])
    schedule = Schedule.objects.get(pk=prompt.schedule_id)
    user = User.objects.get(pk=schedule.user_id)
    channel = _first_open(schedule)
    words = reminders.words_for(prompt.kind, channel, user.language, schedule.words)
    attempt = f"later{prompt.snoozes}:{prompt.kind}"
    queue.enqueue_many(
        [
            queue.NewMessage(
                recipient_id=user.pk,
                channel=channel,
                kind=prompt.kind,
                subject=words.subject,
                body=words.body,
                dedupe_key=reminders.dedupe_key(prompt.notice, channel, attempt),
                due_at=again,
                expires_at=prompt.answer_by,
                patient_id=prompt.patient_id,
                about=(reminders.tag_of(prompt.notice),),
                link_ref=prompt.pk if prompt.link_hash else None,
                stoppable=True,
            )
        ],
        now=now,
    )


def _first_open(schedule: Schedule) -> str:
    """The first way of the person's that she has not stopped. What was stopped is not
    the link's to read, so the tick looks: it picks the way of every other message."""
    with acting_as(system("tick")):
        stopped = stopped_ways(schedule)
    ways = [way for way in schedule.channels if way not in stopped]
    if not ways:
        raise NoWayOpen
    return ways[0]


def _cancel_what_is_queued(prompt: Prompt, *, reason: str, now: datetime) -> None:
    """Unless something else of the same slot is still open: that must be asked."""
    others = Prompt.objects.filter(
        patient_id=prompt.patient_id, notice=prompt.notice, state=Prompt.State.ASKED
    ).exclude(pk=prompt.pk)
    if not others.exists():
        queue.cancel(reminders.tag_of(prompt.notice), reason=reason, now=now)
