"""What was agreed and when, and what is suggested now: one query for all of it."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, JSONField, TextField, Value
from django.db.models.functions import Cast, Coalesce

from careplan.common.clock import local_date
from careplan.common.postgresql.prepared import Prepared
from careplan.plan.models import PlanVersion, ProposedChange
from careplan.plan.proposals import OPEN
from careplan.review.gather.window import Window
from careplan.review.timeline.data import (
    Change,
    Phase,
    PhaseKind,
    Version,
    VersionState,
)
from patients.topics import Topic

VERSION, PHASE, APPLIED = "version", "phase", "applied"
# Changes that have no lane of their own: they stand beside the sentence by name.
WITHOUT_A_LANE = ("goal", "practice", "therapy_change", "therapy_end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The steps of an open suggestion about one medicine; `medication` if it has one."""

    medication: UUID | None
    name: str
    unit: str
    steps: tuple[tuple[dt.date, Decimal], ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What the plan's own rows say on the timeline. None is not shared."""

    versions: tuple[Version, ...] | None = None
    phases: tuple[Phase, ...] | None = None
    changes: tuple[Change, ...] = ()
    proposed: tuple[Proposed, ...] = ()


@dataclass(slots=True)
class _Found:
    versions: list[Version] = field(default_factory=list)
    suggested: dict[int, Version] = field(default_factory=dict)
    phases: list[tuple[dt.date, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    proposed: list[Proposed] = field(default_factory=list)


def agreed(window: Window) -> Agreed:
    """Give versions, phases, changes without a lane, and suggested dose steps."""
    if not window.opens(Topic.PLAN):
        return Agreed()
    found = _Found()
    for kind, state, at, number, stored, words, pk in _rows(window):
        day = local_date(at, window.patient.time_zone)
        if kind == VERSION:
            found.versions.append(_version(day, number, window))
            continue
        values = json.loads(stored)
        if state == APPLIED:
            _applied(found, kind, day, values, words, number, window)
        else:
            _suggested(found, day, number, values, words, pk, window)
    return Agreed(
        versions=_versions(found, window),
        phases=tuple(_phases(found.phases, window)),
        changes=tuple(found.changes),
        proposed=tuple(found.proposed),
    )


@Prepared
def _told(*, patient: UUID) -> Any:
    columns = ("t_kind", "t_state", "t_at", "t_number", "t_values", "t_words", "t_id")
    versions = PlanVersion.objects.filter(patient=patient).annotate(
        t_kind=Value(VERSION, CharField()),
        t_state=Value("", CharField()),
        t_at=F("agreed_at"),
        t_number=F("number"),
        t_values=Cast(Value("null"), JSONField()),
        t_words=Value("", CharField()),
        t_id=F("pk"),
    )
    changes = ProposedChange.objects.filter(
        patient=patient, proposal__state__in=[*OPEN, APPLIED]
    ).annotate(
        t_kind=F("kind"),
        t_state=F("proposal__state"),
        t_at=Coalesce("proposal__version__agreed_at", "proposal__sent_at"),
        t_number=Coalesce("proposal__version__number", F("proposal__base_number") + 1),
        t_values=F("values"),
        t_words=Cast("proposal__title", TextField()),
        t_id=F("proposal_id"),
    )
    # `values` is a column of the model, so only annotations are listed here.
    return versions.values_list(*columns).union(changes.values_list(*columns), all=True)


def _rows(window: Window) -> Iterable[tuple[Any, ...]]:
    told = _told(patient=window.patient.pk)
    return sorted(told, key=lambda row: (row[2], row[3]))


def _version(day: dt.date, number: int, window: Window) -> Version:
    url = f"/p/{window.patient.pk}/plan/versions/{number}/"
    return Version(on=day, number=number, state=VersionState.AGREED, url=url)


def _applied(
    found: _Found,
    kind: str,
    day: dt.date,
    values: Mapping[str, Any],
    words: str,
    number: int,
    window: Window,
) -> None:
    if kind == PHASE and values.get("phase") in set(PhaseKind):
        found.phases.append((day, values["phase"]))
    if kind in WITHOUT_A_LANE:
        url = f"/p/{window.patient.pk}/plan/versions/{number}/"
        ref = f"version:{number}"
        found.changes.append(Change(on=day, label=words, url=url, ref=ref))


def _suggested(
    found: _Found,
    day: dt.date,
    number: int,
    values: Mapping[str, Any],
    words: str,
    pk: UUID,
    window: Window,
) -> None:
    url = f"/p/{window.patient.pk}/plan/proposals/{pk}/"
    rows = values.get("steps") or ()
    steps = tuple(
        (dt.date.fromisoformat(str(row["not_before"])), Decimal(str(row["amount"])))
        for row in rows
        if row.get("not_before")
    )
    first = max(steps[0][0] if steps else day, window.today + dt.timedelta(days=1))
    found.suggested[number] = Version(
        on=first, number=number, state=VersionState.PROPOSED, url=url
    )
    if steps and window.opens(Topic.MEDICINES):
        medication = values.get("medication")
        found.proposed.append(
            Proposed(
                medication=UUID(str(medication)) if medication else None,
                name=str(values.get("name") or words),
                unit=str(values.get("unit") or ""),
                steps=steps,
                url=url,
            )
        )


def _versions(found: _Found, window: Window) -> tuple[Version, ...]:
    rows = [*found.versions, *found.suggested.values()]
    inside = (row for row in rows if window.start <= row.on <= window.end)
    return tuple(sorted(inside, key=lambda row: (row.on, row.number)))


def _phases(starts: list[tuple[dt.date, str]], window: Window) -> Iterable[Phase]:
    rows: list[tuple[dt.date, str]] = []
    for day, kind in starts:
        if not rows or rows[-1][1] != kind:
            rows.append((day, kind))
    for (day, kind), after in pairwise([*rows, None]):  # type: ignore[list-item]
        end = after[0] if after else None
        if end is None or end >= window.start:
            yield Phase(kind=PhaseKind(kind), start=day, end=end)
