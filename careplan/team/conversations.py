"""Conversations: the patient with the team, or the clinicians about one patient.

The first is read by the patient and every clinician on the team. The second needs the
patient's yes to talking, and the patient may read it: it is part of the record.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.team import notices
from careplan.team.concerns import PATIENT, MayNotTalk
from careplan.team.models import Conversation, Post, ReadUpTo
from patients.models import CLINICAL_ROLES, CareTeamMember, Patient, User

Kind = Conversation.Kind


class NothingWritten(DomainError):
    """There are no words to send."""

    code = "nothing_written"
    sentence = _("Write your message first.")


class NotYours(DomainError):
    """The patient reads this thread, and does not write in it."""

    code = "not_yours"
    sentence = _("Your clinicians write here. You can read it.")


@transaction.atomic
def start(
    *,
    patient: Patient,
    by: User,
    role: str,
    kind: str,
    subject: str,
    text: str,
    now: dt.datetime,
) -> Conversation:
    """Begin a thread with its first message."""
    _require_place(patient, role, kind)
    _require_words(text)
    thread = Conversation(
        patient=patient,
        kind=Kind(kind),
        subject=subject.strip(),
        started_by=by,
        last_post_at=now,
    )
    thread.save(force_insert=True)
    _write(thread, by, role, text, now)
    return thread


@transaction.atomic
def write(
    thread: Conversation, *, by: User, role: str, text: str, now: dt.datetime
) -> Post:
    """Add a message. Refuses empty words, and a thread that is not one's own."""
    _require_place(thread.patient, role, thread.kind)
    _require_words(text)
    thread.last_post_at = now
    thread.save(update_fields=["last_post_at"])
    return _write(thread, by, role, text, now)


def _write(
    thread: Conversation, by: User, role: str, text: str, now: dt.datetime
) -> Post:
    post = Post(
        patient=thread.patient,
        conversation=thread,
        kind=thread.kind,
        author=by,
        author_role=role,
        text=text,
        written_at=now,
    )
    post.save(force_insert=True)
    mark_read(thread, by=by, now=now)
    for reader in readers(thread.patient, thread.kind):
        if reader.pk != by.pk:
            about = f"thread:{thread.pk}"
            notices.waits(reader, thread.patient, about=about, now=now)
    return post


def readers(patient: Patient, kind: str) -> list[User]:
    """Give who reads a thread and is told of it: for the team, the patient too."""
    members = CareTeamMember.objects.filter(
        patient=patient,
        state=CareTeamMember.State.ACTIVE,
        role__in=CLINICAL_ROLES,
        user__is_active=True,
    )
    clinicians = [m.user for m in members.select_related("user").order_by("joined_at")]
    return [patient.user, *clinicians] if kind == Kind.TEAM else clinicians


@transaction.atomic
def mark_read(thread: Conversation, *, by: User, now: dt.datetime) -> None:
    """Keep how far `by` has read. Nobody else ever sees it."""
    mark, is_new = ReadUpTo.objects.get_or_create(
        conversation=thread,
        user=by,
        defaults={"patient_id": thread.patient_id, "read_at": now},
    )
    if not is_new:
        mark.read_at = now
        mark.save(update_fields=["read_at"])


def _require_place(patient: Patient, role: str, kind: str) -> None:
    if kind == Kind.TEAM:
        return
    if role == PATIENT:
        raise NotYours
    if not patient.clinicians_may_talk:
        raise MayNotTalk(name=patient.called)


def _require_words(text: str) -> None:
    if not text.strip():
        raise NothingWritten
