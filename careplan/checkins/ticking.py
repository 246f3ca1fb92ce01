"""One tick, in its order. Each part is one transaction of its own and harmless twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from careplan.checkins import aftermath, occasions, schedules, team_flags
from careplan.checkins import tick as planning
from careplan.common import clock
from careplan.plan import medications, proposals

log = logging.getLogger(__name__)


def tick(*, at: datetime | None = None) -> int:
    """Do everything that time alone brings about; says how many people were asked for.

    A part that fails is logged and does not keep the others from running: somebody's
    reminder must not wait for somebody else's broken row.
    """
    _part("close answered", lambda: aftermath.close_answered(at=at))
    _part("close done", lambda: occasions.close_done(at=at))
    _part("close missed", lambda: aftermath.close_missed(at=at))
    _part("start released steps", lambda: _start_steps(at))
    _part("finish watches", lambda: medications.finish_watches(at or clock.now()))
    _part("close suggestions", lambda: proposals.close_overdue(at or clock.now()))
    _part("relax", lambda: aftermath.relax_ended(at=at))
    _part("tighten after changes", lambda: aftermath.tighten_after_changes(at=at))
    _part("tighten after missed", lambda: aftermath.tighten_after_missed(at=at))
    _part("quiet runs", lambda: team_flags.quiet_runs(at=at))
    _part("contacts", lambda: team_flags.missed_contacts(at=at))
    _part("unreachable", lambda: team_flags.unreachable(at=at))
    _part("follow moves", lambda: schedules.follow_moves(at=at))
    _part("occasions", lambda: occasions.arm(at=at))
    _part("drop what is over", lambda: occasions.drop_what_is_over(at=at))
    planned = _part("plan", lambda: planning.plan_due(at=at).messages)
    _part("fall back", lambda: aftermath.fall_back(at=at))
    return planned


def _start_steps(at: datetime | None) -> int:
    return medications.start_released_steps(at or clock.now())


def _part(name: str, work: Callable[[], int]) -> int:
    try:
        return work()
    except Exception:
        log.exception("tick: %s failed", name)
        return 0
