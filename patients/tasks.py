"""Doors for Celery: nothing to decide."""

from celery import shared_task

from careplan.common import clock
from patients import seals


@shared_task(name="patients.seal", ignore_result=True)  # type: ignore[untyped-decorator]
def seal() -> int:
    """Seal what was looked at since the last minute."""
    return seals.seal_waiting(now=clock.now())
