"""Reads JSON rows into frozen dataclasses, strictly.

A key the dataclass does not know is refused, so no fact is dropped in silence;
so is a missing key, unless its field has a default.
"""

import dataclasses
import json
import types
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

HERE = Path(__file__).parent

# JSON keys that Python keeps for itself.
SPELT = {"family": "class"}

T = TypeVar("T")


class CatalogueError(ValueError):
    """A reference file says something that its reader does not understand."""


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """Who signed a row off. Until somebody has, it is draft reference."""

    status: str
    reviewed_by: str | None = None
    reviewed_on: date | None = None

    @property
    def is_draft(self) -> bool:
        return self.status != "approved"


@dataclasses.dataclass(frozen=True, slots=True)
class Meta:
    """The head of a reference file."""

    title: str
    version: str
    status: str
    licences: Mapping[str, str]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Refuses anything else at its top."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise CatalogueError(f"{path.name}: an object is expected at the top")
    return content


def read_catalogue(name: str, kind: type[T]) -> T:
    """One of the files in this folder, as the dataclass given."""
    return build(kind, read_json(HERE / f"{name}.json"), where=name)


def build(kind: type[T], row: object, *, where: str) -> T:
    """The dataclass filled from the row; ``where`` names the place in refusals."""
    if not isinstance(row, dict):
        raise CatalogueError(f"{where}: an object is expected")
    hints = get_type_hints(kind)
    fields = {_key(field): field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # any dataclass
    _refuse_strangers(row, fields, where)
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in row:
            values[field.name] = _value(hints[field.name], row[key], f"{where}.{key}")
        elif _is_needed(field):
            raise CatalogueError(f"{where}: '{key}' is missing")
    return kind(**values)


def _key(field: "dataclasses.Field[Any]") -> str:
    return SPELT.get(field.name, field.name)


def _is_needed(field: "dataclasses.Field[Any]") -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _refuse_strangers(
    row: Mapping[str, object], known: Mapping[str, object], where: str
) -> None:
    strangers = sorted(set(row) - set(known))
    if strangers:
        raise CatalogueError(f"{where}: unknown {', '.join(strangers)}")


def _value(hint: Any, value: object, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), value, where)
    if origin is tuple:
        return _many(get_args(hint)[0], value, where)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(hint)[1], value, where)
    if dataclasses.is_dataclass(hint):
        return build(hint, value, where=where)  # type: ignore[arg-type]  # a class here
    return _plain(hint, value, where)


def _one_of(hints: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None:
        if types.NoneType in hints:
            return None
        raise CatalogueError(f"{where}: empty")
    choices = [hint for hint in hints if hint is not types.NoneType]
    if len(choices) == 1:
        return _value(choices[0], value, where)
    for hint in choices:
        if type(value) is hint:
            return value
    raise CatalogueError(f"{where}: {value!r} is of no kind expected here")


def _many(hint: Any, value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise CatalogueError(f"{where}: a list is expected")
    return tuple(
        _value(hint, item, f"{where}[{_name_of(item, place)}]")
        for place, item in enumerate(value)
    )


def _name_of(item: object, place: int) -> object:
    return item.get("id", place) if isinstance(item, dict) else place


def _mapping(hint: Any, value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CatalogueError(f"{where}: an object is expected")
    return types.MappingProxyType(
        {key: _value(hint, item, f"{where}.{key}") for key, item in value.items()}
    )


def _plain(hint: Any, value: object, where: str) -> Any:
    if hint is Decimal and isinstance(value, str | int | float):
        return _decimal(value, where)
    if hint is date and isinstance(value, str):
        return _date(value, where)
    # bool is an int to Python; a count that reads "true" is a mistake in the file.
    if type(value) is not hint:
        raise CatalogueError(f"{where}: {value!r} is not {hint.__name__}")
    return value


def _decimal(value: str | float, where: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise CatalogueError(f"{where}: {value!r} is no number") from error


def _date(value: str, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise CatalogueError(f"{where}: {value!r} is no date") from error
