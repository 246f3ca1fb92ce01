"""Concerns: a question about one treatment, raised from the other (N6).

Allowed only while the patient lets their clinicians talk; a question nobody answered
is a no. Each has an owner and an end: a version of the plan, or a stated reason why
nothing changes. The patient reads, and may write, the same words.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.team import notices
from careplan.team.models import Concern, ConcernNote
from patients.models import Patient, User

PATIENT = "patient"
# Older than this without an end, it surfaces for its owner and its raiser.
OVERDUE_AFTER = dt.timedelta(days=14)


class MayNotTalk(DomainError):
    """The patient has not said that their clinicians may talk with each other."""

    code = "may_not_talk"
    sentence = _("{name} has not said yes to their clinicians talking with each other.")


class EmptyWords(DomainError):
    """There is nothing to send."""

    code = "empty_words"
    sentence = _("Write your question first.")


class AlreadyClosed(DomainError):
    """The concern has an end; it can be opened again."""

    code = "already_closed"
    sentence = _("This is closed. Open it again to add to it.")


class ReasonNeeded(EmptyWords):
    """An end, and a new beginning, are said in words."""

    code = "reason_needed"
    sentence = _("Write why, in a few words.")


class StillOpen(DomainError):
    """Somebody opened it again first."""

    code = "still_open"
    sentence = _("This is open already. You can add to it.")


@transaction.atomic
def raise_concern(
    *,
    patient: Patient,
    by: User,
    role: str,
    owner: User,
    question: str,
    ground_label: str = "",
    ground_ref: str = "",
    also_label: str = "",
    also_ref: str = "",
    now: dt.datetime,
) -> Concern:
    """Ask. Refuses without the patient's yes, unless the patient asks.

    It may stand on two grounds: a label to read, and a reference a page may know.
    """
    _require_talk(patient, role)
    _require_words(question)
    concern = Concern(
        patient=patient,
        question=question,
        raised_by=by,
        raised_as=role,
        owner=owner,
        raised_at=now,
        ground_label=ground_label,
        ground_ref=ground_ref,
        also_label=also_label,
        also_ref=also_ref,
    )
    concern.save(force_insert=True)
    _tell(concern, {owner, patient.user}, by, now)
    return concern


@transaction.atomic
def answer(
    concern: Concern, *, by: User, role: str, text: str, now: dt.datetime
) -> ConcernNote:
    """Add words to the thread. An answer by its owner makes it answered."""
    _require_words(text)
    _require_open_to(concern, by, role)
    concern = _locked(concern)
    note = _note(concern, by, role, text=text, now=now)
    if by.pk == concern.owner_id and concern.state == Concern.State.OPEN:
        concern.state = Concern.State.ANSWERED
        concern.save(update_fields=["state"])
    _tell_others(concern, by, now)
    return note


@transaction.atomic
def close_without_change(
    concern: Concern, *, by: User, role: str, because: str, now: dt.datetime
) -> Concern:
    """End it with "no change because ...". Refuses an empty reason."""
    if not because.strip():
        raise ReasonNeeded
    _require_open_to(concern, by, role)
    concern = _locked(concern)
    concern.state = Concern.State.CLOSED_NO_CHANGE
    concern.no_change_because = because
    _end(concern, by, now, extra=["no_change_because"])
    _note(concern, by, role, event="closed_no_change", text=because, now=now)
    _tell_others(concern, by, now)
    return concern


@transaction.atomic
def close(
    concern: Concern, *, by: User, role: str, version_number: int, now: dt.datetime
) -> Concern:
    """End it by the version of the plan that answers it; called by the plan."""
    concern = _locked(concern)
    concern.state = Concern.State.CLOSED_BY_CHANGE
    concern.closed_version = version_number
    _end(concern, by, now, extra=["closed_version"])
    _note(concern, by, role, event="closed_by_change", now=now)
    return concern


@transaction.atomic
def reopen(
    concern: Concern, *, by: User, role: str, why: str, now: dt.datetime
) -> Concern:
    """Open a closed concern again, with a word why."""
    if not why.strip():
        raise ReasonNeeded
    _require_open_to(concern, by, role)
    concern = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    if concern.is_open:
        raise StillOpen
    concern.state, concern.closed_at, concern.closed_by = Concern.State.OPEN, None, None
    concern.save(update_fields=["state", "closed_at", "closed_by"])
    _note(concern, by, role, event="reopened", text=why, now=now)
    _tell_others(concern, by, now)
    return concern


@transaction.atomic
def happened(
    concern: Concern, *, by: User, role: str, event: str, text: str, now: dt.datetime
) -> ConcernNote:
    """Note what was done about it ("suggested", "agreed"); called by the plan."""
    return _note(concern, by, role, event=event, text=text, now=now)


def is_overdue(concern: Concern, now: dt.datetime) -> bool:
    """Say whether it has waited for an end for more than two weeks."""
    return concern.is_open and now - concern.raised_at > OVERDUE_AFTER


def _locked(concern: Concern) -> Concern:
    concern = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    if not concern.is_open:
        raise AlreadyClosed
    return concern


def _end(concern: Concern, by: User, now: dt.datetime, *, extra: list[str]) -> None:
    concern.closed_at, concern.closed_by = now, by
    concern.save(update_fields=["state", "closed_at", "closed_by", *extra])


def _note(
    concern: Concern,
    by: User,
    role: str,
    *,
    now: dt.datetime,
    text: str = "",
    event: str = "",
) -> ConcernNote:
    note = ConcernNote(
        patient_id=concern.patient_id,
        concern=concern,
        author=by,
        author_role=role,
        text=text,
        event=event,
        written_at=now,
    )
    note.save(force_insert=True)
    return note


def _require_talk(patient: Patient, role: str) -> None:
    if role != PATIENT and not patient.clinicians_may_talk:
        raise MayNotTalk(name=patient.called)


def _require_open_to(concern: Concern, by: User, role: str) -> None:
    """Let the patient's own question be answered by the one it was put to, always."""
    if concern.raised_as == PATIENT and concern.owner_id == by.pk:
        return
    _require_talk(concern.patient, role)


def _tell_others(concern: Concern, by: User, now: dt.datetime) -> None:
    people = {concern.owner, concern.raised_by, concern.patient.user}
    _tell(concern, people, by, now)


def _tell(concern: Concern, people: set[User], by: User, now: dt.datetime) -> None:
    """Say outside that something waits, and nothing of what it is."""
    for one in people - {by}:
        notices.waits(one, concern.patient, about=f"concern:{concern.pk}", now=now)


def _require_words(text: str) -> None:
    if not text.strip():
        raise EmptyWords
