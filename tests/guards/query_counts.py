"""Every page asks the database the same number of questions at two data sizes."""

from django.db import IntegrityError, transaction

from tests.access import canaries
from tests.access.scene import Scene
from tests.access.thrift import plain_templates
from tests.guards.walk import READERS, Walk, opened, pages

# Rows that a page shows one by one by their nature, each named with its reason.
GROWS: dict[str, str] = {}


def grown(scene: Scene, walk: Walk) -> dict[str, tuple[int, int]]:
    """Say which pages ask more when there is more, with how much they ask."""
    few = {str(page.cell): page.questions for page in walk.by(READERS)}
    assert multiply(scene) > 60
    with plain_templates():
        many = {str(c): opened(scene, c).questions for c in pages(scene)}
    assert few.keys() == many.keys()
    return {
        page: (few[page], many[page])
        for page in few
        if many[page] > few[page] and page.split()[2] not in GROWS
    }


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
