"""Life events, whoever of the three added them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from careplan.review.gather.window import Window
from careplan.review.timeline.data import LifeEvent
from journal.models import LifeEvent as LifeEventRow
from patients.rows import PatientRow
from patients.topics import Topic


def asked(window: Window) -> dict[type[PatientRow], QuerySet[Any]]:
    """Say which rows the lane needs, for `together.read`."""
    if not window.opens(Topic.MOOD):
        return {}
    return {LifeEventRow: LifeEventRow.objects.filter(**window.shown())}


def events(
    window: Window, rows: Sequence[LifeEventRow]
) -> tuple[LifeEvent, ...] | None:
    """Give the key moments of these days, or None without consent."""
    if not window.opens(Topic.MOOD):
        return None
    return tuple(
        LifeEvent(
            on=row.local_date,
            name=row.words,
            ref=f"event:{row.pk}",
            url=window.day_url().replace("{day}", row.local_date.isoformat()),
        )
        for row in sorted(rows, key=lambda row: row.local_date)
    )
