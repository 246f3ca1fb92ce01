"""Askings that follow from the plan and the journal: a form that falls due, homework,
a visit tomorrow, a step that begins today. Two days after an answer that needed help
it asks again, in the way of a form (clinical.md 9: within 24 to 72 hours).

The schedule without a target holds the person's wish for a kind; somebody who gets
reminders but never chose about this kind is reminded in the way of their others, and
can switch it off. Each occasion is a schedule of its own, with the occasion's id as
target and its date as anchor: armed once a date, looked at again before it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from careplan.checkins import marks, reminders, timing
from careplan.checkins.models import BY_OCCASION, Kind
from careplan.checkins.timing import Occurrence, QuietHours
from careplan.common.identity import acting_as, system
from careplan.outbox import queue

LOOK_EVERY = timedelta(minutes=5)
BATCH = 5000
BEFORE_A_VISIT = timedelta(hours=24)
TOO_SOON = timedelta(hours=1)  # before a visit there is no time left to get ready
USUAL_TIMES = {
    Kind.MEASURE: time(18),
    Kind.HOMEWORK: time(18),
    Kind.VISIT: time(9),
    Kind.STEP: time(9),
}

# What falls due around now and has not been armed for that date. A day's margin on
# both sides: local dates are worked out one by one.
FALLS_DUE = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
occasion AS (
  SELECT 'measure' AS kind, a.id AS target, a.patient_id, a.due_on AS day,
    a.asked_at AS known_at, NULL::timestamptz AS begins_at
  FROM journal_measureassignment a, moment
  WHERE a.ended_at IS NULL AND a.due_on BETWEEN now::date - 1 AND now::date + 1
  UNION ALL
  SELECT 'measure', m.id, m.patient_id, m.local_date + 2, m.opened_at, NULL
  FROM journal_safetymoment m, moment
  WHERE m.local_date BETWEEN now::date - 3 AND now::date - 1
    AND (m.asked_again_at IS NULL OR m.asked_again_at < m.opened_at + interval '1 day')
  UNION ALL
  SELECT 'homework', h.id, h.patient_id, h.due_on, h.given_at, NULL
  FROM careplan_homework h, moment
  WHERE h.done_at IS NULL AND h.ended_at IS NULL
    AND h.due_on BETWEEN now::date - 1 AND now::date + 1
  UNION ALL
  SELECT 'step', d.id, d.patient_id, coalesce(d.started_on, d.not_before),
    coalesce(d.released_at, d.created_at), NULL
  FROM careplan_dosestep d, moment
  WHERE d.state = 'current' AND d.started_on BETWEEN now::date - 1 AND now::date + 1
    OR d.state = 'released' AND d.not_before BETWEEN now::date - 1 AND now::date + 1
  UNION ALL
  SELECT 'visit', v.id, v.patient_id, (v.starts_at AT TIME ZONE 'UTC')::date,
    v.created_at, v.starts_at
  FROM careplan_visit v, moment
  WHERE v.state = 'planned' AND v.starts_at > now
    AND v.starts_at <= now + interval '26 hours'
)
SELECT o.kind, o.target, o.patient_id, r.user_id, r.time_zone, o.day, o.known_at,
  o.begins_at, wish.kind = o.kind, wish.times, wish.quiet_begins, wish.quiet_ends,
  wish.answer_minutes, wish.channels, wish.words, moment.now
FROM occasion o CROSS JOIN moment
JOIN patients_patient r ON r.id = o.patient_id AND r.closed_at IS NULL
CROSS JOIN LATERAL (
  SELECT w.* FROM checkins_schedule w
  WHERE w.patient_id = o.patient_id AND w.target IS NULL
    AND (w.kind = o.kind OR w.active)
  ORDER BY (w.kind = o.kind) DESC, (w.kind = 'checkin') DESC, w.kind LIMIT 1
) AS wish
LEFT JOIN checkins_schedule own ON own.patient_id = o.patient_id
  AND own.kind = o.kind AND own.target = o.target
WHERE wish.active AND own.anchor IS DISTINCT FROM o.day
LIMIT %(batch)s
"""

ARM = """
INSERT INTO checkins_schedule AS s (id, created_at, patient_id, user_id, kind, target,
  times, weekdays, every_days, anchor, zone, quiet_begins, quiet_ends, answer_minutes,
  channels, words, active, next_due_at, next_date, next_slot, asked, missed_run,
  tight_because)
SELECT n.id, %(now)s, n.patient_id, n.user_id, n.kind, n.target, ARRAY[n.wall],
  '{0,1,2,3,4,5,6}', 1, n.anchor, n.zone, n.quiet_begins, n.quiet_ends, n.minutes,
  string_to_array(n.channels, ' '), n.words, true, n.at, n.day, n.slot, '', 0, ''
FROM unnest(%(id)s::uuid[], %(patient_id)s::uuid[], %(user_id)s::uuid[],
  %(kind)s::text[], %(target)s::uuid[], %(wall)s::time[], %(anchor)s::date[],
  %(zone)s::text[], %(quiet_begins)s::time[], %(quiet_ends)s::time[],
  %(minutes)s::int[], %(channels)s::text[], %(words)s::text[],
  %(at)s::timestamptz[], %(day)s::date[], %(slot)s::text[])
  AS n(id, patient_id, user_id, kind, target, wall, anchor, zone, quiet_begins,
       quiet_ends, minutes, channels, words, at, day, slot)
ON CONFLICT (patient_id, kind, target) DO UPDATE SET times = excluded.times,
  anchor = excluded.anchor, zone = excluded.zone, active = true,
  quiet_begins = excluded.quiet_begins, quiet_ends = excluded.quiet_ends,
  answer_minutes = excluded.answer_minutes, channels = excluded.channels,
  words = excluded.words, next_due_at = excluded.next_due_at,
  next_date = excluded.next_date, next_slot = excluded.next_slot
"""

# Due now, but done, moved, ended or switched off since it was armed.
NO_LONGER = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now)
UPDATE checkins_schedule s SET next_due_at = NULL, next_date = NULL, next_slot = ''
FROM moment
WHERE s.next_due_at <= moment.now AND s.kind = ANY(%(kinds)s) AND (
  s.target IS NULL
  OR NOT CASE s.kind
    WHEN 'measure' THEN EXISTS (SELECT FROM journal_measureassignment a
      WHERE a.id = s.target AND a.ended_at IS NULL AND a.due_on = s.anchor)
      OR EXISTS (SELECT FROM journal_safetymoment m WHERE m.id = s.target
        AND (m.asked_again_at IS NULL
          OR m.asked_again_at < m.opened_at + interval '1 day'))
    WHEN 'homework' THEN EXISTS (SELECT FROM careplan_homework h
      WHERE h.id = s.target AND h.done_at IS NULL AND h.ended_at IS NULL
        AND h.due_on = s.anchor)
    WHEN 'visit' THEN EXISTS (SELECT FROM careplan_visit v
      WHERE v.id = s.target AND v.state = 'planned' AND v.starts_at > moment.now)
    ELSE EXISTS (SELECT FROM careplan_dosestep d
      WHERE d.id = s.target AND d.state IN ('released', 'current')) END
  OR EXISTS (SELECT FROM checkins_schedule w
    WHERE w.patient_id = s.patient_id AND w.kind = s.kind AND w.target IS NULL
      AND (NOT w.active OR s.next_date
        BETWEEN coalesce(w.away_from, s.next_date) AND w.away_until)))
"""

# A form sent or homework done has answered its asking, from whatever page.
CLOSE_DONE = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
closed AS (
  UPDATE checkins_prompt p SET state = 'answered', answered_at = moment.now
  FROM checkins_schedule s, moment
  WHERE p.state = 'asked' AND p.kind IN ('measure', 'homework')
    AND s.id = p.schedule_id AND s.target IS NOT NULL AND CASE p.kind
    WHEN 'measure' THEN EXISTS (SELECT FROM journal_measureassignment a
      WHERE a.id = s.target AND (a.ended_at IS NOT NULL OR a.due_on > s.anchor))
      OR EXISTS (SELECT FROM journal_safetymoment m WHERE m.id = s.target
        AND m.asked_again_at >= m.opened_at + interval '1 day')
    ELSE EXISTS (SELECT FROM careplan_homework h
      WHERE h.id = s.target AND (h.done_at IS NOT NULL OR h.ended_at IS NOT NULL)) END
  RETURNING p.id, p.notice
)
SELECT c.notice, NOT EXISTS (SELECT FROM checkins_prompt p WHERE p.notice = c.notice
  AND p.state = 'asked' AND p.id NOT IN (SELECT id FROM closed)), moment.now
FROM closed c, moment
"""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that falls due, and how its person wishes to hear of it."""

    kind: Kind
    target: UUID
    patient_id: UUID
    user_id: UUID
    zone: str
    day: date
    known_at: datetime
    begins_at: datetime | None
    is_chosen: bool  # the person chose about this kind; else as their other reminders
    times: list[time]
    quiet_begins: time
    quiet_ends: time
    minutes: int
    channels: list[str]
    words: str
    now: datetime

    @property
    def wall(self) -> time:
        return min(self.times) if self.is_chosen else USUAL_TIMES[self.kind]

    @property
    def quiet(self) -> QuietHours:
        return QuietHours(self.quiet_begins, self.quiet_ends)


def arm(*, at: datetime | None, every: timedelta = LOOK_EVERY) -> int:
    """Give what falls due its moment; says how many occasions were new."""
    with acting_as(system("tick")), transaction.atomic():
        if marks.begin("occasions", every=every, at=at) is None:
            return 0
        rows = _found(FALLS_DUE, {"at": at, "batch": BATCH})
        found = [Occasion(Kind(kind), *rest) for kind, *rest in rows]
        if found:
            _write(found)
    return len(found)


def drop_what_is_over(*, at: datetime | None) -> int:
    """Take back what is due now but done, moved, ended or switched off. Runs right
    before the planning, so that a change counts up to the last moment."""
    values = {"at": at, "kinds": [kind.value for kind in BY_OCCASION]}
    with (
        acting_as(system("tick")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(NO_LONGER, values)
        return int(cursor.rowcount)


def close_done(*, at: datetime | None) -> int:
    """Close the askings of forms sent and homework done; cancel what is queued."""
    with acting_as(system("tick")), transaction.atomic():
        rows = _found(CLOSE_DONE, {"at": at})
        for notice, nothing_else, now in rows:
            if nothing_else:
                queue.cancel(reminders.tag_of(notice), reason="answered", now=now)
    return len(rows)


def moment_of(one: Occasion) -> Occurrence | None:
    """When to ask. A visit: a day before it, or soon when it was booked later, not in
    quiet hours. A step: at the person's time of its day. A form and homework: the
    same, or on the next day when they came after that time. None when it is too late.
    """
    if one.begins_at is not None:
        return _before_a_visit(one, one.begins_at)
    days = 1 if one.kind == Kind.STEP else 2
    for day in (one.day + timedelta(days=n) for n in range(days)):
        at = timing.instant_of(day, one.wall, one.zone)
        if at and at >= one.known_at:
            return _outside_quiet(one, at)
    return None


def _before_a_visit(one: Occasion, begins_at: datetime) -> Occurrence | None:
    at = max(begins_at - BEFORE_A_VISIT, one.known_at)
    asked = _outside_quiet(one, at.replace(second=0, microsecond=0), always=True)
    return asked if asked.at <= begins_at - TOO_SOON else None


def _outside_quiet(one: Occasion, at: datetime, *, always: bool = False) -> Occurrence:
    """A time the person chose wins over their quiet hours; one of ours does not."""
    if always or not one.is_chosen:
        at = timing.after_quiet(at, quiet=one.quiet, zone=one.zone)
    local = at.astimezone(timing.zone_of(one.zone))
    return Occurrence(local.date(), timing.slot_of(local.time()), at)


def _write(found: list[Occasion]) -> None:
    rows = [_row(one, moment_of(one)) for one in found]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    with connection.cursor() as cursor:
        cursor.execute(ARM, {**columns, "now": found[0].now})


def _row(one: Occasion, asked: Occurrence | None) -> dict[str, object]:
    """One schedule. Too late to ask: it is noted all the same, and never due."""
    return {
        "id": uuid4(),
        "patient_id": one.patient_id,
        "user_id": one.user_id,
        "kind": one.kind.value,
        "target": one.target,
        "wall": time.fromisoformat(asked.slot) if asked else one.wall,
        "anchor": one.day,
        "zone": one.zone,
        "quiet_begins": one.quiet_begins,
        "quiet_ends": one.quiet_ends,
        "minutes": one.minutes,
        "channels": " ".join(one.channels),
        "words": one.words,
        "at": asked.at if asked else None,
        "day": asked.local_date if asked else None,
        "slot": asked.slot if asked else "",
    }


def _found(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
