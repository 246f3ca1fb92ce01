"""Reads whose SQL is written and planned once: later only the values in it change.

Building a union of a dozen query sets costs thousands of calls, more than all that is
done with its rows. What a page asks for each time anew is built once for each shape it
can have (which topics are open, who reads) and kept with places for its values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

Row = tuple[Any, ...]
M = TypeVar("M", bound=Model)
Build = Callable[..., "QuerySet[Any, Any]"]


def planned_cursor() -> Any:
    """Give a cursor for a statement that is asked again and again, word for word.

    Our own backend's; see there what it is for, and what it asks of a pooler.
    """
    ours: Any = connection
    return ours.planned_cursor()


class Prepared:
    """A read as a function: `rows = Prepared(build)(*shape, **values)`.

    `build(*shape, **values)` gives the query set; `shape` is all that changes its SQL.
    A value is a day, a moment, an id or a text, and reaches the SQL as it was given:
    nothing may be worked out from it on the way. Rows come as the driver reads them,
    JSON as text. Row security holds as for any statement.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._kept: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, *shape: Hashable, **values: Any) -> list[Row]:
        kept = self._kept.get(shape) or self._keep(shape, values)
        sql, places = kept
        with planned_cursor() as cursor:
            told = [values[one] if type(one) is Place else one for one in places]
            cursor.execute(sql, told)
            return cursor.fetchall()

    def _keep(
        self, shape: tuple[Hashable, ...], values: dict[str, Any]
    ) -> tuple[str, tuple[Any, ...]]:
        """Build it with a mark for each value, and find the marks in the SQL's own."""
        marks = {name: _mark(n, one) for n, (name, one) in enumerate(values.items(), 1)}
        sql, told = self._build(*shape, **marks).query.sql_with_params()
        named = {mark: Place(name) for name, mark in marks.items()}
        places = tuple(_place(named, one) for one in told)
        lost = set(named.values()) - {one for one in places if type(one) is Place}
        if lost or any(map(_is_marked, places)):
            message = f"a value reached the SQL changed, or not at all: {sorted(lost)}"
            raise LookupError(message)
        self._kept[shape] = sql, places
        return self._kept[shape]


def instances(model: type[M], rows: Iterable[Row], *more: str) -> Iterator[M]:
    """Make models of whole rows; `more` names what was annotated, after the columns."""
    names = _columns(model)
    for row in rows:
        one = model.from_db(connection.alias, names, row[: len(names)])
        for name, value in zip(more, row[len(names) :], strict=True):
            setattr(one, name, value)
        yield one


@cache
def _columns(model: type[Model]) -> list[str]:
    """Name its columns in order, if the driver gives each as the model keeps it."""
    fields = model._meta.concrete_fields
    changed = [field.name for field in fields if hasattr(field, "from_db_value")]
    if changed:
        message = f"{model.__name__} reads these through Django: {', '.join(changed)}"
        raise TypeError(message)
    return [field.attname for field in fields]


class Place(str):
    """The name of a value, where the SQL wants it. Nothing else is ever looked up."""

    __slots__ = ()


def _place(named: dict[Any, Place], told: Any) -> Any:
    try:
        return named.get(told, told)
    except TypeError:  # a list or an object cannot be a mark
        return told


def _is_marked(told: Any) -> bool:
    """Whether something was worked out from a mark: a day near the first of all."""
    return isinstance(told, dt.date) and told.year == 1


def _mark(number: int, value: Any) -> Any:
    """A value of the same type that no query has."""
    match value:
        case UUID():
            return UUID(int=0xCA5E << 64 | number)
        case dt.datetime():
            return dt.datetime(1, 1, number, tzinfo=dt.UTC)
        case dt.date():
            return dt.date(1, 2, number)
        case str():
            return f"\x7f{number}"
    message = f"{type(value).__name__} cannot be marked"
    raise TypeError(message)
