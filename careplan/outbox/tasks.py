"""Doors for Celery: ids and names only, nothing to decide."""

from celery import shared_task

from careplan.outbox.deliver import deliver_all

LONGEST = 12  # seconds: a worker that is told to stop is gone within half a minute


@shared_task(name="outbox.deliver", ignore_result=True)  # type: ignore[untyped-decorator]
def deliver(channel: str) -> int:
    """Speak what is due on one channel."""
    return deliver_all(channel, seconds=LONGEST)
