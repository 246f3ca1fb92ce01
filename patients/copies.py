"""What a clinician who is left keeps: her own notes and signatures, nothing else.

Made in the moment her place on the team ends, as the patient, who may read every
line of her own record. Lines of others, and words of the patient, are not in it.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from careplan.common import clock
from careplan.common.identity import acting_as, person
from careplan.outbox import queue
from patients import letters
from patients.models import (
    CLINICAL_ROLES,
    AccessEvent,
    CareTeamMember,
    KeptCopy,
    User,
)

# Table, the column that names its author, and the columns that hold what she wrote or
# signed. A test holds that every table which names a person is decided about.
HERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("careplan.Signature", "user", ("signed_at", "role", "kind", "hash")),
    ("careplan.PlanVersion", "author", ("agreed_at", "number", "hash")),
    ("careplan.Proposal", "proposer", ("sent_at", "title", "why", "notice", "pause")),
    ("careplan.Response", "user", ("answered_at", "answer", "note")),
    ("careplan.ProposalQuestion", "asker", ("asked_at", "text")),
    ("careplan.ProposalQuestion", "answered_by", ("answered_at", "answer")),
    ("careplan.Hold", "opened_by", ("opened_at", "reason")),
    ("careplan.Hold", "closed_by", ("closed_at", "closed_because")),
    ("careplan.DoseStep", "released_by", ("released_at", "release_override")),
    ("careplan.Homework", "given_by", ("given_at", "title", "what")),
    ("careplan.Homework", "looked_at_by", ("looked_at_at", "looked_at_words")),
    ("careplan.HomeworkForm", "built_by", ("created_at", "name", "purpose")),
    ("careplan.WorkedMark", "replied_by", ("replied_at", "reply")),
    ("careplan.SharedSummary", "author", ("shared_at", "words")),
    ("patients.Diagnosis", "by", ("recorded_at", "code", "words", "status")),
    ("team.Alert", "done_by", ("done_at", "done_note")),
    ("team.HeadsUpSeen", "user", ("seen_at", "watch_note")),
    ("team.Concern", "raised_by", ("raised_at", "question")),
    ("team.Concern", "closed_by", ("closed_at", "no_change_because")),
    ("team.ConcernNote", "author", ("written_at", "text")),
    ("team.Post", "author", ("written_at", "text")),
    ("team.StoppingNotice", "answered_by", ("answered_at", "answer")),
    ("journal.LifeEvent", "author", ("written_at", "words")),
    ("journal.MeasureAssignment", "asked_by", ("asked_at", "instrument", "reason")),
    ("journal.SideEffectJudgement", "user", ("judged_at", "cause")),
    ("review.ReviewMark", "user", ("marked_at", "words")),
    ("review.Decision", "decided_by", ("decided_at", "choice", "because")),
)
THROUGH = "copy"
PART = "own copy"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing she wrote or signed: what it is, when, and its own columns in words."""

    what: str
    at: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it is read."""

    kept: KeptCopy
    name: str
    lines: tuple[Line, ...]


@transaction.atomic
def keep(member: CareTeamMember, *, now: dt.datetime) -> KeptCopy | None:
    """Make the copy for a clinician whose place ends now; None for a supporter.

    Written as the patient, in the caller's transaction. Made once a place.
    """
    if member.role not in CLINICAL_ROLES:
        return None
    with acting_as(person(member.patient.user_id, second_factor=False)):
        there = KeptCopy.objects.filter(member=member).first()
        if there is not None:
            return there
        said = {
            "name": member.patient.user.name,
            "lines": sorted(_lines(member), key=lambda line: str(line["at"])),
        }
        kept = KeptCopy(
            patient_id=member.patient_id,
            member=member,
            user_id=member.user_id,
            made_at=now,
            content=json.dumps(said, ensure_ascii=False),
        )
        kept.save(force_insert=True)
        _tell(kept, now)
    return kept


def _tell(kept: KeptCopy, now: dt.datetime) -> None:
    with translation.override(kept.user.language):
        letter = letters.something_to_read("/c/copies/")
    queue.enqueue(
        recipient=kept.user,
        channel=queue.default_channel(),
        kind="copy-kept",
        subject=letter.subject,
        body=letter.body,
        dedupe_key=f"copy-kept:{kept.pk}",
        now=now,
    )


def _lines(member: CareTeamMember) -> Iterator[dict[str, Any]]:
    for label, author, columns in HERS:
        model = apps.get_model(label)
        rows = model._default_manager.filter(patient_id=member.patient_id)
        at, *words = columns
        for row in rows.filter(**{f"{author}_id": member.user_id}):
            yield {
                "what": str(model._meta.verbose_name),
                "at": _spelled(getattr(row, at)),
                "words": [
                    [name.replace("_", " "), _spelled(value)]
                    for name in words
                    if (value := getattr(row, name)) not in (None, "")
                ],
            }


def _spelled(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return "" if value is None else str(value)


def of(user: User) -> QuerySet[KeptCopy]:
    """List the copies a clinician holds."""
    held = KeptCopy.objects.filter(user=user).select_related("member")
    return held.filter(member__clinician__suspended_at=None).order_by("-made_at")


def opened(user: User, copy_id: UUID) -> Copy | None:
    """Open one copy of her own, or None; leaves one access row."""
    kept = of(user).filter(pk=copy_id).first()
    if kept is None:
        return None
    said = json.loads(kept.content)
    AccessEvent(
        patient_id=kept.patient_id,
        viewer=user,
        role=kept.member.role,
        part=PART,
        through=THROUGH,
        seen_at=clock.now(),
    ).save(force_insert=True)
    lines = (
        Line(one["what"], one["at"], tuple((k, v) for k, v in one["words"]))
        for one in said["lines"]
    )
    return Copy(kept, said["name"], tuple(lines))


def name_in(kept: KeptCopy) -> str:
    """Give the name of the person the copy is about."""
    return str(json.loads(kept.content)["name"])
