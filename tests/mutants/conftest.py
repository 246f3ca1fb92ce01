"""The scene of the access table, for the mutants."""

from tests.access.fixture import scene  # noqa: F401
