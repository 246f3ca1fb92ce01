"""Doors for Celery: nothing to decide."""

from celery import shared_task

from careplan.common import clock
from careplan.team import alerts


@shared_task(name="team.pass_on", ignore_result=True)
def pass_on() -> int:
    """Hand on the alerts that nobody took in time."""
    return alerts.pass_on(now=clock.now())
