"""A rash is asked about at every check-in of some medicines' first weeks.

Lamotrigine, 8 weeks from its start and from any restart (clinical.md 1, rule 4). The
day is `plan.monitoring`'s; this finds the start in the doses that ran.
"""

import datetime as dt
from collections.abc import Iterable

from careplan.common.catalogue import medicines as catalogue
from careplan.plan.monitoring import RASH_RULE, rash_question_until
from journal.medicines import Medicine

RASH = "rash"


def asked_with(known: Iterable[Medicine], *, day: dt.date) -> str:
    """Give the name of the medicine for which a rash is asked about, or ""."""
    names = (row.name for row in known if _is_asked(row, day))
    return next(names, "")


def _is_asked(row: Medicine, day: dt.date) -> bool:
    coded = catalogue.medicine(row.catalogue_id)
    if coded is None or RASH_RULE not in coded.monitoring:
        return False
    begun = _begun_on(row)
    return begun is not None and begun <= day <= rash_question_until(begun)


def _begun_on(row: Medicine) -> dt.date | None:
    """The first day of the doses that go on now; a gap between two begins anew."""
    begun = ended = None
    for step in row.steps:
        if step.regimen != "regular" or step.amount == 0:
            continue
        if begun is None or (ended is not None and step.started_on > ended):
            begun = step.started_on
        ended = step.ended_on
    return begun
