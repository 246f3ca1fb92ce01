import pytest

from tests.team.people import NOW, Three


@pytest.fixture
def three() -> Three:
    return Three()


@pytest.fixture
def at_noon(time_machine):
    """The pages read the same clock as the rules in a test."""
    time_machine.move_to(NOW, tick=False)
