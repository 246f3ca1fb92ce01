"""What leaves the house about what people write here: that something waits, no more.

Clinicians get one notice a day at a time they choose, and one at once for an alert
that is theirs (decisions 32). The patient gets a neutral one, not at night, and at
most one an hour for a thread. No word in them is clinical, and none names anybody.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from careplan.common.identity import acting_as, system
from careplan.outbox import queue
from careplan.team.models import Alert, DigestTime
from patients.models import Patient, User
from patients.topics import Topic

USUAL_DIGEST = dt.time(8, 0)
NIGHT_BEGINS, NIGHT_ENDS = dt.time(21, 0), dt.time(8, 0)


def tag_of(alert: Alert) -> str:
    """The tag by which an alert's notices are taken back."""
    return f"alert:{alert.pk}"


def tell_owner(alert: Alert, *, now: dt.datetime) -> None:
    """Tell the owner of an alert at once that something is theirs."""
    owner = alert.owner
    subject, body = _words("alert", owner)
    queue.enqueue(
        recipient=owner,
        channel=queue.default_channel(),
        kind="team-alert",
        subject=subject,
        body=body,
        dedupe_key=f"{tag_of(alert)}:{owner.pk}:{alert.level}:{now:%Y%m%d%H%M%S}",
        about=(tag_of(alert),),
        patient_id=alert.patient_id,
        topic=Topic.SAFETY,
        now=now,
    )


@transaction.atomic
def waits(person: User, patient: Patient, *, about: str, now: dt.datetime) -> None:
    """Tell `person` that something waits: the patient soon, a clinician once a day."""
    if person.pk == patient.user_id:
        _tell_patient(person, about, now)
    else:
        _tell_clinician(person, now)


def _tell_patient(person: User, about: str, now: dt.datetime) -> None:
    subject, body = _words("patient", person)
    queue.enqueue(
        recipient=person,
        channel=queue.default_channel(),
        kind="team-notice",
        subject=subject,
        body=body,
        dedupe_key=f"waits:{about}:{person.pk}:{now:%Y%m%d%H}",
        not_before=by_day(now, person.time_zone),
        now=now,
    )


def _tell_clinician(person: User, now: dt.datetime) -> None:
    with acting_as(system("escalate")):
        chosen = DigestTime.objects.filter(user=person).values_list("at", flat=True)
        at = next_digest(now, person.time_zone, chosen.first() or USUAL_DIGEST)
    subject, body = _words("digest", person)
    queue.enqueue(
        recipient=person,
        channel=queue.default_channel(),
        kind="team-digest",
        subject=subject,
        body=body,
        dedupe_key=f"digest:{person.pk}:{at:%Y%m%d%H%M}",
        not_before=at,
        now=now,
    )


def _words(kind: str, person: User) -> tuple[str, str]:
    with translation.override(person.language):
        subject = render_to_string(f"messages/team/{kind}_subject.txt").strip()
        body = render_to_string(
            f"messages/team/{kind}.txt", {"address": settings.SITE_ADDRESS}
        )
    return subject, body.strip()


def by_day(now: dt.datetime, zone: str) -> dt.datetime:
    """Give now, or the next morning where `zone` has night."""
    wall = now.astimezone(ZoneInfo(zone))
    if NIGHT_ENDS <= wall.time() < NIGHT_BEGINS:
        return now
    return next_digest(now, zone, NIGHT_ENDS)


def next_digest(now: dt.datetime, zone: str, at: dt.time) -> dt.datetime:
    """Give the next time the clock of `zone` shows `at`, in UTC."""
    place = ZoneInfo(zone)
    wall = now.astimezone(place)
    today = dt.datetime.combine(wall.date(), at, tzinfo=place)
    if today <= wall:
        today = dt.datetime.combine(wall.date() + dt.timedelta(days=1), at, place)
    return today.astimezone(dt.UTC)
