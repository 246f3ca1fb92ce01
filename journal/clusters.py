"""How urgent a side-effect entry is: its own level, its escalations, nine clusters.

Pure functions over frozen facts. They only ever over-alert: adding a report can
raise the level and never lower it, an unknown age counts as young, a symptom
counts as new unless the person said it is not. They never reassure.
Source: clinical.md section 10 [CLIN]; rows in side_effects.json.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from careplan.common.catalogue import side_effects
from careplan.common.catalogue.side_effects import Cluster, Escalation, SideEffect
from journal.refusals import ReportRefused

YOUNG_UNTIL = 25
STRONG = 3
RECENT_CHANGE = timedelta(days=28)
EARLY_CHANGE = timedelta(hours=72)
WITHDRAWAL_ONSET = timedelta(days=14)
ONE_DAY = timedelta(days=1)
ACTIVE_FOR = timedelta(hours=72)
NEW_WITHIN = timedelta(days=7)


class Level(IntEnum):
    """Emergency: numbers on the same screen. Urgent: same-day contact."""

    NONE = 0
    ROUTINE = 1
    URGENT = 2
    EMERGENCY = 3


@dataclass(frozen=True, slots=True)
class Report:
    """One side effect said to be there: severity 0 none, 1 mild, 2 moderate, 3 strong.

    None is "not rated" and counts as strong wherever strength matters, so that a
    skipped answer cannot hide a warning. ``confirmed`` holds the yes/no questions
    answered yes, word for word as in ``Escalation.condition``.
    """

    item: str
    severity: int | None
    at: datetime
    is_new_or_worse: bool = True
    confirmed: frozenset[str] = frozenset()

    @property
    def felt(self) -> int:
        """The strength the rules go by."""
        return STRONG if self.severity is None else self.severity


@dataclass(frozen=True, slots=True)
class MedicineFact:
    """A medicine taken now, or stopped within the last 14 days.

    ``raised_at`` is the last start, increase or addition; ``lowered_at`` the last
    cut or stop; ``missed_in_a_row`` doses missed up to now.
    """

    medicine_id: str
    tags: frozenset[str]
    raised_at: datetime | None = None
    lowered_at: datetime | None = None
    missed_in_a_row: int = 0
    discontinuation_risk: str = "medium"


@dataclass(frozen=True, slots=True)
class PersonFact:
    """``age`` none = not known, which counts as young."""

    age: int | None
    bipolar_on_record: bool = False
    high_mood_positive: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules read. ``entry`` is what is being saved, ``recent`` what
    was reported before it."""

    entry: tuple[Report, ...]
    medicines: tuple[MedicineFact, ...]
    person: PersonFact
    now: datetime
    recent: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterFound:
    """A cluster that fired, the items it fired on and where the rule is from."""

    id: str
    title: str
    level: Level
    items: tuple[str, ...]
    action: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What to do with an entry. ``next_day_task`` is for a strong routine one."""

    level: Level
    clusters: tuple[ClusterFound, ...] = ()
    opens_safety_flow: bool = False
    prescriber_at_once: bool = False
    next_day_task: bool = False
    raised_by: tuple[str, ...] = field(default=())

    @property
    def cluster_ids(self) -> tuple[str, ...]:
        return tuple(cluster.id for cluster in self.clusters)


def assess(facts: Facts) -> Assessment:
    """The level of an entry: the highest of its items' own levels, their
    escalations and every cluster an item of it takes part in.

    Refuses an unknown item or a severity outside 0-3.
    """
    _refuse_unknown((*facts.entry, *facts.recent))
    present = [report for report in facts.entry if report.felt >= 1]
    found = tuple(_clusters(facts)) if present else ()
    levels = [_level_of_item(report, facts) for report in present]
    earlier = _earlier_raised_by_entry(facts)
    all_levels = [*levels, *earlier, *(row.level for row in found)]
    level = max(all_levels, default=Level.NONE)
    return Assessment(
        level=level,
        clusters=found,
        opens_safety_flow=any(_row(r.item).opens_safety_flow for r in present),
        prescriber_at_once=any(row.id == "cl_young_suicidal" for row in found),
        next_day_task=level == Level.ROUTINE
        and any(r.severity == STRONG for r in present),
        raised_by=tuple(
            report.item
            for report, own in zip(present, levels, strict=True)
            if own == level
        ),
    )


def is_new_or_worse(report: Report, earlier: Iterable[Report]) -> bool:
    """Whether it began or grew within 7 days: true unless it was already that
    strong 7 days ago or longer."""
    before = report.at - NEW_WITHIN
    return not any(
        row.item == report.item and row.at <= before and row.felt >= report.felt
        for row in earlier
    )


def withdrawal_counts(medicine: MedicineFact, report: Report) -> bool:
    """Whether a symptom falls in the time in which withdrawal is possible.

    0-14 days after a cut, or after 2 missed doses in a row (1 when the medicine
    is hard to stop). Source: clinical.md section 8 [V timing, CLIN figures].
    """
    after_cut = medicine.lowered_at is not None and _follows(
        report.at, medicine.lowered_at
    )
    enough = 1 if medicine.discontinuation_risk == "high" else 2
    return after_cut or medicine.missed_in_a_row >= enough


def _follows(at: datetime, cut_at: datetime) -> bool:
    """From the day of the cut to the end of the 14th day after it. By days, because
    a cut is known by its day more often than by its hour."""
    same_day = at.date() == cut_at.date()
    return same_day or timedelta(0) <= at - cut_at < WITHDRAWAL_ONSET + ONE_DAY


def _clusters(facts: Facts) -> Iterable[ClusterFound]:
    for cluster in side_effects.clusters():
        if not _has_medicine(cluster, facts) or not CONTEXT.get(cluster.id, _always)(
            facts
        ):
            continue
        found = _fire(cluster, facts)
        if found is not None:
            yield found


def _fire(cluster: Cluster, facts: Facts) -> ClusterFound | None:
    reports = _inside(facts, timedelta(hours=cluster.window_hours))
    counted = {
        report.item: report.felt
        for report in sorted(reports, key=lambda row: row.felt)
        if report.felt >= cluster.min_severity and _counts(cluster, report, facts)
    }
    items = _items_fired_on(cluster, counted)
    raising = _raising_items(cluster, counted) if items else set()
    if not items or not _takes_part(items | raising, facts):
        return None
    level = Level[cluster.level.upper()]
    if cluster.escalate_to and _is_raised(cluster, counted, raising):
        level = max(level, Level[cluster.escalate_to.to.upper()])
    return ClusterFound(
        id=cluster.id,
        title=cluster.title,
        level=level,
        items=tuple(sorted(items | raising)),
        action=cluster.action,
        sources=cluster.sources,
    )


def _items_fired_on(cluster: Cluster, counted: Mapping[str, int]) -> set[str]:
    """The items that make it fire, or none: any one, a group each, or a count."""
    fired = set(cluster.any_of) & counted.keys()
    groups = [set(group) & counted.keys() for group in cluster.all_groups]
    if groups and all(groups):
        fired = fired.union(*groups)
    listed = set(cluster.count_of) & counted.keys()
    if cluster.count_at_least and len(listed) >= cluster.count_at_least:
        fired |= listed
    return fired


def _raising_items(cluster: Cluster, counted: Mapping[str, int]) -> set[str]:
    raising = cluster.escalate_to.with_items if cluster.escalate_to else ()
    return set(raising) & counted.keys()


def _is_raised(cluster: Cluster, counted: Mapping[str, int], raising: set[str]) -> bool:
    """By a named item; where none is named, by a counted symptom of 3."""
    if cluster.escalate_to and cluster.escalate_to.with_items:
        return bool(raising)
    return any(counted.get(item) == STRONG for item in cluster.count_of)


def _counts(cluster: Cluster, report: Report, facts: Facts) -> bool:
    """The two clusters whose rows say which reports may be counted."""
    if cluster.id == "cl_lithium" and report.item not in cluster.any_of:
        return report.felt >= 2 or report.is_new_or_worse
    if cluster.id == "cl_withdrawal":
        return any(withdrawal_counts(row, report) for row in facts.medicines)
    return True


def _takes_part(items: set[str], facts: Facts) -> bool:
    return any(row.item in items for row in facts.entry if row.felt >= 1)


def _inside(facts: Facts, window: timedelta) -> list[Report]:
    """Reports inside the window. A report from "the future" is a wrong clock on
    somebody's phone, and counts."""
    reports = (*facts.entry, *facts.recent)
    return [row for row in reports if row.at >= facts.now - window]


def _has_medicine(cluster: Cluster, facts: Facts) -> bool:
    wanted = set(cluster.requires_medicine_tags)
    return not wanted or any(wanted & row.tags for row in facts.medicines)


def _always(facts: Facts) -> bool:
    return True


def _serotonergic_raised(facts: Facts) -> bool:
    return any(
        _is_recent(row.raised_at, facts.now, EARLY_CHANGE)
        for row in facts.medicines
        if "serotonergic" in row.tags
    )


def _young_and_changed(facts: Facts) -> bool:
    age = facts.person.age
    if age is not None and age > YOUNG_UNTIL:
        return False
    return any(
        _is_recent(at, facts.now, RECENT_CHANGE)
        for row in facts.medicines
        if "antidepressant" in row.tags
        for at in (row.raised_at, row.lowered_at)
    )


def _bipolar_or_high(facts: Facts) -> bool:
    return facts.person.bipolar_on_record or facts.person.high_mood_positive


CONTEXT: Mapping[str, Callable[[Facts], bool]] = {
    "cl_serotonin_early": _serotonergic_raised,
    "cl_young_suicidal": _young_and_changed,
    "cl_switch": _bipolar_or_high,
}


def _is_recent(at: datetime | None, now: datetime, window: timedelta) -> bool:
    return at is not None and at >= now - window


def _level_of_item(report: Report, facts: Facts) -> Level:
    row = _row(report.item)
    raised = [
        Level[step.to.upper()]
        for step in row.escalate_when
        if _escalates(step, report, facts)
    ]
    return max([Level[row.level.upper()], *raised])


def _earlier_raised_by_entry(facts: Facts) -> list[Level]:
    """An item reported before is raised by what came today: a rash, then a fever."""
    today = {report.item for report in facts.entry if report.felt >= 1}
    earlier = [row for row in facts.recent if row.felt >= 1]
    return [
        Level[step.to.upper()]
        for report in earlier
        if report.at >= facts.now - ACTIVE_FOR
        for step in _row(report.item).escalate_when
        if today & set(step.with_items) and _escalates(step, report, facts)
    ]


def _escalates(step: Escalation, report: Report, facts: Facts) -> bool:
    """Every part of the row that is not empty must hold."""
    active = {r.item for r in _inside(facts, ACTIVE_FOR) if r.felt >= 1}
    ids = {row.medicine_id for row in facts.medicines}
    tags = {tag for row in facts.medicines for tag in row.tags}
    return (
        (not step.medicines or bool(ids & set(step.medicines)))
        and (not step.tags or bool(tags & set(step.tags)))
        and set(step.with_items) <= active
        and (step.condition is None or step.condition in report.confirmed)
    )


def _refuse_unknown(reports: Iterable[Report]) -> None:
    for report in reports:
        if side_effects.side_effect(report.item) is None:
            raise ReportRefused(item=report.item)
        if not 0 <= report.felt <= STRONG:
            raise ReportRefused(severity=report.severity)


def _row(item: str) -> SideEffect:
    found = side_effects.side_effect(item)
    if found is None:
        raise ReportRefused(item=item)
    return found
