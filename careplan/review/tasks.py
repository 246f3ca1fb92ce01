"""Doors for Celery: nothing to decide."""

from celery import shared_task

from careplan.common import clock
from careplan.review import rule_holds, watching


@shared_task(name="review.watch_signs", ignore_result=True)  # type: ignore[untyped-decorator]
def watch_signs() -> int:
    """Make one task of each agreed sign that live data meets."""
    return watching.watch(now=clock.now())


@shared_task(name="review.pause_tapers", ignore_result=True)  # type: ignore[untyped-decorator]
def pause_tapers() -> int:
    """Pause each lowering whose signed rule is met, and ask the prescriber (R5)."""
    return rule_holds.pause(now=clock.now())
