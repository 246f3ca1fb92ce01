"""The tick: everything that time alone brings about, a thousand schedules at once.

`plan_due` claims due schedules, writes their prompts and messages, and moves them on
to their next moment: three statements, one transaction. A crash in between changes
nothing, and a second tick finds nothing left or, by the unique keys, writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID, uuid4

from django.db import connection, transaction

from careplan.checkins import reminders
from careplan.checkins.models import (
    BY_OCCASION,
    Kind,
    Prompt,
    asked_as_text,
    asked_from_text,
)
from careplan.checkins.timing import (
    Asked,
    Occurrence,
    QuietHours,
    Rule,
    fresh_until,
    instant_of,
    is_quiet,
    missed_between,
    next_occurrence,
    slot_of,
    tightened,
    with_asked,
)
from careplan.common.identity import acting_as, system
from careplan.common.postgresql.columns import packed, rows_of
from careplan.outbox import links, queue

BATCH = 1000
FRESHNESS = timedelta(hours=4)
MOST_A_DAY = 3
OUTAGE_LOOK_BACK = timedelta(days=2)
TICK_LOCK = 7_305_512  # one dispatcher plans at a time; the others go home

CLAIM = """
WITH the_only_one AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(%(lock)s) AS yes)
SELECT s.id, s.patient_id, s.user_id, u.language, s.kind, s.times, s.weekdays,
  s.every_days, s.anchor, s.zone, s.quiet_begins, s.quiet_ends, s.answer_minutes,
  s.channels, s.words, s.away_from, s.away_until, s.next_due_at, s.next_date,
  s.next_slot, s.asked, s.tight_until,
  (SELECT count(DISTINCT p.slot) FROM checkins_prompt p
   WHERE p.patient_id = s.patient_id AND p.local_date = s.next_date
     AND p.state <> 'skipped') AS asked_today,
  ARRAY(SELECT o.channel FROM outbox_optout o
    WHERE o.user_id = s.user_id AND o.kind IN ('', s.kind)) AS stopped,
  coalesce(%(at)s, clock_timestamp())
FROM the_only_one CROSS JOIN LATERAL app.due_schedules(
  CASE WHEN the_only_one.yes THEN %(batch)s ELSE 0 END,
  coalesce(%(at)s, clock_timestamp())) AS s
JOIN patients_user u ON u.id = s.user_id
ORDER BY s.next_due_at, s.patient_id, s.kind, s.id
"""

MOVED = rows_of(
    "n", id="uuid", at="timestamptz", local_date="date", slot="text", asked="text"
)
ASKED = rows_of(
    "n",
    id="uuid",
    patient_id="uuid",
    schedule_id="uuid",
    kind="text",
    local_date="date",
    slot="text",
    due_at="timestamptz",
    answer_by="timestamptz",
    state="text",
    because="text",
    notice="uuid",
    link_hash="text",
)
ASK_AND_MOVE_ON = f"""
WITH moved AS (
  UPDATE checkins_schedule s SET next_due_at = n.at, next_date = n.local_date,
    next_slot = n.slot, asked = n.asked
  FROM {MOVED} WHERE s.id = n.id
)
INSERT INTO checkins_prompt (id, created_at, patient_id, schedule_id, kind,
  local_date, slot, due_at, answer_by, state, because, notice, snoozes, late, link_hash)
SELECT n.id, %s, n.patient_id, n.schedule_id, n.kind, n.local_date, n.slot, n.due_at,
  n.answer_by, n.state, n.because, n.notice, 0, false, n.link_hash
FROM {ASKED}
ON CONFLICT DO NOTHING
"""  # noqa: S608 - put together from names above alone


@dataclass(frozen=True, slots=True)
class Due:
    """One schedule as the claim read it: names as in `models.Schedule`."""

    id: UUID
    patient_id: UUID
    user_id: UUID
    language: str
    kind: str
    times: tuple[time, ...]
    weekdays: frozenset[int]
    every_days: int
    anchor: date
    zone: str
    quiet: QuietHours
    answer_by: timedelta
    channels: list[str]
    words: str
    away_from: date | None
    away_until: date | None
    next: Occurrence
    asked: Asked
    tight_until: date | None
    asked_today: int
    is_stopped: bool

    def rule_on(self, day: date) -> Rule:
        return _rule(
            self.times,
            self.zone,
            self.weekdays,
            self.every_days,
            self.anchor,
            self.quiet if self.tight_until and day <= self.tight_until else None,
        )

    def is_away(self, day: date) -> bool:
        began = self.away_from is None or day >= self.away_from
        return self.away_until is not None and began and day <= self.away_until


@lru_cache(maxsize=4096)
def _rule(
    times: tuple[time, ...],
    zone: str,
    weekdays: frozenset[int],
    every_days: int,
    anchor: date,
    tighter: QuietHours | None,
) -> Rule:
    rule = Rule(tuple(sorted(times)), zone, weekdays, every_days, anchor)
    return tightened(rule, quiet=tighter) if tighter else rule


@lru_cache(maxsize=65_536)
def _next(rule: Rule, after: datetime, asked: Asked) -> Occurrence | None:
    """Many people share a rule and a moment: work it out once."""
    return next_occurrence(rule, after=after, asked=asked)


@dataclass(slots=True)
class Batch:
    """What one transaction writes."""

    now: datetime
    prompts: list[tuple[object, ...]] = field(default_factory=list)
    messages: dict[str, queue.NewMessage] = field(default_factory=dict)
    moved: list[tuple[object, ...]] = field(default_factory=list)
    slots: dict[tuple[UUID, date], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """What one pass came to."""

    schedules: int
    messages: int
    batches: int


def plan_due(*, at: datetime | None = None, most: int = 100_000) -> Planned:
    """Plan all that is due. `at` stands in for the database's clock in tests only."""
    schedules = messages = batches = 0
    while schedules < most:
        claimed, queued = _plan_batch(at)
        schedules, messages = schedules + claimed, messages + queued
        batches += bool(claimed)
        if claimed < BATCH:
            break
    return Planned(schedules, messages, batches)


def _plan_batch(at: datetime | None) -> tuple[int, int]:
    with acting_as(system("tick")), transaction.atomic():
        rows = _claim(at)
        if not rows:
            return 0, 0
        batch = Batch(now=rows[0][-1])
        for row in rows:
            _plan_one(_due(row), batch)
        with connection.cursor() as cursor:
            cursor.execute(
                ASK_AND_MOVE_ON,
                [*packed(batch.moved), batch.now, *packed(batch.prompts)],
            )
        queued = queue.enqueue_many(batch.messages.values(), now=batch.now)
        return len(rows), queued


def _claim(at: datetime | None) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"lock": TICK_LOCK, "at": at, "batch": BATCH})
        return list(cursor.fetchall())


def _due(row: tuple) -> Due:  # type: ignore[type-arg]
    (id_, patient_id, user_id, language, kind, times, weekdays, every, anchor, zone,
     begins, ends, minutes, channels, words, away_from, away_until, due_at, day, slot,
     asked, tight_until, asked_today, stopped, _) = row  # fmt: skip
    open_ways = [way for way in channels if way not in stopped]
    return Due(
        id=id_,
        patient_id=patient_id,
        user_id=user_id,
        language=language,
        kind=kind,
        times=tuple(times),
        weekdays=frozenset(weekdays),
        every_days=every,
        anchor=anchor,
        zone=zone,
        quiet=QuietHours(begins, ends),
        answer_by=timedelta(minutes=minutes),
        channels=open_ways,
        words=words,
        away_from=away_from,
        away_until=away_until,
        next=Occurrence(day, slot, due_at.astimezone(UTC)),
        asked=asked_from_text(asked),
        tight_until=tight_until,
        asked_today=asked_today,
        is_stopped=bool(channels) and not open_ways,
    )


def _plan_one(due: Due, batch: Batch) -> None:
    """Ask once for the latest moment, note the ones an outage left behind, move on."""
    asked = with_asked(due.asked, due.next)
    occurrences = [due.next, *_left_behind(due, asked, batch.now)]
    for one in occurrences[:-1]:
        _write(due, one, batch, skipped="outage")
        asked = with_asked(asked, one)
    last = occurrences[-1]
    asked = with_asked(asked, last)
    _write(due, last, batch, skipped=_reason_to_skip(due, last, batch))
    _move_on(due, last, asked, batch)


def _left_behind(due: Due, asked: Asked, now: datetime) -> list[Occurrence]:
    """Later occurrences that have passed as well: only after a long stop."""
    if due.kind in BY_OCCASION:
        return []
    after = max(due.next.at, now - OUTAGE_LOOK_BACK)
    upcoming = _next(due.rule_on(due.next.local_date), due.next.at, asked)
    if upcoming is None or upcoming.at > now:
        return []
    rule = due.rule_on(now.date())
    return missed_between(rule, after=after, until=now, asked=asked)


def _reason_to_skip(due: Due, one: Occurrence, batch: Batch) -> str:
    """Why nobody is asked now; "" when they are."""
    if due.is_away(one.local_date):
        return "away"
    if due.is_stopped:
        return "stopped"  # and no part of a message that others share
    if one.at + min(due.answer_by, FRESHNESS) <= batch.now:
        return "outage"
    chosen = one.slot in {slot_of(wall) for wall in due.times}
    if not chosen and is_quiet(one.at, quiet=due.quiet, zone=due.zone):
        return "quiet hours"
    slots = batch.slots[due.patient_id, one.local_date]
    # A dose reminder and a time the person chose are never dropped by a cap.
    ours = due.kind != Kind.DOSES and not chosen and one.slot not in slots
    full = due.asked_today + len(slots) >= MOST_A_DAY
    return "enough for today" if ours and full else ""


def _write(due: Due, one: Occurrence, batch: Batch, *, skipped: str) -> None:
    prompt_id = uuid4()
    notice = reminders.notice_id(due.patient_id, one.local_date, one.slot)
    linked = due.kind in reminders.WITH_LINK and not skipped
    secret = links.secret_of("checkin", prompt_id) if linked else ""
    state = Prompt.State.SKIPPED if skipped else Prompt.State.ASKED
    batch.prompts.append(
        (
            prompt_id,
            due.patient_id,
            due.id,
            due.kind,
            one.local_date,
            one.slot,
            one.at,
            one.at + due.answer_by,
            state.value,
            skipped,
            notice,
            links.hash_of(secret) if linked else None,
        )
    )
    if not skipped:
        batch.slots[due.patient_id, one.local_date].add(one.slot)
        _write_message(due, one, batch, prompt_id=prompt_id, notice=notice)


def _write_message(
    due: Due, one: Occurrence, batch: Batch, *, prompt_id: UUID, notice: UUID
) -> None:
    channel = due.channels[0] if due.channels else queue.default_channel()
    key = reminders.dedupe_key(notice, channel)
    already = batch.messages.get(key)
    kind = due.kind if already is None else reminders.SEVERAL
    link_ref = prompt_id if due.kind in reminders.WITH_LINK else None
    if already is not None and already.link_ref and due.kind != Kind.CHECKIN:
        link_ref = already.link_ref  # the check-in's page can take both
    words = reminders.words_for(
        kind, channel, due.language, due.words, has_link=link_ref is not None
    )
    fresh = fresh_until(
        one,
        answer_by=due.answer_by,
        freshness=FRESHNESS,
        quiet=due.quiet,
        zone=due.zone,
    )
    batch.messages[key] = queue.NewMessage(
        id=already.id if already else uuid4(),
        recipient_id=due.user_id,
        channel=channel,
        kind=due.kind if already is None else already.kind,
        subject=words.subject,
        body=words.body,
        dedupe_key=key,
        due_at=one.at,
        expires_at=fresh if already is None else max(fresh, already.expires_at),
        patient_id=due.patient_id,
        about=_tags(due, already, notice),
        link_ref=link_ref,
        stoppable=True,
    )


def _tags(due: Due, already: queue.NewMessage | None, notice: UUID) -> tuple[str, ...]:
    """Say what a message is about; each kind after the first, so that all may stop."""
    if already is None:
        return (reminders.tag_of(notice),)
    return (*already.about, queue.tag_of_kind(due.kind))


def _move_on(due: Due, last: Occurrence, asked: Asked, batch: Batch) -> None:
    if due.kind in BY_OCCASION:
        batch.moved.append((due.id, None, None, "", asked_as_text(asked)))
        return
    after = max(last.at, batch.now) if last.at < batch.now else last.at
    if due.is_away(last.local_date) and due.away_until:
        back = instant_of(due.away_until, time(23, 59, 59), due.zone)
        after = max(after, back) if back else after
    following = _next(due.rule_on(last.local_date), _floor(after, last), asked)
    if following and due.tight_until and following.local_date > due.tight_until:
        following = _next(due.rule_on(following.local_date), _floor(after, last), asked)
    if following is None:
        batch.moved.append((due.id, None, None, "", asked_as_text(asked)))
        return
    batch.moved.append(
        (
            due.id,
            following.at,
            following.local_date,
            following.slot,
            asked_as_text(asked),
        )
    )


def _floor(after: datetime, last: Occurrence) -> datetime:
    """The instant from which to look on. When the tick came in good time it is the
    occurrence itself, so that all who share it share one piece of arithmetic; slots
    that share its instant (both in one gap) still follow, being not yet asked."""
    if after - last.at < timedelta(minutes=15):
        return last.at - timedelta(microseconds=1)
    return after
