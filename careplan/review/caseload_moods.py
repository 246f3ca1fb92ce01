"""Four weeks of mood for each row of the caseload: one statement, averaged in SQL.

Private and deleted entries never count (decisions 16).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from careplan.common.postgresql.prepared import planned_cursor
from careplan.review.worklist import Known

SPARK_DAYS = 28
TENTH = Decimal("0.1")

# One row a person and scale: its days as arrays, each day the mean of its entries.
MOODS = """
SELECT patient_id, scale, array_agg(day), array_agg(mean), array_agg(low),
  array_agg(high)
FROM (SELECT patient_id, scale, local_date - %(start)s::date AS day,
    avg(mood)::float8 AS mean, avg(low)::float8 AS low, avg(high)::float8 AS high
  FROM journal_entry WHERE patient_id = ANY(%(ids)s::uuid[])
  AND local_date >= %(start)s AND deleted_at IS NULL AND NOT is_private
  GROUP BY patient_id, scale, local_date) x
WHERE coalesce(mean, low, high) IS NOT NULL GROUP BY patient_id, scale
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """Four weeks of mood for one row: fourteen points, each of two days.

    On the elevated-aware scale `values` are how low and `highs` how high, each 0 to 3
    and never averaged with each other; `now` and `before` are the mean distance from
    steady, of which less is better (J2).
    """

    values: tuple[Decimal | None, ...] = ()
    highs: tuple[Decimal | None, ...] | None = None
    now: Decimal | None = None
    before: Decimal | None = None


def moods(people: Sequence[Known], *, now: dt.datetime) -> dict[UUID, Mood]:
    """Give the mood of the people on one page: one query.

    Two weeks against the two before, on the scale that each person uses now.
    """
    start = now.date() - dt.timedelta(days=SPARK_DAYS - 1)
    scales = {person.id: person.mood_scale for person in people if person.shares_mood}
    with planned_cursor() as cursor:
        ids = "{" + ",".join(map(str, scales)) + "}"
        cursor.execute(MOODS, {"ids": ids, "start": start})
        rows = cursor.fetchall()
    return {
        patient: _mood(zip(*days, strict=True), scale)
        for patient, scale, *days in rows
        if scale == scales[patient]
    }


def _mood(
    days: Iterable[tuple[int, float | None, float | None, float | None]], scale: str
) -> Mood:
    lows, highs = {}, {}
    for day, mean, low, high in days:
        # The one figure of the usual scale, or how low and how high.
        lows[day], highs[day] = (low or 0, high or 0) if mean is None else (mean, 0)
    both = [(day, max(low, highs[day])) for day, low in lows.items()]
    half = SPARK_DAYS // 2
    return Mood(
        values=_pairs(lows),
        highs=_pairs(highs) if scale == "elevated" else None,
        before=_mean([value for day, value in both if day < half]),
        now=_mean([value for day, value in both if day >= half]),
    )


def _pairs(days: Mapping[int, float]) -> tuple[Decimal | None, ...]:
    known = [
        [days[day] for day in (turn, turn + 1) if day in days]
        for turn in range(0, SPARK_DAYS, 2)
    ]
    return tuple([_mean(values) if values else None for values in known])


def _mean(values: Sequence[float]) -> Decimal | None:
    if not values:
        return None
    return Decimal(str(sum(values) / len(values))).quantize(TENTH)
