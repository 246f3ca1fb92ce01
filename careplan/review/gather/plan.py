"""Plan versions and phases: what was agreed, and when."""

import json
from itertools import zip_longest

from careplan.common.clock import local_date
from careplan.plan.models import PlanVersion, PlanVersionSection
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Phase, PhaseKind, Version, VersionState
from patients.topics import Topic


def versions(window: Window) -> tuple[Version, ...] | None:
    """Give the agreed versions of these days, or None without consent to the plan."""
    if not window.opens(Topic.PLAN):
        return None
    rows = PlanVersion.objects.filter(patient=window.patient).order_by("number")
    dated = ((local_date(row.agreed_at, window.patient.time_zone), row) for row in rows)
    return tuple(
        Version(
            on=day,
            number=row.number,
            state=VersionState.AGREED,
            url=f"/p/{window.patient.pk}/plan/versions/{row.number}/",
        )
        for day, row in dated
        if window.start <= day <= window.end
    )


def phases(window: Window) -> tuple[Phase, ...] | None:
    """Give the phases as the versions' texts say them (L14)."""
    if not window.opens(Topic.PLAN):
        return None
    rows = (
        PlanVersionSection.objects.filter(patient=window.patient, topic=Topic.PLAN)
        .order_by("version__number")
        .values_list("content", "version__agreed_at")
    )
    starts: list[tuple[object, str]] = []
    for content, agreed_at in rows:
        kind = json.loads(content).get("phase")
        kind = kind.get("phase") if isinstance(kind, dict) else kind
        if kind in PhaseKind.__members__.values() and (
            not starts or starts[-1][1] != kind
        ):
            starts.append((local_date(agreed_at, window.patient.time_zone), kind))
    return tuple(_phases(starts, window))


def _phases(starts, window: Window):
    for (day, kind), after in zip_longest(starts, starts[1:]):
        end = after[0] if after else None
        if end is None or end >= window.start:
            yield Phase(kind=PhaseKind(kind), start=min(day, end or day), end=end)
