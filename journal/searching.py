"""Search over one's own sealed words: opened one by one, kept nowhere."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from journal.models import EntryNote, Insight, LifeEvent, SideEffectReport

AT_MOST = 50
AROUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: its day, what it is, and the words around."""

    on: dt.date
    what: str
    before: str
    match: str
    after: str


def own_words(patient_id: UUID, query: str) -> list[Hit]:
    """Give the finds of a person's own notes, the newest first, fifty at most.

    An empty query finds nothing.
    """
    wanted = query.strip().casefold()
    if not wanted:
        return []
    found = [
        hit
        for on, what, words in _texts(patient_id)
        if (hit := _hit(on, what, words, wanted)) is not None
    ]
    found.sort(key=lambda hit: hit.on, reverse=True)
    return found[:AT_MOST]


def _texts(patient_id: UUID) -> Iterator[tuple[dt.date, str, str]]:
    sources = (
        (EntryNote, gettext("Note")),
        (Insight, gettext("From therapy")),
        (LifeEvent, gettext("Key moment")),
        (SideEffectReport, gettext("Side effect")),
    )
    for model, what in sources:
        rows = model._default_manager.filter(
            patient_id=patient_id, deleted_at__isnull=True
        )
        for row in rows.order_by("-local_date")[:5000]:
            if row.words:
                yield row.local_date, what, row.words


def _hit(on: dt.date, what: str, words: str, wanted: str) -> Hit | None:
    at = words.casefold().find(wanted)
    if at < 0:
        return None
    end = at + len(wanted)
    return Hit(
        on, what, words[max(0, at - AROUND) : at], words[at:end], words[end:][:AROUND]
    )
