"""Rows of dose steps by arithmetic: this is arithmetic, not advice, no prescription.

The prescriber gives start, end and number; nothing is preselected and every row is
confirmed (decisions 9). Dates mean "not before" and move nothing (clinical.md 6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

HUNDREDTH = Decimal("0.01")


class Shape(Enum):
    LINEAR = "linear"  # the same amount off or on at each step
    PROPORTIONAL = "proportional"  # the same share of the last dose at each step


class CannotFill(ValueError):
    """The numbers given do not make a row of steps; the message says which."""


@dataclass(frozen=True)
class Step:
    """One row: its dose and the first local day it may start."""

    order: int
    dose: Decimal
    not_before: date


@dataclass(frozen=True)
class ReductionRule:
    """A share of the dose above which the prescriber is told (medicine_rules.json)."""

    tag: str
    note_over: int
    strong_over: int | None
    window_days: int


@dataclass(frozen=True)
class Note:
    """What the prescriber is told about one row; it informs and never blocks."""

    order: int
    kind: str  # "reduction", "strong_reduction", "interval", "last_step"
    percent: Decimal | None = None
    days: int | None = None
    limit: int | None = None
    tag: str = ""


def fill(
    *,
    start: Decimal,
    end: Decimal,
    number: int,
    shape: Shape,
    first_on: date,
    every_days: int,
    lowest: Decimal | None = None,
) -> tuple[Step, ...]:
    """Return `number` rows from `start` (the dose now) to `end`, the last row.

    Proportional steps can never reach zero, so a stop needs `lowest`, the last dose
    before it. Amounts are rounded half up to a hundredth of the unit. Refuses with
    CannotFill; changes nothing.
    """
    _check(start, end, number, every_days)
    doses = (
        _linear(start, end, number)
        if shape is Shape.LINEAR
        else _proportional(start, end, number, lowest)
    )
    return tuple(
        Step(order, dose, first_on + timedelta(days=every_days * (order - 1)))
        for order, dose in enumerate(doses, start=1)
    )


def _check(start: Decimal, end: Decimal, number: int, every_days: int) -> None:
    if start < 0 or end < 0:
        raise CannotFill("a dose cannot be negative")
    if start == end:
        raise CannotFill("start and end are the same dose")
    if not 1 <= number <= 60:
        raise CannotFill("give a number of steps from 1 to 60")
    if every_days < 1:
        raise CannotFill("steps are at least a day apart")


def _linear(start: Decimal, end: Decimal, number: int) -> list[Decimal]:
    return [
        _rounded(start + (end - start) * order / number)
        for order in range(1, number + 1)
    ]


def _proportional(
    start: Decimal, end: Decimal, number: int, lowest: Decimal | None
) -> list[Decimal]:
    if start == 0:
        raise CannotFill("a share of nothing is nothing: use equal steps")
    if end > 0:
        return _geometric(start, end, number)
    if number == 1:
        return [Decimal(0)]
    if lowest is None or not 0 < lowest < start:
        raise CannotFill("give the last dose before stopping")
    return [*_geometric(start, lowest, number - 1), Decimal(0)]


def _geometric(start: Decimal, end: Decimal, number: int) -> list[Decimal]:
    ratio = (end / start) ** (Decimal(1) / number)
    inner = [_rounded(start * ratio**order) for order in range(1, number)]
    return [*inner, end]


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(HUNDREDTH, ROUND_HALF_UP)


def change_percent(before: Decimal, after: Decimal) -> Decimal | None:
    """Return the change as a share of the dose before, one decimal; None from zero."""
    if before == 0:
        return None
    share = (after - before) * 100 / before
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def notes(
    now: Decimal,
    steps: Iterable[Step],
    *,
    tags: frozenset[str],
    rules: Iterable[ReductionRule],
    min_interval_days: int,
    last_change_on: date | None = None,
) -> tuple[Note, ...]:
    """Return what a prescriber may weigh about each row (clinical.md 6).

    Benzodiazepine over 10 % (over 25 % in 14 days: strong) after ASAM 2025;
    antidepressant over 50 % after NICE NG222 1.4.17. `rules` come from the catalogue.
    """
    steps = tuple(steps)
    asked = [rule for rule in rules if rule.tag in tags]
    found: list[Note] = []
    before, changed_on = now, last_change_on
    for step in steps:
        found += _reduction_notes(step, before, asked)
        found += _window_notes(step, now, steps, asked)
        found += _interval_note(step, changed_on, min_interval_days)
        before, changed_on = step.dose, step.not_before
    return tuple(found)


def _reduction_notes(
    step: Step, before: Decimal, rules: list[ReductionRule]
) -> list[Note]:
    if step.dose >= before:
        return []
    percent = change_percent(before, step.dose)
    # Compared as whole products, never as a rounded percentage.
    return [
        Note(step.order, "reduction", percent, limit=rule.note_over, tag=rule.tag)
        for rule in rules
        if (before - step.dose) * 100 > before * rule.note_over
    ]


def _window_notes(
    step: Step, now: Decimal, steps: tuple[Step, ...], rules: list[ReductionRule]
) -> list[Note]:
    found = []
    for rule in rules:
        if rule.strong_over is None:
            continue
        before = _dose_before_window(step, now, steps, rule.window_days)
        if (before - step.dose) * 100 > before * rule.strong_over:
            percent = change_percent(before, step.dose)
            found.append(
                Note(
                    step.order,
                    "strong_reduction",
                    percent,
                    rule.window_days,
                    rule.strong_over,
                    rule.tag,
                )
            )
    return found


def _dose_before_window(
    step: Step, now: Decimal, steps: tuple[Step, ...], days: int
) -> Decimal:
    """The dose taken just before the window of `days` that ends with this step."""
    opens = step.not_before - timedelta(days=days)
    earlier = [other for other in steps if other.not_before <= opens]
    return earlier[-1].dose if earlier else now


def _interval_note(step: Step, changed_on: date | None, least: int) -> list[Note]:
    if changed_on is None:
        return []
    days = (step.not_before - changed_on).days
    if days >= least:
        return []
    return [Note(step.order, "interval", days=days, limit=least)]
