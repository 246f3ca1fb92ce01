"""What each member may see. Every answer is a row; the last one counts (P8)."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from patients.models import CareTeamMember, Consent, Patient, User
from patients.topics import Topic

TEXT_VERSION = "2026-11"


@transaction.atomic
def share(
    member: CareTeamMember, *, topics: Collection[str], by: User, now: dt.datetime
) -> None:
    """Let `member` see exactly `topics`. Only answers that change are written down.

    A database trigger carries them to `member.topics` in the same transaction.
    """
    wanted = {Topic(topic).value for topic in topics}
    # Two pages at once: without the lock a topic just taken back would stay shared.
    held = CareTeamMember.objects.select_for_update(of=("self",)).filter(pk=member.pk)
    now_held = held.values_list("topics", flat=True).first()
    before = set(member.topics if now_held is None else now_held)
    for topic in sorted(wanted ^ before):
        _answer(member.patient, member, topic, topic in wanted, by=by, now=now)
    member.topics = sorted(wanted)


@transaction.atomic
def let_clinicians_talk(
    patient: Patient, *, granted: bool, by: User, now: dt.datetime
) -> None:
    """Answer whether this patient's clinicians may talk with each other (P9)."""
    _answer(patient, None, Consent.TALK, granted, by=by, now=now)
    patient.clinicians_may_talk = granted


def _answer(
    patient: Patient,
    member: CareTeamMember | None,
    topic: str,
    granted: bool,  # noqa: FBT001 - one row's column, named by both callers
    *,
    by: User,
    now: dt.datetime,
) -> None:
    Consent(
        patient=patient,
        member=member,
        topic=topic,
        granted=granted,
        given_by=by,
        given_at=now,
        text_version=TEXT_VERSION,
    ).save(force_insert=True)
