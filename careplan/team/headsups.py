"""The prescriber's heads-up: each dose change tells the therapist what to expect (N7)."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from careplan.team import notices
from careplan.team.models import HeadsUp, HeadsUpSeen
from patients.models import CLINICAL_ROLES, CareTeamMember, Patient, Role, User
from patients.topics import Topic


@transaction.atomic
def post_dose_change(
    *,
    patient: Patient,
    label: str,
    expect: str,
    watch: str,
    until: dt.date | None,
    version_number: int | None,
    now: dt.datetime,
) -> HeadsUp:
    """Write "changed, expect X until Y, please watch Z" in the change's transaction.

    Who may read it follows from consent to medicines; the patient reads it too.
    """
    heads_up = HeadsUp(
        patient=patient,
        label=label,
        expect=expect,
        watch=watch,
        until=until,
        version_number=version_number,
        posted_at=now,
    )
    heads_up.save(force_insert=True)
    for reader in _readers(patient, prescribers=False):
        notices.waits(reader, patient, about=f"headsup:{heads_up.pk}", now=now)
    return heads_up


def _readers(patient: Patient, *, prescribers: bool) -> list[User]:
    """Give the clinicians who see medicines: the prescribers, or all the others."""
    members = CareTeamMember.objects.filter(
        patient=patient,
        state=CareTeamMember.State.ACTIVE,
        role__in=CLINICAL_ROLES,
        topics__contains=[Topic.MEDICINES],
    ).select_related("user")
    return [m.user for m in members if (m.role == Role.PRESCRIBER) == prescribers]


@transaction.atomic
def mark_seen(heads_up: HeadsUp, *, by: User, now: dt.datetime) -> HeadsUpSeen:
    """Note that a clinician has read it. The first reading counts.

    Unless somebody has noticed something since: then this one does, and what they wrote
    waits for this clinician no more.
    """
    seen, is_first = HeadsUpSeen.objects.get_or_create(
        heads_up=heads_up,
        user=by,
        defaults={"patient_id": heads_up.patient_id, "seen_at": now},
    )
    readings = HeadsUpSeen.objects.filter(heads_up=heads_up)
    if not is_first and has_news(seen, readings):
        seen.seen_at = now
        seen.save(update_fields=["seen_at"])
    return seen


def has_news(mine: HeadsUpSeen, readings: Iterable[HeadsUpSeen]) -> bool:
    """Say whether somebody else noticed something after this reading."""
    others = (one.noted_at for one in readings if one.user_id != mine.user_id)
    return any(at is not None and at > mine.seen_at for at in others)


def waits_for(user: User, role: str, readings: Sequence[HeadsUpSeen]) -> bool:
    """Say whether a clinician has something to read: the change, or what was noticed.

    A prescriber made the change, so what waits for them is the note of somebody else.
    """
    mine = next((one for one in readings if one.user_id == user.pk), None)
    if role != Role.PRESCRIBER:
        return mine is None
    if mine is None:
        return any(one.noted_at for one in readings)
    return has_news(mine, readings)


@transaction.atomic
def note_watched(
    heads_up: HeadsUp, *, by: User, note: str, now: dt.datetime
) -> HeadsUpSeen:
    """Keep what a clinician noticed; it shows in the prescriber's list."""
    seen = mark_seen(heads_up, by=by, now=now)
    seen.watch_note, seen.noted_at = note, now
    seen.save(update_fields=["watch_note", "noted_at"])
    for reader in _readers(heads_up.patient, prescribers=True):
        if reader.pk != by.pk:
            about = f"headsup:{heads_up.pk}"
            notices.waits(reader, heads_up.patient, about=about, now=now)
    return seen
