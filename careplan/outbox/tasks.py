"""Doors for Celery: ids and names only, nothing to decide."""

from contextlib import suppress

from celery import shared_task
from kombu.exceptions import OperationalError

from careplan.outbox.deliver import deliver_all

LONGEST = 12  # seconds: a worker that is told to stop is gone within half a minute


@shared_task(name="outbox.deliver", ignore_result=True)  # type: ignore[untyped-decorator]
def deliver(channel: str) -> int:
    """Speak what is due on one channel. With more left it lines up again, behind
    whatever else waits for a worker."""
    spoken = deliver_all(channel, seconds=LONGEST)
    if spoken.more:
        wake(channel)
    return spoken.count


def wake(*channels: str) -> None:
    """Ask for one turn each. Beat does so all the same: without a broker nothing is lost.

    A broker that is gone for one is gone for the next: seconds are waited for it once.
    """
    with suppress(OperationalError):
        for channel in channels:
            deliver.apply_async((channel,), expires=5, retry=False)
