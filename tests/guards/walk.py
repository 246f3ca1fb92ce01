"""One walk over every page, whose forms, links and questions four guards look at.

Each page is opened once for each kind of reader it is open to, and what it did is
undone.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.access import addresses, cells
from tests.access.scene import Scene
from tests.access.table import TABLE
from tests.access.thrift import plain_templates

READERS = ("patient", "therapist", "prescriber", "operator")
WALKERS = (*READERS, "anonymous", "supporter", "admin")
READ = [a for a in addresses.every() if a.name in TABLE]


@dataclass(frozen=True)
class Opened:
    """One page as one reader got it."""

    cell: cells.Cell
    path: str
    status: int
    html: str  # nothing where the answer is no page
    questions: int  # asked of the database


class Walk:
    """Every page that was opened, in the order of the resolver."""

    def __init__(self, scene: Scene, walkers: Collection[str] = WALKERS) -> None:
        with plain_templates():
            self.pages = [opened(scene, cell) for cell in pages(scene, walkers)]

    def by(self, readers: Collection[str]) -> Iterator[Opened]:
        """Give the pages that some of the readers opened."""
        return (page for page in self.pages if page.cell.who.name in readers)


def opened(scene: Scene, cell: cells.Cell) -> Opened:
    """Open one page, and undo what that did."""
    path = cells.path_of(cell, scene)
    connection.queries_log.clear()  # it holds 9,000; in a full one nothing is counted
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            answer = scene.clients[cell.who.name].get(path)
        transaction.set_rollback(True)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    html = answer.content.decode() if is_page else ""
    return Opened(cell, path, answer.status_code, html, len(asked))


def pages(
    scene: Scene, readers: Collection[str] = READERS, method: str = "GET"
) -> list[cells.Cell]:
    """Give each page once for each kind of reader it is open to."""
    return [
        cell
        for address in READ
        for cell in cells.of(address, scene, (method,))
        if cell.who.name in readers
        and cell.record in ("", "maya")
        and not cell.is_mixed
        and cells.allowed(TABLE[address.name].rule(method), cell)
        and not TABLE[address.name].rule(method).is_none
    ]
