"""What the tick does about askings of before: close, count, relax, fall back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from careplan.checkins import reminders, schedules
from careplan.checkins.models import Schedule
from careplan.common import clock
from careplan.common.identity import acting_as, system
from careplan.outbox import queue

BATCH = 1000

# Whoever logged a check-in, or told about a dose of that day, has answered the latest
# asking for it, from whatever page, late or not. A dose day begins at four. Read from
# the journal's side, since the last look (with a margin for writers that were still at
# work then): the cost is that of what was written, not of what waits.
CLOSE_ANSWERED = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
looked AS MATERIALIZED (
  SELECT coalesce(max(read_until), (SELECT now FROM moment) - interval '1 day')
    - interval '2 minutes' AS since
  FROM checkins_tickmark WHERE name = 'answered'
), recent AS MATERIALIZED (
  SELECT 'checkin' AS kind, e.patient_id, NULL::date AS day,
    min(e.written_at) AS written_at
  FROM journal_entry e
  WHERE e.written_at > (SELECT since FROM looked)
    AND e.written_at <= (SELECT now FROM moment)
  GROUP BY e.patient_id
  UNION ALL
  SELECT 'doses', d.patient_id, d.local_date, min(d.answered_at)
  FROM journal_doseanswer d
  WHERE d.answered_at > (SELECT since FROM looked)
    AND d.answered_at <= (SELECT now FROM moment) AND d.deleted_at IS NULL
  GROUP BY d.patient_id, d.local_date
), latest AS (
  SELECT DISTINCT ON (p.patient_id, p.kind, r.day) p.id, p.notice, p.schedule_id,
    p.answer_by, p.state, r.written_at
  FROM recent r
  JOIN checkins_prompt p ON p.patient_id = r.patient_id AND p.kind = r.kind
  WHERE p.state <> 'skipped'
    AND p.due_at <= r.written_at + interval '2 hours'
    AND p.due_at > r.written_at - interval '1 day'
    AND (r.day IS NULL OR r.day = p.local_date - (p.slot < '04:00')::int)
  ORDER BY p.patient_id, p.kind, r.day, p.due_at DESC
), answered AS MATERIALIZED (
  SELECT * FROM latest WHERE state IN ('asked', 'expired')
), closed AS (
  UPDATE checkins_prompt p SET state = 'answered', answered_at = a.written_at,
    late = a.written_at > a.answer_by
  FROM answered a WHERE p.id = a.id AND p.state IN ('asked', 'expired')
), counted AS (
  UPDATE checkins_schedule s SET missed_run = 0, told_at = NULL,
    tight_because = CASE WHEN s.tight_until IS NULL THEN '' ELSE s.tight_because END
  FROM latest a WHERE s.id = a.schedule_id AND s.missed_run > 0
), marked AS (
  INSERT INTO checkins_tickmark (name, read_until)
  SELECT 'answered', now FROM moment
  ON CONFLICT (name) DO UPDATE SET read_until = excluded.read_until
)
SELECT a.notice, NOT EXISTS (
    SELECT FROM checkins_prompt p WHERE p.notice = a.notice AND p.state = 'asked'
      AND p.id NOT IN (SELECT id FROM answered)), (SELECT now FROM moment)
FROM answered a
"""

# Whoever could not be asked has missed nothing.
CLOSE_MISSED = """
WITH over AS MATERIALIZED (
  SELECT p.id, p.schedule_id, p.snoozes, p.notice::text AS notice FROM checkins_prompt p
  WHERE p.state = 'asked'
    AND p.answer_by <= (SELECT coalesce(%(at)s, clock_timestamp()))
  LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), known AS MATERIALIZED (
  SELECT o.id, o.schedule_id, o.snoozes = 0 AND coalesce((
    SELECT bool_and(m.state IN ('failed', 'expired', 'cancelled'))
    FROM outbox_message m WHERE m.dedupe_key IN (
      o.notice || ':reminder:email:0', o.notice || ':reminder:sms:0',
      o.notice || ':reminder:push:0', o.notice || ':reminder:console:0')
  ), false) AS unheard FROM over o
), closed AS (
  UPDATE checkins_prompt p
  SET state = CASE WHEN k.unheard THEN 'skipped' ELSE 'expired' END,
    because = CASE WHEN k.unheard THEN 'not reached' ELSE p.because END
  FROM known k WHERE p.id = k.id
), missed AS (
  SELECT schedule_id, count(*) AS more FROM known WHERE NOT unheard
  GROUP BY schedule_id
), counted AS (
  UPDATE checkins_schedule s SET missed_run = s.missed_run + m.more
  FROM missed m WHERE s.id = m.schedule_id
)
SELECT count(*) FROM over
"""

# What could not be sent on one channel while its asking is still open, and the next
# channel in order that the person has not stopped. Whatever went on from there before
# is left out, so that a thousand old failures never stand before a new one.
FALL_BACK = """
SELECT DISTINCT ON (p.notice, m.id) m.recipient_id, m.patient_id, m.kind, m.link_ref,
  next.way, m.expires_at, p.notice, attempt.name, s.words, u.language,
  coalesce(%(at)s, clock_timestamp())
FROM outbox_message m
JOIN checkins_prompt p ON m.patient_id = p.patient_id AND p.state = 'asked'
  AND m.about @> ARRAY[('notice:' || p.notice)::varchar]
JOIN checkins_schedule s ON s.id = p.schedule_id
JOIN patients_user u ON u.id = s.user_id
CROSS JOIN LATERAL (
  SELECT substr(m.dedupe_key, length(p.notice || ':reminder:' || m.channel || ':') + 1)
    AS name) AS attempt
CROSS JOIN LATERAL (
  SELECT w.way FROM unnest(s.channels) WITH ORDINALITY AS w(way, place)
  WHERE w.place > array_position(s.channels, m.channel) AND NOT EXISTS (
    SELECT FROM outbox_optout o WHERE o.user_id = s.user_id AND o.channel = w.way
      AND o.kind IN ('', m.kind))
  ORDER BY w.place LIMIT 1) AS next
WHERE m.state = 'failed' AND m.stoppable
  AND m.finished_at > (SELECT coalesce(%(at)s, clock_timestamp()) - interval '1 hour')
  AND m.expires_at > coalesce(%(at)s, clock_timestamp())
  AND NOT EXISTS (SELECT FROM outbox_message t WHERE t.dedupe_key
    = p.notice || ':reminder:' || next.way || ':' || attempt.name)
ORDER BY p.notice, m.id LIMIT %(batch)s
"""


# The last day counts to its end where the person lives.
TIGHT_TIME_OVER = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now)
SELECT s.id, moment.now FROM checkins_schedule s, moment
WHERE s.tight_until <= (SELECT now::date + 1 FROM moment)
  AND s.tight_until < (moment.now AT TIME ZONE s.zone)::date
LIMIT %(batch)s FOR UPDATE OF s SKIP LOCKED
"""


def close_answered(*, at: datetime | None) -> int:
    """Close the askings that were answered on another page; cancel what is queued for
    them, unless something else of the same slot is still open."""
    with acting_as(system("tick")), transaction.atomic():
        rows = _found(CLOSE_ANSWERED, {"at": at})
        for notice, nothing_else, now in rows:
            if nothing_else:
                queue.cancel(reminders.tag_of(notice), reason="answered", now=now)
    return len(rows)


def close_missed(*, at: datetime | None) -> int:
    """Close the askings whose stated hour has passed, and count the run: not those of
    which no message ever left."""
    closed = 0
    while True:
        with (
            acting_as(system("tick")),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(CLOSE_MISSED, {"at": at, "batch": BATCH})
            found = int(cursor.fetchone()[0])
        closed += found
        if found < BATCH:
            return closed


def relax_ended(*, at: datetime | None) -> int:
    """Give schedules whose tight time has ended their own interval back."""
    with acting_as(system("tick")), transaction.atomic():
        rows = _found(TIGHT_TIME_OVER, {"at": at, "batch": BATCH})
        found = Schedule.objects.in_bulk([schedule_id for schedule_id, _ in rows])
        for schedule_id, now in rows:
            schedules.relax(found[schedule_id], now=now)
    return len(rows)


def fall_back(*, at: datetime | None) -> int:
    """Queue on the next open channel what could not be sent on one. Never on a channel
    twice for one attempt: the dedupe key names both."""
    with acting_as(system("tick")), transaction.atomic():
        rows = _found(FALL_BACK, {"at": at, "batch": BATCH})
        messages = [_on_next_channel(row) for row in rows]
        return queue.enqueue_many(messages, now=rows[0][-1]) if messages else 0


def _on_next_channel(row: tuple[Any, ...]) -> queue.NewMessage:
    (user_id, patient_id, kind, link_ref, channel, expires_at, notice, attempt,
     manner, language, now) = row  # fmt: skip
    words = reminders.words_for(kind, channel, language, manner)
    return queue.NewMessage(
        recipient_id=user_id,
        channel=channel,
        kind=kind,
        subject=words.subject,
        body=words.body,
        dedupe_key=reminders.dedupe_key(notice, channel, attempt),
        due_at=now,
        expires_at=expires_at,
        patient_id=patient_id,
        about=(reminders.tag_of(notice),),
        link_ref=link_ref,
        stoppable=True,
    )


# --- asking more often for a while (N3) ------------------------------------------

LATELY = 2  # days a started step is looked for: a long stop of the tick loses nothing
AFTER_A_CHANGE = timedelta(days=28)
MISSED_TIGHTENS = 2
AFTER_MISSED = timedelta(days=7)

# Dose steps that began and that the check-in schedule has not heard of yet: of several
# the one that is watched longest, or two begun on one day would take turns for ever.
BEGAN = """
SELECT b.* FROM (
  SELECT DISTINCT ON (s.id) s.id, step.id AS step, step.taper_id IS NOT NULL AS tapers,
    coalesce(taper.watch_until, step.started_on + %(weeks)s::interval)::date AS until,
    coalesce(%(at)s, clock_timestamp()) AS now, s.tight_for
  FROM careplan_dosestep step
  JOIN checkins_schedule s ON s.patient_id = step.patient_id
  LEFT JOIN careplan_taperplan taper ON taper.id = step.taper_id
  WHERE step.state = 'current'
    AND step.started_on >= coalesce(%(at)s, clock_timestamp())::date - %(lately)s
    AND s.kind = 'checkin' AND s.active
  ORDER BY s.id, until DESC, step.id
) AS b WHERE b.tight_for IS DISTINCT FROM b.step LIMIT %(batch)s
"""

GONE_QUIET = """
SELECT s.id, coalesce(%(at)s, clock_timestamp()) FROM checkins_schedule s
WHERE s.kind = 'checkin' AND s.active AND s.missed_run >= %(run)s
  AND s.next_due_at > coalesce(%(at)s, clock_timestamp())
  AND s.tight_until IS NULL AND s.tight_because <> 'missed'
LIMIT %(batch)s
"""


def tighten_after_changes(*, at: datetime | None) -> int:
    """A dose began: ask at the next shorter interval, a taper until its watch ends,
    any other change for four weeks. Once for each step."""
    values = {"at": at, "weeks": AFTER_A_CHANGE, "lately": LATELY, "batch": BATCH}
    with acting_as(system("tick")), transaction.atomic():
        rows = _found(BEGAN, values)
        for schedule_id, step_id, tapering, until, now, _ in rows:
            schedule = Schedule.objects.select_for_update().get(pk=schedule_id)
            schedules.tighten(
                schedule,
                because="taper step" if tapering else "dose change",
                until=until,
                now=now,
                about=step_id,
            )
    return len(rows)


def tighten_after_missed(*, at: datetime | None) -> int:
    """Two unanswered in a row: ask more often for a week, once a run."""
    values = {"at": at, "run": MISSED_TIGHTENS, "batch": BATCH}
    with acting_as(system("tick")), transaction.atomic():
        rows = _found(GONE_QUIET, values)
        for schedule_id, now in rows:
            schedule = Schedule.objects.select_for_update().get(pk=schedule_id)
            until = clock.local_date(now, schedule.zone) + AFTER_MISSED
            schedules.tighten(schedule, because="missed", until=until, now=now)
    return len(rows)


def _found(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
