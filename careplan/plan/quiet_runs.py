"""What the plan says about a run of check-ins without an answer (Q5).

Like the interval to each clinician (`contacts`) it is agreed in the plan and read by
the check-ins' clock, which makes the task.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from careplan.plan.models import Plan
from patients.models import Role

SHORTEST, LONGEST = 2, 30
OWNERS = (Role.THERAPIST, Role.PRESCRIBER)
"""Who may get the task: whoever gets it agrees to it first, so only who signs."""


def agreed_words(plan: Plan) -> str:
    """Return what is agreed, in a sentence; "" when nothing is."""
    if not plan.quiet_run:
        return ""
    return words_of(plan.quiet_run, plan.quiet_run_owner)


def words_of(run: int, owner: str) -> str:
    """Return "After 3 check-ins ..., the therapist gets a task to ask how it is"."""
    if owner == Role.THERAPIST:
        said = _(
            "After {n} check-ins in a row without an answer, the therapist gets a task "
            "to ask how things are."
        )
    else:
        said = _(
            "After {n} check-ins in a row without an answer, the prescriber gets a "
            "task to ask how things are."
        )
    return said.format(n=run)
