"""Measures as data: one JSON file per instrument in this folder.

Adding an instrument means adding a file. A file without a licence, its source
and its permitted use is refused (J29). Item text is verbatim and in fixed order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from careplan.common.catalogue.rows import CatalogueError, Review, build, read_json

HERE = Path(__file__).parent
SLOTS_FILE = "needs_a_licence.json"
METHODS = frozenset({"sum", "last_item", "none"})
TYPES = frozenset({"choice", "scale", "number", "multi_choice"})


class InstrumentRefused(CatalogueError):
    """An instrument file that may not be used as it stands."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a person may choose; ``value`` is what is stored."""

    value: int | str
    text: str
    loinc: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. Without options of its own it uses the instrument's."""

    id: str
    number: int
    text: str
    key: str | None = None
    type: str = "choice"
    min: int | None = None
    max: int | None = None
    min_label: str | None = None
    max_label: str | None = None
    options: tuple[Option, ...] = ()
    loinc: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionalItem:
    """Asked after the others and never added to a total."""

    id: str
    text: str
    options: tuple[Option, ...]
    loinc: str | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a total is made: the sum, the last item, or no total at all."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """A published range with its published name; not a diagnosis."""

    min: int
    max: int
    label: str


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A total from which something is noted; ``offers`` names a fuller form."""

    id: str
    min: int
    note: str
    source: str
    verified: bool
    offers: str | None = None


@dataclass(frozen=True, slots=True)
class SafetyItem:
    """An answer that opens the safety flow at once, whatever the total."""

    item: str
    at_least: int


@dataclass(frozen=True, slots=True)
class RuleNote:
    id: str
    test: str
    output: str
    source: str
    verified: bool
    needs_sign_off: bool


@dataclass(frozen=True, slots=True)
class LoincCodes:
    loinc_panel: str | None
    loinc_total: str | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire with its licence, its items and its way of scoring."""

    id: str
    name: str
    version: str
    kind: str
    languages: tuple[str, ...]
    validated: bool
    disclaimer: str | None
    licence: str
    licence_source: str
    attribution: str
    permitted_use: str
    recall_period: str
    instructions: str | None
    stem: str | None
    options: tuple[Option, ...]
    items: tuple[Item, ...]
    items_ref: tuple[str, ...]
    functional_item: FunctionalItem | None
    scoring: Scoring
    range: tuple[int, ...] | None
    bands: tuple[Band, ...]
    cutoffs: tuple[Cutoff, ...]
    safety_items: tuple[SafetyItem, ...]
    rules: tuple[RuleNote, ...]
    codes: LoincCodes
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review

    def position_of(self, name: str) -> int:
        """The place of an item, by id or key. Refuses an unknown one."""
        for place, item in enumerate(self.items):
            if name in (item.id, item.key):
                return place
        raise InstrumentRefused(f"{self.id}: no item {name}")

    def options_of(self, item: Item) -> tuple[Option, ...]:
        return item.options or self.options


@dataclass(frozen=True, slots=True)
class Slot:
    """An instrument we know and ship no text of: it needs a licence."""

    id: str
    name: str
    licence: str
    licence_source: str | None
    disclaimer: str
    sources: tuple[str, ...]
    verified: tuple[str, ...]
    review: Review


@dataclass(frozen=True, slots=True)
class SlotFile:
    note: str
    slots: tuple[Slot, ...]


@cache
def all_instruments() -> Mapping[str, Instrument]:
    """Every shipped instrument by id, read once per process."""
    return load_folder(HERE)


@cache
def slots() -> tuple[Slot, ...]:
    """Those that need a licence first; they have no items."""
    return build(SlotFile, read_json(HERE / SLOTS_FILE), where=SLOTS_FILE).slots


def instrument(instrument_id: str) -> Instrument | None:
    return all_instruments().get(instrument_id)


def load_folder(folder: Path) -> Mapping[str, Instrument]:
    """Every instrument of a folder, checked. One bad file refuses the folder.

    Items that a short form borrows are looked up in the same folder first,
    then among the shipped ones.
    """
    files = sorted(path for path in folder.glob("*.json") if path.name != SLOTS_FILE)
    read = [_read(path) for path in files]
    lent = _items_by_id(read) if folder == HERE else _shipped_items(read)
    complete = [_with_borrowed_items(row, lent) for row in read]
    for row in complete:
        _check(row)
    return MappingProxyType({row.id: row for row in complete})


def _read(path: Path) -> Instrument:
    row = read_json(path)
    for field in ("licence", "licence_source", "attribution", "permitted_use"):
        if not str(row.get(field) or "").strip():
            raise InstrumentRefused(f"{path.name}: no {field}")
    found = build(Instrument, row, where=path.name)
    if found.id != path.stem:
        raise InstrumentRefused(f"{path.name}: the id inside is {found.id}")
    return found


def _items_by_id(rows: list[Instrument]) -> dict[str, Item]:
    return {item.id: item for row in rows for item in row.items}


def _shipped_items(rows: list[Instrument]) -> dict[str, Item]:
    shipped = _items_by_id(list(all_instruments().values()))
    return shipped | _items_by_id(rows)


def _with_borrowed_items(row: Instrument, lent: Mapping[str, Item]) -> Instrument:
    if not row.items_ref:
        return row
    missing = [name for name in row.items_ref if name not in lent]
    if missing or row.items:
        raise InstrumentRefused(f"{row.id}: items_ref {missing or 'beside items'}")
    borrowed = (
        replace(lent[name], number=number)
        for number, name in enumerate(row.items_ref, start=1)
    )
    return replace(row, items=tuple(borrowed))


def _check(row: Instrument) -> None:
    """Refuses an instrument whose parts contradict each other."""
    numbers = [item.number for item in row.items]
    _insist(bool(row.items), row, "no items")
    _insist(numbers == list(range(1, len(numbers) + 1)), row, "item numbers")
    _insist(bool(row.languages), row, "no languages")
    _insist(row.scoring.method in METHODS, row, "scoring method")
    for item in row.items:
        _check_item(row, item)
    for safety in row.safety_items:
        row.position_of(safety.item)
    _check_range(row)


def _check_item(row: Instrument, item: Item) -> None:
    _insist(item.type in TYPES, row, f"{item.id}: type")
    if item.type in ("choice", "multi_choice"):
        values = [option.value for option in row.options_of(item)]
        _insist(len(values) > 1, row, f"{item.id}: no options")
        _insist(len(set(values)) == len(values), row, f"{item.id}: options twice")
    else:
        bounded = item.min is not None and item.max is not None
        _insist(bounded, row, f"{item.id}: no bounds")


def _check_range(row: Instrument) -> None:
    """Bands must tile the range; a total needs a range."""
    if row.scoring.method == "none":
        return
    _insist(row.range is not None and len(row.range) == 2, row, "range")
    low, high = row.range or (0, 0)
    expected = low
    for band in row.bands:
        _insist(band.min == expected and band.max >= band.min, row, "bands")
        expected = band.max + 1
    _insist(not row.bands or expected == high + 1, row, "bands do not reach the end")


def _insist(holds: bool, row: Instrument, what: str) -> None:  # noqa: FBT001  # guard
    if not holds:
        raise InstrumentRefused(f"{row.id}: {what}")
