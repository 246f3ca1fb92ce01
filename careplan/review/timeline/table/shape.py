"""What a table is made of: a caption, headers, rows of finished cells."""

from dataclasses import dataclass

from careplan.review.timeline.words import gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A header cell, its cells, and the address of the record, if it has one."""

    header: str
    cells: tuple[str, ...]
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``columns`` has one word more than a row has cells: that of the headers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def not_logged() -> str:
    """What an empty cell says."""
    return gettext("Not logged")
