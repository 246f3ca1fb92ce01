"""The bin: thirty days after a deletion, what lies in it is gone for good."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from careplan.common.identity import acting_as, system
from journal import queries, shown
from journal.models import Entry

KEPT_FOR = dt.timedelta(days=30)
# Children before their check-in. A report that a clinician judged stays in the bin,
# hidden: the judgement is part of the clinician's record and is never deleted.
PARTS = (
    "doseanswer",
    "sleeplog",
    "practicelog",
    "substancelog",
    "trackervalue",
    "insight",
    "lifeevent",
    "homeworkanswer",
    "entrynote",
    "measureresponse",
)
REPORTS = """
DELETE FROM journal_sideeffectreport r WHERE deleted_at < %s
AND NOT EXISTS (SELECT 1 FROM journal_sideeffectjudgement j WHERE j.report_id = r.id)
"""
VERSIONS = """
DELETE FROM journal_entryversion v USING journal_entry e
WHERE e.id = v.entry_id AND e.deleted_at < %s
"""
ENTRIES = """
DELETE FROM journal_entry e WHERE deleted_at < %s
AND NOT EXISTS (SELECT 1 FROM journal_sideeffectreport r WHERE r.entry_id = e.id)
"""


def empty(*, now: dt.datetime) -> int:
    """Delete what lay in the bin for thirty days; counts the check-ins."""
    before = now - KEPT_FOR
    with acting_as(system("tick")), transaction.atomic(), connection.cursor() as cursor:
        for name in PARTS:
            cursor.execute(
                f"DELETE FROM journal_{name} WHERE deleted_at < %s",  # noqa: S608 - names above
                [before],
            )
        for statement in (REPORTS, VERSIONS, ENTRIES):
            cursor.execute(statement, [before])
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class InBin:
    """A deleted check-in, in so many words that one knows it again."""

    id: UUID
    title: str
    at: str
    mood_word: str


def of_patient(patient_id: UUID, *, today: dt.date) -> list[InBin]:
    """Give the person's deleted check-ins, the latest deletion first."""
    rows = Entry.objects.filter(patient_id=patient_id, deleted_at__isnull=False)
    return [
        InBin(
            row.pk,
            queries.day_title(row.local_date, today),
            shown.clock_words(row.occurred_at, row.zone),
            shown.mood_word(row),
        )
        for row in rows.order_by("-deleted_at")[:100]
    ]
