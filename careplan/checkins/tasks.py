"""The door for Celery: beat says "tick", PostgreSQL knows what is due."""

from celery import shared_task

from careplan.checkins import ticking
from careplan.outbox.tasks import wake

WAKE = ("email", "sms", "push")


@shared_task(name="checkins.tick", ignore_result=True)  # type: ignore[untyped-decorator]
def tick() -> int:
    """Do everything that time alone brings about; what was queued leaves at once."""
    planned = ticking.tick()
    if planned:
        wake(*WAKE)
    return planned
