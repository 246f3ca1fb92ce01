"""Which tablets make up a dose, exactly, or the plain answer that none do.

Arithmetic only: nothing here rounds a dose or names a near one (R4, decisions 15).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

# A handful of pieces is what a person can count out in the morning; beyond this
# the honest answer is that these strengths do not make the dose.
MOST_PIECES = 16


@dataclass(frozen=True)
class Strength:
    """One strength the prescriber says is at hand, and whether it may be halved."""

    amount: Decimal
    can_be_halved: bool = False


@dataclass(frozen=True)
class Piece:
    """So many whole or half tablets of one strength."""

    strength: Decimal
    half: bool
    count: int

    @property
    def amount(self) -> Decimal:
        whole = self.strength * self.count
        return whole / 2 if self.half else whole


@dataclass(frozen=True)
class Tablets:
    """The pieces that add up to a dose; largest first."""

    pieces: tuple[Piece, ...]

    @property
    def total(self) -> Decimal:
        return sum((piece.amount for piece in self.pieces), Decimal(0))

    @property
    def count(self) -> int:
        return sum(piece.count for piece in self.pieces)

    @property
    def in_tablets(self) -> Decimal:
        """Number of whole tablets this uses up, for counting stock."""
        return sum(
            (Decimal(piece.count) / (2 if piece.half else 1) for piece in self.pieces),
            Decimal(0),
        )


@dataclass(frozen=True)
class _Coin:
    size: int
    strength: Decimal
    half: bool


def tablets_for(dose: Decimal, strengths: Iterable[Strength]) -> Tablets | None:
    """Return the fewest pieces that make `dose` exactly, or None when none do.

    Halves are used only of strengths stated as scored. Among answers with equally
    many pieces the one with fewer halves wins. A dose of zero needs no tablet.
    All amounts are in the same unit. Refuses a negative dose.
    """
    if dose < 0:
        raise ValueError("a dose cannot be negative")
    if dose == 0:
        return Tablets(())
    coins, target = _in_whole_numbers(dose, tuple(strengths))
    chosen = _fewest(coins, target)
    return None if chosen is None else _grouped(chosen)


def _in_whole_numbers(
    dose: Decimal, strengths: tuple[Strength, ...]
) -> tuple[list[_Coin], int]:
    parts: list[tuple[Fraction, Decimal, bool]] = []
    for strength in strengths:
        if strength.amount <= 0:
            raise ValueError("a strength must be more than zero")
        size = Fraction(strength.amount)
        parts.append((size, strength.amount, False))
        if strength.can_be_halved:
            parts.append((size / 2, strength.amount, True))
    wanted = Fraction(dose)
    scale = lcm(wanted.denominator, *(size.denominator for size, _, _ in parts))
    coins = [
        _Coin(int(size * scale), amount, half)
        for size, amount, half in sorted(parts, key=lambda p: (p[2], -p[0]))
        if size <= wanted
    ]
    return coins, int(wanted * scale)


def _fewest(coins: list[_Coin], target: int) -> tuple[_Coin, ...] | None:
    """Grow every reachable sum by one piece at a time: the first hit has fewest."""
    reached: dict[int, tuple[_Coin, ...]] = {0: ()}
    layer = reached
    for _ in range(MOST_PIECES):
        grown: dict[int, tuple[_Coin, ...]] = {}
        for total, used in layer.items():
            for coin in coins:
                grows_to = total + coin.size
                if grows_to <= target and grows_to not in reached:
                    _keep_fewer_halves(grown, grows_to, (*used, coin))
        if target in grown:
            return grown[target]
        reached = reached | grown
        layer = grown
    return None


def _keep_fewer_halves(
    grown: dict[int, tuple[_Coin, ...]], total: int, used: tuple[_Coin, ...]
) -> None:
    if total not in grown or _halves(used) < _halves(grown[total]):
        grown[total] = used


def _halves(used: tuple[_Coin, ...]) -> int:
    return sum(coin.half for coin in used)


def _grouped(used: tuple[_Coin, ...]) -> Tablets:
    kinds = sorted(
        {(coin.strength, coin.half) for coin in used}, key=lambda k: (k[1], -k[0])
    )
    return Tablets(
        tuple(
            Piece(
                strength,
                half,
                sum((coin.strength, coin.half) == (strength, half) for coin in used),
            )
            for strength, half in kinds
        )
    )
