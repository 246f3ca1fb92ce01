"""Doors for Celery: ids and names only, nothing to decide."""

from celery import shared_task

from careplan.outbox.deliver import deliver_all

LONGEST = 45  # seconds: well below the broker's visibility timeout of 300


@shared_task(name="outbox.deliver", ignore_result=True)
def deliver(channel: str) -> int:
    """Speak what is due on one channel."""
    return deliver_all(channel, seconds=LONGEST)
