"""Life events, whoever of the three added them."""

from careplan.review.gather.window import Window
from careplan.review.timeline.data import LifeEvent
from journal.models import LifeEvent as LifeEventRow
from patients.topics import Topic


def events(window: Window) -> tuple[LifeEvent, ...] | None:
    """Give the key moments of these days, or None without consent."""
    if not window.opens(Topic.MOOD):
        return None
    rows = LifeEventRow.objects.filter(**window.shown()).order_by("local_date")
    return tuple(
        LifeEvent(
            on=row.local_date,
            name=row.words,
            ref=f"event:{row.pk}",
            url=window.day_url().replace("{day}", row.local_date.isoformat()),
        )
        for row in rows
    )
