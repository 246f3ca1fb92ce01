"""Life events, whoever of the three added them."""

from collections.abc import Sequence

from careplan.review.gather.told import Told, words_of
from careplan.review.gather.window import Window
from careplan.review.timeline.data import LifeEvent
from patients.topics import Topic


def events(window: Window, rows: Sequence[Told]) -> tuple[LifeEvent, ...] | None:
    """Give the key moments of these days, or None without consent."""
    if not window.opens(Topic.MOOD):
        return None
    before, after = window.day_url().split("{day}")
    return tuple(
        LifeEvent(
            on=row.on,
            name=words_of(row, window.patient.pk),
            ref=f"event:{row.id}",
            url=f"{before}{row.on}{after}",
        )
        for row in sorted(rows, key=lambda row: (row.on, row.id))
        if row.on
    )
