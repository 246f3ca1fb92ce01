"""Worlds that many tests begin with: made once, and put back after each of them.

A kept world stands in a transaction that outlives a test. The test's own transaction is
a savepoint in it and is rolled back as ever; the Python objects are given as a copy. One
world may stand on another, as a medicine stands on a team:

    team = kept(cast, at=NOW)
    sertraline = kept(on_sertraline, on=team, at=NOW)

Both are fixtures. A test that asks for neither finds the tables empty.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction


@dataclass(frozen=True)
class World:
    """What makes a world, when, and the world it stands on."""

    make: Callable[..., Any]
    with_: tuple[object, ...]
    at: datetime | None
    on: "World | None"

    @property
    def chain(self) -> "tuple[World, ...]":
        return (*(self.on.chain if self.on else ()), self)

    def made_on(self, found: dict["World", Any]) -> Any:
        below = (found[self.on],) if self.on else ()
        with time_machine.travel(self.at, tick=False) if self.at else nullcontext():
            return self.make(*below, *self.with_)


def kept(
    make: Callable[..., Any],
    *with_: object,
    at: datetime | None = None,
    on: Any = None,
) -> Any:
    """Give a fixture: what `make` makes at a moment, on what another fixture keeps."""
    world = World(make, with_, at, _world_of(on) if on else None)

    def given(db: None) -> Any:
        return STANDING.given(world)

    given.world = world  # type: ignore[attr-defined]
    return pytest.fixture(given)


def _world_of(fixture: Any) -> World | None:
    function = getattr(fixture, "_fixture_function", fixture)
    return getattr(function, "world", None)


def wanted(item: pytest.Item | None) -> tuple[World, ...]:
    """Give the worlds that a test asks for, the lowest first.

    None for a test that commits: the rows it begins with have to be committed, too.
    """
    info = None if _commits(item) else getattr(item, "_fixtureinfo", None)
    every = info.name2fixturedefs.values() if info else ()
    found = [world for definitions in every if (world := _kept_by(definitions))]
    longest = max((world.chain for world in found), key=len, default=())
    if set(found) - set(longest):
        raise ValueError(f"{item} asks for two worlds that do not stand on each other")
    return longest


def _commits(item: pytest.Item | None) -> bool:
    marker = item.get_closest_marker("django_db") if item else None
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or (marker and marker.kwargs.get("transaction")))


def _kept_by(definitions: Any) -> World | None:
    return _world_of(definitions[-1].func)


def together(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Put those tests of a module beside each other that begin with the same world."""
    modules: dict[str, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.nodeid.split("::")[0], []).append(item)
    return [item for module in modules.values() for item in _by_world(module)]


def _by_world(module: list[pytest.Item]) -> list[pytest.Item]:
    seen: dict[World, int] = {}
    for item in module:
        for world in wanted(item):
            seen.setdefault(world, len(seen))
    return sorted(module, key=lambda item: [seen[world] for world in wanted(item)])


@dataclass
class Layer:
    """One world that stands, with everything below it."""

    world: World
    undo: Any
    found: dict[World, Any] = field(default_factory=dict)


class Standing:
    """The worlds that stand in this process now."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.copies: dict[World, Any] | None = None
        self.unblocked: Callable[[], AbstractContextManager[None]] = nullcontext

    def raise_up(self, chain: tuple[World, ...]) -> None:
        """Make what does not stand yet, before the test's own transaction begins."""
        self.copies = None
        self.leave_only(chain)
        for world in chain[len(self.layers) :]:
            self._make(world)

    def leave_only(self, chain: tuple[World, ...]) -> None:
        """Take away what the next test does not begin with."""
        while self.layers and not (self._is_whole() and self._stands_for(chain)):
            transaction.set_rollback(True)
            self.layers.pop().undo.__exit__(None, None, None)

    def given(self, world: World) -> Any:
        """Give this test's own copy: all that it asks for are copied as one."""
        if self.copies is None:
            self.copies = deepcopy(self.layers[-1].found) if self.layers else {}
        for below in world.chain:
            if below not in self.copies:  # for a test that commits
                with transaction.atomic():
                    self.copies[below] = below.made_on(self.copies)
        return self.copies[world]

    def _make(self, world: World) -> None:
        undo = transaction.atomic()
        undo._from_testcase = True  # so that a test's own may call itself durable
        undo.__enter__()
        below = deepcopy(self.layers[-1].found) if self.layers else {}
        self.layers.append(Layer(world, undo, below))
        below[world] = world.made_on(below)
        # What is looked at when a transaction ends is looked at now, once.
        connection.check_constraints()

    def _stands_for(self, chain: tuple[World, ...]) -> bool:
        return tuple(layer.world for layer in self.layers) == chain[: len(self.layers)]

    def _is_whole(self) -> bool:
        return connection.connection is not None and not connection.needs_rollback


STANDING = Standing()


class Kept:
    """A plugin: the worlds go before a test that does not know them."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: Any) -> Any:
        """Take away what the next test does not begin with, after this one's own end."""
        outcome = yield
        if STANDING.layers:
            with STANDING.unblocked():
                STANDING.leave_only(wanted(nextitem))
        return outcome


@pytest.fixture
def _worlds_stand(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
) -> None:
    """Make what the test begins with; comes before the test's own transaction."""
    STANDING.unblocked = django_db_blocker.unblock
    with STANDING.unblocked():
        STANDING.raise_up(wanted(request.node))


@pytest.fixture
def _django_db_helper(_worlds_stand: None, _django_db_helper: None) -> None:
    """Stand before pytest-django's own fixture, which opens the test's transaction."""
