"""The scene, for the tests of the table."""

from tests.access.fixture import scene  # noqa: F401
