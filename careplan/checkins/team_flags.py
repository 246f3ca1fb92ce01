"""What the team is told by the clock: no contact for too long (Q6), check-ins without
an answer (Q5), no way to reach the person (C6). Each occurrence once for ever, with an
owner, in words that tell no more than that. The first two are agreed in the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careplan.checkins import marks
from careplan.checkins.models import Schedule, TeamTold
from careplan.common.identity import acting_as, system
from careplan.team import alerts
from careplan.team.models import Level
from patients.models import Patient, Role

LOOK_EVERY = timedelta(hours=1)
BATCH = 1000

# A record is looked at once a day: when its own midnight has passed since the last
# look. Counted from the last visit that took place, or from the day the interval was
# agreed, and not before the two began. A visit that is booked counts to the end of
# its day, as on the plan's page (`careplan.plan.contacts`).
CONTACT_MISSED = """
WITH midnight AS MATERIALIZED (
  SELECT p.patient_id, p.created_at, r.user_id, r.time_zone, w.role, w.every,
    w.agreed_on, (%(now)s AT TIME ZONE r.time_zone)::date AS today
  FROM careplan_plan p
  JOIN patients_patient r ON r.id = p.patient_id AND r.closed_at IS NULL
  CROSS JOIN LATERAL (VALUES
    ('therapist', p.therapist_every_days, p.therapist_every_since),
    ('prescriber', p.prescriber_every_days, p.prescriber_every_since)
  ) AS w(role, every, agreed_on)
  WHERE w.every IS NOT NULL AND (%(now)s AT TIME ZONE r.time_zone)::date
    > (%(since)s AT TIME ZONE r.time_zone)::date
), counted AS (
  SELECT n.*, coalesce((held.at AT TIME ZONE n.time_zone)::date, greatest(n.agreed_on,
    (greatest(n.created_at, joined.at) AT TIME ZONE n.time_zone)::date)) AS last_on,
    held.at IS NOT NULL AS was_held
  FROM midnight n
  CROSS JOIN LATERAL (
    SELECT max(m.created_at) AS at FROM patients_careteammember m
    WHERE m.patient_id = n.patient_id AND m.role = n.role AND m.state = 'active'
  ) AS joined
  CROSS JOIN LATERAL (
    SELECT max(v.starts_at) AS at FROM careplan_visit v
    WHERE v.patient_id = n.patient_id AND v.role = n.role AND v.state = 'held'
  ) AS held
  WHERE joined.at IS NOT NULL AND NOT EXISTS (
    SELECT FROM careplan_visit v WHERE v.patient_id = n.patient_id
      AND v.role = n.role AND v.state = 'planned'
      AND (v.starts_at AT TIME ZONE n.time_zone)::date >= n.today)
)
SELECT patient_id, user_id, role, every, last_on, was_held FROM counted c
WHERE today >= last_on + every + 1 AND NOT EXISTS (
  SELECT FROM checkins_teamtold t WHERE t.patient_id = c.patient_id
    AND t.ground = 'contact:' || c.role || ':' || c.last_on)
"""

# The plan names the run and whose task it is; the schedule has counted it. A run of
# two is the least that can be agreed, and what the index of quiet schedules holds.
QUIET_RUN = """
SELECT s.id, s.patient_id, s.user_id, s.missed_run, p.quiet_run, p.quiet_run_owner,
  coalesce(%(at)s, clock_timestamp())
FROM checkins_schedule s
JOIN careplan_plan p ON p.patient_id = s.patient_id AND s.missed_run >= p.quiet_run
JOIN patients_patient r ON r.id = s.patient_id AND r.closed_at IS NULL
WHERE s.missed_run >= 2 AND s.kind = 'checkin' AND s.active AND s.told_at IS NULL
LIMIT %(batch)s FOR UPDATE OF s SKIP LOCKED
"""

# Something could not be sent lately, and none of the ways the person chose works now.
UNREACHABLE = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
failed AS MATERIALIZED (
  SELECT m.patient_id, m.recipient_id AS user_id,
    max(m.finished_at) AS at FROM outbox_message m, moment
  WHERE m.state = 'failed' AND m.stoppable AND m.patient_id IS NOT NULL
    AND m.finished_at > moment.now - interval '1 day'
  GROUP BY m.patient_id, m.recipient_id
), gone AS (
  SELECT f.patient_id, f.user_id, greatest(
    (SELECT max(a.off_at) FROM outbox_channeladdress a WHERE a.user_id = f.user_id),
    (SELECT max(d.gone_at) FROM outbox_pushsubscription d WHERE d.user_id = f.user_id)
  ) AS since
  FROM failed f
  WHERE EXISTS (SELECT FROM checkins_schedule s
    WHERE s.patient_id = f.patient_id AND s.active)
  AND NOT EXISTS (
    SELECT FROM checkins_schedule s CROSS JOIN unnest(s.channels) AS way
    WHERE s.patient_id = f.patient_id AND s.active AND CASE way
      WHEN 'push' THEN EXISTS (SELECT FROM outbox_pushsubscription d
        WHERE d.user_id = f.user_id AND d.gone_at IS NULL)
      WHEN 'sms' THEN EXISTS (SELECT FROM outbox_channeladdress a
        WHERE a.user_id = f.user_id AND a.channel = way AND a.off_at IS NULL
          AND a.confirmed_at IS NOT NULL)
      ELSE NOT EXISTS (SELECT FROM outbox_channeladdress a
        JOIN patients_user u ON u.id = a.user_id AND lower(u.email) = lower(a.address)
        WHERE a.user_id = f.user_id AND a.channel = way AND a.off_at IS NOT NULL) END)
)
SELECT g.patient_id, g.user_id, g.since, moment.now FROM gone g, moment
WHERE g.since IS NOT NULL AND NOT EXISTS (
  SELECT FROM checkins_teamtold t WHERE t.patient_id = g.patient_id
    AND t.ground = 'unreachable:' || floor(extract(epoch FROM g.since))::bigint)
"""


def missed_contacts(*, at: datetime | None) -> int:
    """Tell the team that the agreed interval to a clinician, and a day more, passed
    with no visit held or booked (Q6). Once for each; says how many."""
    with acting_as(system("tick")), transaction.atomic():
        span = marks.begin("contacts", every=LOOK_EVERY, at=at)
        if span is None:
            return 0
        rows = _found(CONTACT_MISSED, {"since": span.since, "now": span.now})
        return sum(
            _tell(
                Patient(pk=patient_id, user_id=user_id),
                ground=f"contact:{role}:{last_on.isoformat()}",
                label=_no_visit(role, every, last_on if was_held else None),
                now=span.now,
            )
            for patient_id, user_id, role, every, last_on, was_held in rows
        )


def quiet_runs(*, at: datetime | None) -> int:
    """Make the task the plan agrees on, where so many check-ins in a row stayed
    without an answer (Q5). Once a run: an answer ends it, and a later run is told
    again. With nobody who may be told it waits. Says how many tasks."""
    made = 0
    with acting_as(system("tick")), transaction.atomic():
        for row in _found(QUIET_RUN, {"at": at, "batch": BATCH}):
            schedule_id, patient_id, user_id, missed, agreed, owner, now = row
            raised = alerts.raise_alert(
                patient=Patient(pk=patient_id, user_id=user_id),
                level=Level.ROUTINE,
                ground=f"missed:{schedule_id}",
                label=_no_answer(missed, agreed),
                exact="",
                first=owner,
                now=now,
            )
            if raised is not None:
                Schedule.objects.filter(pk=schedule_id).update(told_at=now)
                made += 1
    return made


def _no_answer(missed: int, agreed: int) -> str:
    said = ngettext(
        "{n} check-in in a row without an answer; agreed: after {agreed}.",
        "{n} check-ins in a row without an answer; agreed: after {agreed}.",
        missed,
    )
    return said.format(n=missed, agreed=agreed)


def unreachable(*, at: datetime | None) -> int:
    """Tell the team that no message reaches a person any more (C6). Once, until a way
    that works dies again; says how many."""
    with acting_as(system("tick")), transaction.atomic():
        return sum(
            _tell(
                Patient(pk=patient_id, user_id=user_id),
                ground=f"unreachable:{int(since.timestamp())}",
                label=_("Cannot be reached by messages"),
                now=now,
            )
            for patient_id, user_id, since, now in _found(UNREACHABLE, {"at": at})
        )


def _no_visit(role: str, every: int, last_on: date | None) -> str:
    since = last_on.strftime("%-d %B") if last_on else ""
    agreed = ngettext("every day", "every {n} days", every).format(n=every)
    if role == Role.THERAPIST:
        said = _("No visit with the therapist since {day}; agreed: {every}.")
        never = _("No visit with the therapist yet; agreed: {every}.")
    else:
        said = _("No visit with the prescriber since {day}; agreed: {every}.")
        never = _("No visit with the prescriber yet; agreed: {every}.")
    return (said if since else never).format(day=since, every=agreed)


def _tell(patient: Patient, *, ground: str, label: str, now: datetime) -> bool:
    raised = alerts.raise_alert(
        patient=patient,
        level=Level.ROUTINE,
        ground=ground,
        label=label,
        exact="",
        now=now,
    )
    if raised is None:
        return False
    TeamTold(patient_id=patient.pk, ground=ground, created_at=now).save(
        force_insert=True
    )
    return True


def _found(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
