"""How the queue stands while a proof runs, asked through restarts of PostgreSQL."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import OperationalError, connection, transaction

from careplan.common.identity import acting_as, system

TALLY = """
SELECT count(*) FILTER (WHERE state = 'sent'),
  count(*) FILTER (WHERE state IN ('queued', 'sending')),
  count(*) FILTER (WHERE state NOT IN ('sent', 'queued', 'sending')),
  coalesce(sum(greatest(attempts - 1, 0)), 0),
  coalesce(max(finished_at - due_at) FILTER (WHERE state = 'sent'), '0'),
  coalesce(min(finished_at - due_at) FILTER (WHERE state = 'sent'), '0')
FROM outbox_message
"""


@dataclass(frozen=True)
class Tally:
    """How the queue stands."""

    sent: int
    waiting: int
    other: int
    again: int
    latest: timedelta
    earliest: timedelta


def tally() -> Tally:
    while True:
        try:
            with (
                acting_as(system("metrics")),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(TALLY)
                return Tally(*cursor.fetchone())
        except OperationalError:
            connection.close()
            time.sleep(0.5)
