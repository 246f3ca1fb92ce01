"""Every page asks the database the same number of questions at two data sizes."""

from collections.abc import Collection

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.access import addresses, canaries, cells
from tests.access.scene import Scene
from tests.access.table import TABLE

READERS = ("patient", "therapist", "prescriber", "operator")
MOST = 14  # decisions 36: identity, session, consent and access row included
READ = [a for a in addresses.every() if a.name in TABLE]
# Rows that a page shows one by one by their nature, each named with its reason.
GROWS: dict[str, str] = {}


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


def counted(scene: Scene) -> dict[str, int]:
    found = {}
    for cell in pages(scene):
        path = cells.path_of(cell, scene)
        with transaction.atomic():
            with CaptureQueriesContext(connection) as asked:
                scene.clients[cell.who.name].get(path)
            transaction.set_rollback(True)
        found[str(cell)] = len(asked)
    return found


def multiply(scene: Scene) -> int:
    """Add two more rows to every table of one record that allows it."""
    world, made = scene.worlds["maya"], 0
    with canaries.as_one_who_may_write():
        for model in canaries.patient_models():
            for days in (2, 3):
                try:
                    with transaction.atomic():
                        world.again(model, days=days)
                    made += 1
                except IntegrityError:
                    pass  # one row is all this table allows
    return made


@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_page_asks_more_when_there_is_more(scene):
    few = counted(scene)
    assert multiply(scene) > 60
    many = counted(scene)
    grown = {
        page: (few[page], many[page])
        for page in few
        if many[page] > few[page] and page.split()[2] not in GROWS
    }
    assert grown == {}
