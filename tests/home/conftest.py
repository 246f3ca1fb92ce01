"""The same browser as the people's tests use."""

from tests.patients.conftest import browser

__all__ = ["browser"]
