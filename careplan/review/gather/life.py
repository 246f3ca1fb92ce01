"""Life events and the practices a person does for herself."""

from collections import Counter

from django.db.models.functions import TruncWeek

from careplan.review.gather.window import Window
from careplan.review.timeline.data import LifeEvent, Practice, PracticeWeek
from journal.models import LifeEvent as LifeEventRow
from journal.models import PracticeLog
from patients.topics import Topic


def events(window: Window) -> tuple[LifeEvent, ...] | None:
    """Give the key moments of these days, whoever of the three added them."""
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


def practices(window: Window) -> tuple[Practice, ...] | None:
    """Give one lane per kind of practice: on how many days of each week it was done."""
    if not window.opens(Topic.MOOD):
        return None
    rows = (
        PracticeLog.objects.filter(**window.shown())
        .annotate(week=TruncWeek("local_date"))
        .values_list("kind", "week", "local_date")
        .distinct()
    )
    weeks = Counter((kind, week) for kind, week, _day in rows)
    kinds = dict(PracticeLog._meta.get_field("kind").flatchoices)
    return tuple(
        Practice(
            name=str(label),
            weeks=tuple(
                PracticeWeek(week=week, done=min(done, 7))
                for (kind, week), done in sorted(weeks.items())
                if kind == value
            ),
        )
        for value, label in kinds.items()
        if any(kind == value for kind, _week in weeks)
    )
