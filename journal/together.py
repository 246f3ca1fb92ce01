"""Rows of several tables read in one statement, so that a page costs the same whatever
it shows.

Each row comes as one JSON object and is a whole model again here; row security holds
for each table by itself, and sealed texts stay sealed until they are read.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, JSONObject

from patients.rows import PatientRow, SealedText

Row = TypeVar("Row", bound=PatientRow)
Asked = Mapping[type[PatientRow], "models.QuerySet[Any]"]


def read(asked: Asked) -> "Found":
    """Read the rows of every query set, in one statement; none for no query set."""
    parts = [_as_json(rows) for rows in asked.values()]
    if not parts:
        return Found({})
    by_name = {model._meta.model_name: model for model in asked}
    found: dict[type[PatientRow], list[Any]] = {model: [] for model in asked}
    for name, row in parts[0].union(*parts[1:], all=True):
        model = by_name[name]
        found[model].append(_model(model, row))
    return Found(found)


class Found:
    """What was read, table by table."""

    def __init__(self, rows: dict[type[PatientRow], list[Any]]) -> None:
        self._rows = rows

    def of(self, model: type[Row]) -> list[Row]:
        """Give the rows of one table; none where it was not asked for."""
        return self._rows.get(model, [])


def _as_json(rows: "models.QuerySet[Any]") -> Any:
    fields = rows.model._meta.concrete_fields
    name = Value(rows.model._meta.model_name, CharField())
    columns = JSONObject(**{field.attname: _column(field) for field in fields})
    return rows.order_by().values_list(name, columns)


def _column(field: "models.Field[Any, Any]") -> Any:
    # A figure stays a figure of the decimal system on its way through JSON.
    is_decimal = isinstance(field, models.DecimalField)
    return Cast(field.attname, CharField()) if is_decimal else F(field.attname)


def _model(model: type[PatientRow], row: dict[str, Any]) -> PatientRow:
    fields = model._meta.concrete_fields
    values = [_value(field, row[field.attname]) for field in fields]
    return model.from_db("default", [field.attname for field in fields], values)


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    match field:
        case SealedText():
            return bytes.fromhex(value[2:]) if value else b""
        case models.JSONField():
            return value
        case ArrayField():
            return [field.base_field.to_python(one) for one in value or ()]
        case models.ForeignKey():
            return field.target_field.to_python(value)
        case _:
            return field.to_python(value)
