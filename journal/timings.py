"""How long a check-in takes: a figure for a practice, and never a person (J11)."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from careplan.common.identity import acting_as, system

DAYS = 90
FEWEST = 20  # check-ins, and at least...
FEWEST_PEOPLE = 3  # ...people, so that a figure is nobody's own

FIGURE = """
SELECT count(*), count(DISTINCT t.patient_id),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY t.seconds),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY t.seconds)
FROM journal_checkintiming t
WHERE t.local_date >= %s AND t.patient_id IN (
  SELECT m.patient_id FROM patients_careteammember m
  JOIN patients_clinician c ON c.id = m.clinician_id
  WHERE m.state = 'active' AND c.organisation_id = %s)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """Median and 90th percentile of seconds, page shown to saved."""

    checkins: int
    median: int | None
    p90: int | None


def of_organisation(organisation_id: UUID, *, today: dt.date) -> Figure:
    """Give the figure of a practice's patients over 90 days.

    Under twenty check-ins or three people there is none. Runs as `system("metrics")`,
    which may read seconds and nothing of what was said.
    """
    since = today - dt.timedelta(days=DAYS)
    with (
        acting_as(system("metrics")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(FIGURE, [since, organisation_id])
        count, people, median, p90 = cursor.fetchone()
    if count < FEWEST or people < FEWEST_PEOPLE:
        return Figure(count if people >= FEWEST_PEOPLE else 0, None, None)
    return Figure(count, round(median), round(p90))
