"""Doors for Celery: nothing to decide."""

from celery import shared_task

from careplan.common import clock
from careplan.review import watching


@shared_task(name="review.watch_signs", ignore_result=True)  # type: ignore[untyped-decorator]
def watch_signs() -> int:
    """Make one task of each agreed sign that live data meets."""
    return watching.watch(now=clock.now())
