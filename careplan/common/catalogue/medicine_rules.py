"""Monitoring, interactions, washout, restart gaps, titration facts: rows with sources.

They inform clinicians. They never compute, prefill or suggest a dose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from careplan.common.catalogue.medicines import Medicine
from careplan.common.catalogue.rows import Meta, Review, read_catalogue


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    name: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class BoxedWarning:
    id: str
    title: str
    text: str
    app_prompt: str | None
    source: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One line of a monitoring schedule; ``applies`` is the stage it belongs to.

    ``what`` names the part of the check it asks for, where that is not the whole.
    """

    when: str
    anchor: str | None
    due_days: int | None
    every_months: int | None
    condition: str | None
    applies: str | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Monitoring:
    id: str
    what: str
    schedule: tuple[ScheduleLine, ...]
    target: str | None
    source: str
    verified: tuple[str, ...]
    review: Review

    @property
    def is_draft(self) -> bool:
        return self.review.is_draft


@dataclass(frozen=True, slots=True)
class Interaction:
    """A medicine of side a with one of side b, or with an agent or condition."""

    id: str
    severity: str
    trigger: str
    title: str
    text: str
    a_medicines: tuple[str, ...]
    a_tags: tuple[str, ...]
    b_tags: tuple[str, ...]
    other_agents: tuple[str, ...]
    source: str
    verified: tuple[str, ...]
    review: Review

    def concerns(self, medicine: Medicine) -> bool:
        """Whether the medicine stands on side a."""
        return medicine.id in self.a_medicines or medicine.has_tag(*self.a_tags)


@dataclass(frozen=True, slots=True)
class Washout:
    """Days to wait between stopping one medicine and starting another."""

    id: str
    stopped: str
    started: str
    label_minimum_days: int
    app_warning_days: int
    stopped_medicines: tuple[str, ...]
    stopped_tags: tuple[str, ...]
    source: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class TitrationFacts:
    id: str
    medicines: tuple[str, ...]
    facts: tuple[str, ...]
    min_change_interval_days: int | None
    audience: str
    source: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class TaperPrinciple:
    id: str
    text: str
    applies_to_medicines: tuple[str, ...]
    source: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class ReductionNote:
    tag: str
    note_if_percent_over: int
    strong_note_if_percent_over: int | None
    window_days: int


@dataclass(frozen=True, slots=True)
class TaperGate:
    """The figures of the gate before the next step down."""

    min_interval_days_default: int
    min_interval_days_by_medicine: Mapping[str, int]
    usual_interval_days: tuple[int, ...]
    withdrawal_check_max_age_days: int
    hold_if: tuple[str, ...]
    step_back_review_if: tuple[str, ...]
    reduction_notes: tuple[ReductionNote, ...]
    approval: str
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class RestartRule:
    id: str
    medicine: str
    gap_hours_at_least: int
    message: str
    source: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class MedicineRules:
    meta: Meta
    tags: tuple[Tag, ...]
    boxed_warnings: tuple[BoxedWarning, ...]
    monitoring: tuple[Monitoring, ...]
    interactions: tuple[Interaction, ...]
    washout: tuple[Washout, ...]
    titration_facts: tuple[TitrationFacts, ...]
    taper_principles: tuple[TaperPrinciple, ...]
    taper_gate: TaperGate
    restart_alerts: tuple[RestartRule, ...]


@cache
def load() -> MedicineRules:
    """The whole file, read once per process."""
    return read_catalogue("medicine_rules", MedicineRules)


@cache
def _monitoring_by_id() -> dict[str, Monitoring]:
    return {row.id: row for row in load().monitoring}


def interactions() -> tuple[Interaction, ...]:
    return load().interactions


def washouts() -> tuple[Washout, ...]:
    return load().washout


def taper_gate() -> TaperGate:
    return load().taper_gate


def monitoring(rule_id: str) -> Monitoring:
    """The monitoring row with that id; ids in the files always resolve (tested)."""
    return _monitoring_by_id()[rule_id]


def monitoring_for(medicine: Medicine) -> tuple[Monitoring, ...]:
    return tuple(monitoring(rule_id) for rule_id in medicine.monitoring)


def boxed_warnings_for(medicine: Medicine) -> tuple[BoxedWarning, ...]:
    rows = load().boxed_warnings
    return tuple(row for row in rows if row.id in medicine.boxed_warnings)


def restart_rule(medicine_id: str) -> RestartRule | None:
    rows = load().restart_alerts
    return next((row for row in rows if row.medicine == medicine_id), None)


def titration_facts(medicine_id: str) -> TitrationFacts | None:
    """Read-only label facts, for clinicians only."""
    rows = load().titration_facts
    return next((row for row in rows if medicine_id in row.medicines), None)


def taper_principles(medicine_id: str) -> tuple[TaperPrinciple, ...]:
    """What is known about lowering: for the medicine, or for all of them."""
    rows = load().taper_principles
    return tuple(row for row in rows if medicine_id in row.applies_to_medicines)
