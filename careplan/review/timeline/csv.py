"""The table as a file for a spreadsheet, with nothing a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable

from careplan.review.timeline.data import TimelineData
from careplan.review.timeline.table import Table, events, summary, weekly

STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(cell: str) -> str:
    """A cell that a spreadsheet takes for a formula gets an apostrophe before it."""
    dangerous = cell.startswith(STARTERS) or cell.lstrip().startswith(STARTERS)
    return f"'{cell}" if dangerous else cell


def written(data: TimelineData) -> str:
    """Summary, events and weeks, one after another, each under its caption."""
    tables = (summary(data), events(data), weekly(data))
    return written_tables(table for table in tables if table)


def written_tables(tables: Iterable[Table]) -> str:
    """RFC 4180 with a byte order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for table in tables:
        writer.writerow([defused(table.caption)])
        writer.writerow([defused(name) for name in table.columns])
        for row in table.rows:
            writer.writerow([defused(cell) for cell in (row.header, *row.cells)])
        writer.writerow([])
    return out.getvalue()
