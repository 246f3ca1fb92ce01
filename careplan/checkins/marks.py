"""How often a part of the tick runs, and since when it has not: one row a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

# Two ticks at once: the second waits for the row, then finds that it is too early.
BEGIN = """
WITH moment AS MATERIALIZED (SELECT coalesce(%(at)s, clock_timestamp()) AS now),
was AS MATERIALIZED (
  SELECT read_until FROM checkins_tickmark WHERE name = %(name)s
)
INSERT INTO checkins_tickmark AS m (name, read_until)
SELECT %(name)s, now FROM moment
ON CONFLICT (name) DO UPDATE SET read_until = excluded.read_until
  WHERE m.read_until <= excluded.read_until - %(every)s
RETURNING coalesce((SELECT read_until FROM was), read_until - interval '1 day'),
  read_until
"""


@dataclass(frozen=True, slots=True)
class Span:
    """The time a part of the tick has to look at."""

    since: datetime
    now: datetime


def begin(name: str, *, every: timedelta, at: datetime | None) -> Span | None:
    """Say what time to look at, or None when it was done lately. Call it inside the
    transaction that does the work: when that fails, it is due again."""
    values: dict[str, Any] = {"name": name, "every": every, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, values)
        row = cursor.fetchone()
    return Span(*row) if row else None
