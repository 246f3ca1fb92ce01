"""Search as you type over a short list of names, the same for every catalogue."""

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

NO_MATCH = 9


def plain(text: str) -> str:
    """Lower case without accents, so that "Überkeit" and "uberkeit" meet."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign)).strip()


def rank(query: str, names: Iterable[str]) -> int:
    """0 whole name, 1 beginning, 2 beginning of a word, 3 inside, 9 not at all."""
    return min((_rank_one(query, plain(name)) for name in names), default=NO_MATCH)


def best(found: Iterable[tuple[int, str, T]], *, limit: int) -> tuple[T, ...]:
    """The best ``limit`` rows by rank, then by name."""
    kept = [row for row in found if row[0] < NO_MATCH]
    kept.sort(key=lambda row: (row[0], row[1]))
    return tuple(row[2] for row in kept[:limit])


def _rank_one(query: str, name: str) -> int:
    if name == query:
        return 0
    if name.startswith(query):
        return 1
    if any(word.startswith(query) for word in name.replace("-", " ").split()):
        return 2
    return 3 if len(query) > 2 and query in name else NO_MATCH
