"""Progress on goals and habits: the patient's, at any time, never a version (L3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from careplan.plan.change import PATIENT
from careplan.plan.errors import NotAllowed
from careplan.plan.medications import By
from careplan.plan.models import Goal, GoalStep


@transaction.atomic
def note_progress(
    goal: Goal, *, by: By, closeness: str, words: str = "", now: datetime
) -> Goal:
    """Keep how close a goal feels. A reached goal stays in sight, with its day."""
    _require_patient(by)
    goal.closeness, goal.progress, goal.progress_at = closeness, words.strip(), now
    if closeness == Goal.Closeness.REACHED:
        goal.reached_at = goal.reached_at or now
    else:
        goal.reached_at = None
    goal.save(update_fields=["closeness", "progress", "progress_at", "reached_at"])
    return goal


@transaction.atomic
def mark_step(step: GoalStep, *, by: By, is_done: bool, now: datetime) -> GoalStep:
    """Mark a small step done or open again."""
    _require_patient(by)
    step.done_at = now if is_done else None
    step.save(update_fields=["done_at"])
    return step


def _require_patient(by: By) -> None:
    if by.role != PATIENT:
        raise NotAllowed
