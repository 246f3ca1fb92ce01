"""What changed between two versions, from their contents alone, said in words (L10).

A section's content is `{"items": [{"id", "kind", "name", "facts": {label: text}}]}`:
words a person can read are what is signed, so words are also what is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Change(Enum):
    ADDED = "added"
    ENDED = "ended"
    CHANGED = "changed"


@dataclass(frozen=True)
class FactChange:
    """One line of an item: what stood there and what stands there now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ItemChange:
    """One item of a section that came, went or reads differently."""

    section: str
    kind: str
    name: str
    change: Change
    facts: tuple[FactChange, ...] = ()


@dataclass(frozen=True)
class Item:
    """One line of a section as it was signed."""

    id: str
    kind: str
    name: str
    facts: tuple[tuple[str, str], ...]


def items_of(content: Mapping[str, object]) -> tuple[Item, ...]:
    """Return a section's items as frozen rows; an empty section has none."""
    raw = content.get("items", [])
    if not isinstance(raw, list):
        raise TypeError("items are a list")
    return tuple(
        Item(
            str(row["id"]),
            str(row["kind"]),
            str(row["name"]),
            tuple((str(k), str(v)) for k, v in row["facts"].items()),
        )
        for row in raw
    )


def what_changed(
    before: Mapping[str, Mapping[str, object]],
    after: Mapping[str, Mapping[str, object]],
) -> tuple[ItemChange, ...]:
    """Return every difference of two versions' sections, section by section.

    A section absent on one side counts as empty. Order of items means nothing.
    """
    found: list[ItemChange] = []
    for section in sorted({*before, *after}):
        found += _section_changes(
            section,
            items_of(before.get(section, {})),
            items_of(after.get(section, {})),
        )
    return tuple(found)


def _section_changes(
    section: str, before: tuple[Item, ...], after: tuple[Item, ...]
) -> list[ItemChange]:
    was = {item.id: item for item in before}
    now = {item.id: item for item in after}
    found = [
        _whole(section, item, Change.ADDED) for item in after if item.id not in was
    ]
    for item in after:
        if item.id in was:
            found += _item_change(section, was[item.id], item)
    found += [
        _whole(section, item, Change.ENDED) for item in before if item.id not in now
    ]
    return found


def _whole(section: str, item: Item, change: Change) -> ItemChange:
    facts = tuple(
        FactChange(label, "", text)
        if change is Change.ADDED
        else FactChange(label, text, "")
        for label, text in item.facts
    )
    return ItemChange(section, item.kind, item.name, change, facts)


def _item_change(section: str, was: Item, now: Item) -> list[ItemChange]:
    facts = _fact_changes(dict(was.facts), dict(now.facts))
    if was.name != now.name:
        facts = (FactChange("name", was.name, now.name), *facts)
    if not facts:
        return []
    return [ItemChange(section, now.kind, now.name, Change.CHANGED, facts)]


def _fact_changes(
    was: Mapping[str, str], now: Mapping[str, str]
) -> tuple[FactChange, ...]:
    labels = [*now, *(label for label in was if label not in now)]
    return tuple(
        FactChange(label, was.get(label, ""), now.get(label, ""))
        for label in labels
        if was.get(label, "") != now.get(label, "")
    )
