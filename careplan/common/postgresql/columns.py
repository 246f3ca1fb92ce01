"""Many rows in one statement, each column sent as one JSON text.

The driver writes an array element by element, in Python: for a thousand rows of a
dozen columns that costs more than all else the caller does. A column as JSON is one
call for it and one function for PostgreSQL.
"""

import json
from collections.abc import Iterable

Row = tuple[object, ...]


def packed(rows: Iterable[Row]) -> list[str]:
    """Give the rows' columns, each as one parameter. None stays null, "" stays ""."""
    return [json.dumps(column, default=str) for column in zip(*rows, strict=True)]


def rows_of(alias: str, **types: str) -> str:
    """Give the FROM item that reads `packed` columns back, under these names and types.

    It holds one place for a parameter a column, in the order of the names. OFFSET 0
    keeps the casts inside: joined to a table with row security they would be judged
    as able to leak its rows, and then no index of that table may be used.
    """
    read = ", ".join(["json_array_elements_text(%s)"] * len(types))
    cast = ", ".join(f"raw.{name}::{kind} AS {name}" for name, kind in types.items())
    raw = f"ROWS FROM ({read}) AS raw({', '.join(types)})"
    return f"(SELECT {cast} FROM {raw} OFFSET 0) AS {alias}"  # noqa: S608 - names only
