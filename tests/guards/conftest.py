"""The scene of the access table, for guards that look at every page."""

from tests.access.fixture import scene  # noqa: F401
