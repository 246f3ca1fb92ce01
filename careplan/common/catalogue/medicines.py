"""The medicines we know: names, brands, classes, tags and draft reference facts.

Nothing here may prefill a dose, a step or a schedule.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache
from typing import TypeVar

from careplan.common.catalogue.rows import Meta, Review, read_catalogue
from careplan.common.catalogue.searching import NO_MATCH, best, plain, rank

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a medicine or a therapy may be for."""

    id: str
    name: str
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class Codes:
    """Single codes; none when the code was not read in an open source."""

    rxnorm_ingredient: str | None
    atc: str | None


@dataclass(frozen=True, slots=True)
class Use:
    condition: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Uses:
    labelled: tuple[Use, ...]
    other: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class DoseFacts:
    """Label figures in ``unit`` per ``per``. Read-only; they feed no form."""

    unit: str | None
    per: str | None
    start_min: Decimal | None
    start_max: Decimal | None
    usual_min: Decimal | None
    usual_max: Decimal | None
    max: Decimal | None
    frequency: str | None
    min_change_interval_days: int | None
    note: str | None
    max_conditions: str | None


@dataclass(frozen=True, slots=True)
class HalfLife:
    hours_min: Decimal | None
    hours_max: Decimal | None
    text: str | None


@dataclass(frozen=True, slots=True)
class StrengthPart:
    substance: str
    strength: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Strength:
    """One product strength; a combination has parts and no figure of its own."""

    substance: str | None
    strength: Decimal | None
    unit: str | None
    form: str
    qualifier: str | None
    parts: tuple[StrengthPart, ...]
    rxnorm: str


@dataclass(frozen=True, slots=True)
class WashoutFacts:
    before_maoi_days: int | None
    after_maoi_days: int | None
    before_serotonergic_days: int | None


@dataclass(frozen=True, slots=True)
class Medicine:
    """One substance or fixed combination; ``verified`` names the checked fields."""

    id: str
    name: str
    family: str
    subclass: str
    brands: tuple[str, ...]
    not_marketed_in_us: bool
    tags: tuple[str, ...]
    codes: Codes
    uses: Uses
    dose: DoseFacts
    half_life: HalfLife
    discontinuation_risk: str
    side_effects: tuple[str, ...]
    boxed_warnings: tuple[str, ...]
    monitoring: tuple[str, ...]
    interactions: tuple[str, ...]
    strengths: tuple[Strength, ...]
    strengths_note: str | None
    washout: WashoutFacts | None
    confidence: str
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review

    @property
    def is_draft(self) -> bool:
        """True while clinicians must see the badge "draft reference"."""
        return self.review.is_draft

    def has_tag(self, *tags: str) -> bool:
        return bool(set(tags) & set(self.tags))


@dataclass(frozen=True, slots=True)
class MedicineFile:
    meta: Meta
    conditions: tuple[Condition, ...]
    medicines: tuple[Medicine, ...]


@cache
def load() -> MedicineFile:
    """The whole file, read once per process."""
    return read_catalogue("medicines", MedicineFile)


@cache
def _by_id() -> dict[str, Medicine]:
    return {medicine.id: medicine for medicine in load().medicines}


@cache
def _conditions_by_id() -> dict[str, Condition]:
    return {condition.id: condition for condition in load().conditions}


def all_medicines() -> tuple[Medicine, ...]:
    return load().medicines


def medicine(medicine_id: str) -> Medicine | None:
    """The medicine with that id; none for free text or an id since removed."""
    return _by_id().get(medicine_id)


def condition(condition_id: str) -> Condition | None:
    return _conditions_by_id().get(condition_id)


def with_tag(tag: str) -> tuple[Medicine, ...]:
    return tuple(row for row in load().medicines if tag in row.tags)


def with_ids(ids: Iterable[str]) -> tuple[Medicine, ...]:
    """Those of the ids that the catalogue knows, in the order given."""
    return tuple(found for found in map(medicine, ids) if found is not None)


def search(query: str, *, limit: int = 10) -> tuple[Medicine, ...]:
    """As you type: names first, then brands, then classes. Empty finds nothing."""
    wanted = plain(query)
    if not wanted:
        return ()
    found = ((_rank(wanted, row), row.name, row) for row in load().medicines)
    return best(found, limit=limit)


def coded(typed: str) -> str:
    """The id of the medicine of exactly this name or brand, or "".

    A strength written behind the name ("Sertraline 50 mg") is no part of it.
    """
    words = plain(typed).split()
    first = next((n for n, word in enumerate(words) if word[:1].isdigit()), len(words))
    return _ids_by_name().get(" ".join(words[:first]), "")


@cache
def _ids_by_name() -> dict[str, str]:
    brands = {plain(b): row.id for row in load().medicines for b in row.brands}
    return brands | {plain(row.name): row.id for row in load().medicines}


@cache
def known_names() -> tuple[str, ...]:
    """Every name and brand, to choose from while typing."""
    rows = load().medicines
    return tuple(
        sorted({row.name for row in rows} | {b for r in rows for b in r.brands})
    )


def _rank(wanted: str, row: Medicine) -> int:
    """A brand stands just behind a name of the same closeness, a class behind both."""
    name = rank(wanted, [row.name]) * 3
    brand = rank(wanted, row.brands) * 3 + 1
    kind = rank(wanted, [row.subclass.replace("_", " "), row.family]) * 3 + 2
    best_of = min(name, brand, kind)
    return best_of if best_of < NO_MATCH * 3 else NO_MATCH


def shown_to_patient(row: Medicine) -> Medicine:
    """The same medicine without dosing figures that nobody has verified.

    Draft rows lose every field of dose, half-life and washout that their
    ``verified`` list does not name. Source: clinical.md "Draft content",
    decisions 17.
    """
    if not row.is_draft:
        return row
    return replace(
        row,
        dose=_shown_dose(row),
        half_life=_without(row.half_life, _unverified(row, "half_life", HalfLife)),
        washout=row.washout if "washout" in row.verified else None,
    )


def _shown_dose(row: Medicine) -> DoseFacts:
    hidden = _unverified(row, "dose", DoseFacts)
    figures = {"start_min", "start_max", "usual_min", "usual_max", "max"}
    if figures - hidden:
        # A figure without its unit would be worse than either alone.
        hidden -= {"unit", "per"}
    return _without(row.dose, hidden)


def _unverified(row: Medicine, part: str, kind: type) -> set[str]:
    if part in row.verified:
        return set()
    names = {field.name for field in fields(kind)}
    return {name for name in names if f"{part}.{name}" not in row.verified}


def _without(facts: T, hidden: set[str]) -> T:
    return replace(facts, **dict.fromkeys(hidden))  # type: ignore[type-var]  # frozen rows
