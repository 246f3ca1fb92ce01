"""What a prescriber is told before adding a medicine (R7).

Interactions, two medicines of one class, and an MAO inhibitor too soon: each with
its level, source and date. Nothing is blocked here; the reason for going on is the
caller's to ask for and keep. Nothing here comes from a language model.
Source: clinical.md section 7; rows in medicine_rules.json.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from careplan.common.catalogue import medicine_rules
from careplan.common.catalogue.medicine_rules import Interaction
from careplan.common.catalogue.medicines import Medicine
from careplan.common.catalogue.searching import plain
from careplan.plan.washout import Gap, washout

ORDER = ("contraindicated", "major", "moderate", "info")
# Fixed combinations have parts, not a class of their own.
NO_CLASS = frozenset({"combination", "nmda_ndri_combination"})


class Kind(StrEnum):
    INTERACTION = "interaction"
    DUPLICATE = "duplicate"
    WASHOUT = "washout"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A medicine no longer taken, and whole days since its last dose."""

    medicine: Medicine
    days_ago: int


@dataclass(frozen=True, slots=True)
class Caution:
    """One caution. ``with_what`` names the other medicine, agent or condition."""

    kind: Kind
    rule_id: str
    level: str
    title: str
    text: str
    with_what: str
    source: str
    dated: str
    is_draft: bool


def cautions(
    candidate: Medicine,
    *,
    active: Iterable[Medicine],
    agents: Iterable[str] = (),
    stopped: Iterable[Stopped] = (),
) -> tuple[Caution, ...]:
    """Everything on file that speaks against adding the medicine, worst first.

    ``agents`` are other medicines and conditions in free text. Without a rule on
    file there is no caution, which is not the same as safe.
    """
    taken = tuple(active)
    others = tuple(row for row in taken if row.id != candidate.id)
    found = [
        *_interactions(candidate, others, tuple(agents)),
        *_duplicates(candidate, taken),
        *_washouts(candidate, stopped),
    ]
    return tuple(sorted(found, key=lambda row: (ORDER.index(row.level), row.title)))


def _interactions(
    candidate: Medicine, others: tuple[Medicine, ...], agents: tuple[str, ...]
) -> Iterator[Caution]:
    for rule in medicine_rules.interactions():
        for name in _met_by(rule, candidate, others, agents):
            yield Caution(
                kind=Kind.INTERACTION,
                rule_id=rule.id,
                level=rule.severity,
                title=rule.title,
                text=rule.text,
                with_what=name,
                source=rule.source,
                dated=_dated(rule),
                is_draft=rule.review.is_draft,
            )


def _met_by(
    rule: Interaction,
    candidate: Medicine,
    others: tuple[Medicine, ...],
    agents: tuple[str, ...],
) -> Iterator[str]:
    """The names on the other side: a different medicine, or an agent."""
    for other in others:
        if _is_pair(rule, candidate, other) or _is_pair(rule, other, candidate):
            yield other.name
    if rule.concerns(candidate):
        yield from (agent for agent in agents if _names(rule, agent))


def _is_pair(rule: Interaction, first: Medicine, second: Medicine) -> bool:
    return rule.concerns(first) and second.has_tag(*rule.b_tags)


def _names(rule: Interaction, agent: str) -> bool:
    """Whether the free text holds one of the rule's agents as whole words."""
    text = plain(agent)
    words = (re.escape(plain(known)) for known in rule.other_agents)
    return any(re.search(rf"\b{known}s?\b", text) for known in words)


def _duplicates(candidate: Medicine, others: tuple[Medicine, ...]) -> Iterator[Caution]:
    for other in others:
        shared = _what_is_shared(candidate, other)
        if shared:
            yield Caution(
                kind=Kind.DUPLICATE,
                rule_id="duplicate",
                level="major" if shared == "substance" else "moderate",
                title=f"Two medicines of one {shared}",
                text=f"{candidate.name} and {other.name} are of one {shared}.",
                with_what=other.name,
                source="this product's own check of class and substance",
                dated=medicine_rules.load().meta.version,
                is_draft=True,
            )


def _what_is_shared(first: Medicine, second: Medicine) -> str | None:
    if set(first.id.split("_")) & set(second.id.split("_")):
        return "substance"
    same = first.subclass == second.subclass
    return "class" if same and first.subclass not in NO_CLASS else None


def _washouts(candidate: Medicine, stopped: Iterable[Stopped]) -> Iterator[Caution]:
    for row in stopped:
        found = washout(row.medicine, candidate, days=row.days_ago)
        if found is None or found.level is Gap.CLEAR:
            continue
        yield Caution(
            kind=Kind.WASHOUT,
            rule_id=found.rule_id,
            level="contraindicated" if found.level is Gap.CONTRAINDICATED else "major",
            title="Too soon after an earlier medicine",
            text=(
                f"{row.medicine.name} was stopped {found.days} days ago. Label: "
                f"{found.label_minimum_days} days; warning below "
                f"{found.app_warning_days} days."
            ),
            with_what=row.medicine.name,
            source=found.source,
            dated=medicine_rules.load().meta.version,
            is_draft=found.is_draft,
        )


def _dated(rule: Interaction) -> str:
    """The day a clinician reviewed it, else the version of the draft reference."""
    reviewed = rule.review.reviewed_on
    return reviewed.isoformat() if reviewed else medicine_rules.load().meta.version
