"""The door for Celery: beat says "tick", PostgreSQL knows what is due."""

from contextlib import suppress

from celery import shared_task
from kombu.exceptions import OperationalError

from careplan.checkins import ticking
from careplan.outbox.tasks import deliver

WAKE = ("email", "sms", "push")


@shared_task(name="checkins.tick", ignore_result=True)  # type: ignore[untyped-decorator]
def tick() -> int:
    """Do everything that time alone brings about; what was queued leaves at once."""
    planned = ticking.tick()
    if planned:
        wake_deliver()
    return planned


def wake_deliver() -> None:
    """Beat wakes deliver all the same: without a broker this loses nothing."""
    for channel in WAKE:
        with suppress(OperationalError):
            deliver.apply_async((channel,), expires=5, retry=False)
