"""The door for Celery: beat says "tick", PostgreSQL knows what is due."""

from celery import shared_task

from careplan.checkins import ticking


@shared_task(name="checkins.tick", ignore_result=True)  # type: ignore[untyped-decorator]
def tick() -> int:
    """Do everything that time alone brings about."""
    return ticking.tick()
