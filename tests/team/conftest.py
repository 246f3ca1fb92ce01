import pytest

from tests.kept import kept
from tests.team.people import NOW, Three

three = kept(Three, at=NOW)


@pytest.fixture
def at_noon(time_machine):
    """The pages read the same clock as the rules in a test."""
    time_machine.move_to(NOW, tick=False)
