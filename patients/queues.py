"""How many messages wait, left, or failed. Counts only: no name, no words."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from careplan.common.identity import acting_as, system
from careplan.outbox.models import Message, State


@dataclass(frozen=True, slots=True)
class QueueCount:
    """One state and how many messages are in it."""

    label: str
    count: int


def counts() -> list[QueueCount]:
    """Count messages by state, every state named, also the empty ones."""
    with acting_as(system("metrics")), transaction.atomic(savepoint=False):
        found = dict(
            Message.objects.values_list("state").annotate(Count("pk")).order_by()
        )
    return [QueueCount(str(state.label), found.get(state.value, 0)) for state in State]
