"""Doors for Celery: nothing to decide."""

from celery import shared_task

from careplan.common import clock
from journal import bin as journal_bin


@shared_task(name="journal.empty_bin", ignore_result=True)
def empty_bin() -> int:
    """Delete for good what lay in the bin for thirty days."""
    return journal_bin.empty(now=clock.now())
