"""How the sending stands, in counts: never a word of a message, never a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from careplan.common.identity import acting_as, system

ALARM_AFTER = 300  # seconds: something due this long was not spoken (D11)
DEAD_AFTER = 180  # seconds: nothing planned what was due, or nobody has looked

WAITING = """
SELECT channel, state, count(*),
  count(*) FILTER (WHERE state = 'queued' AND attempts > 0),
  coalesce(extract(epoch FROM max(clock_timestamp() - wake_at)
    FILTER (WHERE wake_at <= clock_timestamp())), 0)::float
FROM outbox_message WHERE state IN ('queued', 'sending') GROUP BY 1, 2 ORDER BY 1, 2
"""
LAST_DAY = """
SELECT channel, state, count(*) FROM outbox_message
WHERE created_at > clock_timestamp() - interval '1 day'
  AND state NOT IN ('queued', 'sending') GROUP BY 1, 2 ORDER BY 1, 2
"""
LATENESS = """
SELECT channel, count(*),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - due_at)),
  percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - due_at))
FROM outbox_message WHERE state = 'sent'
  AND created_at > clock_timestamp() - interval '1 hour' GROUP BY 1 ORDER BY 1
"""
UNPLANNED = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(next_due_at)), 0)::float
FROM checkins_schedule WHERE next_due_at <= clock_timestamp()
"""
# Each tick leaves its mark, so that a dead one is seen also while nothing is due.
LAST_TICK = """
SELECT coalesce((SELECT extract(epoch FROM clock_timestamp() - read_until)
  FROM checkins_tickmark WHERE name = 'answered'), 0)::float
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`refused` were spoken at least once, and are to be tried again."""

    channel: str
    state: str
    count: int
    refused: int
    oldest_due_seconds: float


@dataclass(frozen=True, slots=True)
class Finished:
    channel: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """Of the last hour's messages, in seconds after they were due."""

    channel: str
    count: int
    median: float
    p99: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at the queues."""

    waiting: tuple[Waiting, ...]
    finished: tuple[Finished, ...]
    lateness: tuple[Lateness, ...]
    unplanned_seconds: float
    last_tick_seconds: float = 0.0

    @property
    def oldest_due_seconds(self) -> float:
        return max((one.oldest_due_seconds for one in self.waiting), default=0.0)

    @property
    def alarms(self) -> tuple[str, ...]:
        """Plain words of what is wrong; empty when nothing is."""
        found = []
        if self.last_tick_seconds > DEAD_AFTER:
            found.append(f"nothing ticks: last look {self.last_tick_seconds:.0f} s ago")
        if self.unplanned_seconds > DEAD_AFTER:
            found.append(f"nothing plans: due for {self.unplanned_seconds:.0f} s")
        if self.oldest_due_seconds > ALARM_AFTER:
            found.append(f"nothing sends: due for {self.oldest_due_seconds:.0f} s")
        return tuple(found)


def figures() -> Figures:
    """Look at the queues, as the database's own `metrics` identity."""
    with acting_as(system("metrics")), transaction.atomic():
        return Figures(
            waiting=tuple(Waiting(*row) for row in _rows(WAITING)),
            finished=tuple(Finished(*row) for row in _rows(LAST_DAY)),
            lateness=tuple(Lateness(*row) for row in _rows(LATENESS)),
            unplanned_seconds=_rows(UNPLANNED)[0][0],
            last_tick_seconds=_rows(LAST_TICK)[0][0],
        )


def quick() -> Figures:
    """The part a health check needs: what waits, what is due, and one mark."""
    with acting_as(system("metrics")), transaction.atomic():
        return Figures(
            waiting=tuple(Waiting(*row) for row in _rows(WAITING)),
            finished=(),
            lateness=(),
            unplanned_seconds=_rows(UNPLANNED)[0][0],
            last_tick_seconds=_rows(LAST_TICK)[0][0],
        )


def prometheus(found: Figures) -> Iterator[str]:
    """The figures in Prometheus' text format, line by line."""
    yield "# TYPE careplan_messages_waiting gauge"
    for one in found.waiting:
        labels = f'channel="{one.channel}",state="{one.state}"'
        yield f"careplan_messages_waiting{{{labels}}} {one.count}"
    yield "# TYPE careplan_messages_refused gauge"
    for one in found.waiting:
        if one.state == "queued":
            label = f'channel="{one.channel}"'
            yield f"careplan_messages_refused{{{label}}} {one.refused}"
    yield "# TYPE careplan_messages_last_day gauge"
    for done in found.finished:
        labels = f'channel="{done.channel}",state="{done.state}"'
        yield f"careplan_messages_last_day{{{labels}}} {done.count}"
    yield "# TYPE careplan_lateness_seconds summary"
    for late in found.lateness:
        for quantile, value in (("0.5", late.median), ("0.99", late.p99)):
            labels = f'channel="{late.channel}",quantile="{quantile}"'
            yield f"careplan_lateness_seconds{{{labels}}} {value:.3f}"
    yield "# TYPE careplan_oldest_due_seconds gauge"
    yield f"careplan_oldest_due_seconds {found.oldest_due_seconds:.3f}"
    yield "# TYPE careplan_unplanned_seconds gauge"
    yield f"careplan_unplanned_seconds {found.unplanned_seconds:.3f}"
    yield "# TYPE careplan_last_tick_seconds gauge"
    yield f"careplan_last_tick_seconds {found.last_tick_seconds:.3f}"
    yield "# TYPE careplan_alarms gauge"
    yield f"careplan_alarms {len(found.alarms)}"


def _rows(sql: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
