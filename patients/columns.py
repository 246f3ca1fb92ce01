"""A table of a record, read whole and written by the column (G5).

At 10,000 entries a record has half a million values. What a value needs is the same in
all of a column, so it is looked up once for the column; rows of models, which learn of
each value by itself, take three times as long.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db import models

from patients.models import User
from patients.sealed import SealedText

Column = Sequence[Any]
NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of a column are written, for programs and to be read."""

    plain: Callable[[Any], Any]
    read: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Table:
    """One table's part of a record: its columns, and its rows as JSON knows values."""

    label: str
    title: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Any, ...], ...]
    keys: frozenset[str]
    people: frozenset[str]


def table(model: type[models.Model], rows: "models.QuerySet[Any]") -> Table:
    """Read all of `rows`, each column of them, the oldest first."""
    fields = model._meta.concrete_fields
    names = tuple(field.attname for field in fields)
    kinds = tuple(kind_of(field) for field in fields)
    read = list(
        zip(*rows.order_by("created_at", "pk").values_list(*names), strict=True)
    )
    by_name = dict(zip(names, read, strict=bool(read)))
    plain = [
        _plain(field, kind, by_name)
        for field, kind in zip(fields, kinds, strict=True)
        if read
    ]
    return Table(
        label=model._meta.label,
        title=str(model._meta.verbose_name_plural),
        columns=names,
        kinds=kinds,
        rows=tuple(zip(*plain, strict=True)),
        keys=_all(fields, plain, _is_key),
        people=_all(fields, plain, _may_be_a_person),
    )


def _plain(
    field: "models.Field[Any, Any]", kind: Kind, read: Mapping[str, Column]
) -> Iterable[Any]:
    values = read[field.attname]
    if isinstance(field, SealedText):
        keys = zip(
            read[field.model._meta.pk.attname], read["patient_id"], values, strict=True
        )
        return [field.opened(sealed, row, whose) for row, whose, sealed in keys]
    if kind.plain is _same:
        return values
    return [None if value is None else kind.plain(value) for value in values]


def _all(
    fields: "Iterable[models.Field[Any, Any]]",
    plain: Iterable[Iterable[Any]],
    wanted: "Callable[[models.Field[Any, Any]], bool]",
) -> frozenset[str]:
    """Give every value of the columns that are wanted."""
    columns = zip(fields, plain, strict=False)  # without a row there is no column
    return frozenset(
        value for field, column in columns if wanted(field) for value in column if value
    )


def _is_key(field: "models.Field[Any, Any]") -> bool:
    return field.primary_key


def _may_be_a_person(field: "models.Field[Any, Any]") -> bool:
    if field.is_relation:
        return field.related_model is User
    return isinstance(field, models.UUIDField) and not field.primary_key


def kind_of(field: "models.Field[Any, Any]") -> Kind:
    """Say how a column is written. An unknown kind is written as it comes."""
    value = field.target_field if isinstance(field, models.ForeignKey) else field
    return next((kind for cls, kind in KINDS if isinstance(value, cls)), _AS_IT_COMES)


def cell(value: Any) -> str:
    """Write a value for a spreadsheet."""
    if isinstance(value, str):
        return value
    return "" if value is None else spelled(value) if _many(value) else str(value)


def _many(value: Any) -> bool:
    return isinstance(value, list | dict)


def _same(value: Any) -> Any:
    return value


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _seconds(value: Any) -> float:
    return float(value.total_seconds())


def _hex(value: Any) -> str:
    return bytes(value).hex()


def _text(value: Any) -> str:
    return escape(str(value)).replace("\n", "<br>")


def _moment(iso: str) -> str:
    year, month, rest = iso.split("-", 2)
    return f"{rest[:2]}.{month}.{year} {rest[3:8]} UTC"


def _listed(value: Any) -> str:
    return _text(", ".join(map(str, value)) if isinstance(value, list) else cell(value))


spelled = json.JSONEncoder(default=str, ensure_ascii=False).encode

_AS_IT_COMES = Kind(_same, _listed)
# The first that fits: a moment is also a day, and a sealed text is opened as it is read.
KINDS: tuple[tuple[type, Kind], ...] = (
    (SealedText, Kind(_same, _text)),
    (models.DateTimeField, Kind(_iso, _moment)),
    (models.DateField, Kind(_iso, _text)),
    (models.TimeField, Kind(_iso, _text)),
    (models.UUIDField, Kind(str, str)),
    (models.DecimalField, Kind(str, str)),
    (models.DurationField, Kind(_seconds, str)),
    (models.BinaryField, Kind(_hex, str)),
    (models.IntegerField, Kind(_same, str)),
    (models.BooleanField, Kind(_same, str)),
    (models.CharField, Kind(_same, _text)),
    (models.TextField, Kind(_same, _text)),
)
