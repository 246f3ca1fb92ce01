"""Finds the view of an address without trying each address of the house in turn.

Django matches three hundred patterns one after the other, for each request. Here an
address is laid beside its first words once, and tries only what begins like it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

Pattern = URLPattern | URLResolver
# Of an address, each of its first words that some pattern names; None for the others.
Words = tuple[str | None, ...]
DEPTH = 4


class ByWords(URLResolver):
    """Everything under it answers as in a plain list, in the same order."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        super().__init__(RoutePattern(""), patterns)
        self._named = frozenset(_named(patterns))
        self._narrowed = lru_cache(maxsize=1024)(self._narrow)

    def resolve(self, path: Any) -> ResolverMatch:
        """Give the view, or raise Resolver404, as Django's own does."""
        words = str(path).split("/", DEPTH)[:DEPTH]
        said = [word if word in self._named else None for word in words]
        return self._narrowed(tuple(said)).resolve(path)

    def _narrow(self, words: Words) -> URLResolver:
        return URLResolver(self.pattern, list(_fitting(self.url_patterns, words)))


def _fitting(patterns: Iterable[Pattern], words: Words) -> Iterator[Pattern]:
    for one in patterns:
        steps = _steps(one)
        if any(step not in (None, word) for step, word in zip(steps, words)):  # noqa: B905 - as far as both go
            continue
        if isinstance(one, URLPattern) or not _is_whole(one):
            yield one
            continue
        if inner := list(_fitting(one.url_patterns, words[len(steps) :])):
            names = (one.app_name, one.namespace)
            yield URLResolver(one.pattern, inner, one.default_kwargs, *names)


def _steps(one: Pattern) -> Words:
    """The words of its route; None for what may be anything, nothing after a path."""
    if not isinstance(one.pattern, RoutePattern):
        return ()
    words = str(one.pattern).split("/")
    if isinstance(one, URLResolver):
        words = words[:-1]
    steps: list[str | None] = []
    for word in words:
        if "<path:" in word:
            break
        steps.append(None if "<" in word else word)
    return tuple(steps)


def _is_whole(one: URLResolver) -> bool:
    """Whether what is under it begins with a word of its own."""
    route = str(one.pattern)
    plain = isinstance(one.pattern, RoutePattern) and "<path:" not in route
    return plain and (not route or route.endswith("/"))


def _named(patterns: Iterable[Pattern]) -> Iterator[str]:
    for one in patterns:
        yield from (step for step in _steps(one) if step is not None)
        if isinstance(one, URLResolver):
            yield from _named(one.url_patterns)
