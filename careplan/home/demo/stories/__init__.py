"""The demo's invented people and the months they lived through.

Everything is dated from today and made by the product's own rules with the moment
passed in; only old check-ins are loaded in bulk. Seeded: the same each time.
"""

from collections.abc import Callable
from typing import Any


def all_of_them() -> tuple[Callable[..., Any], ...]:
    """Give every story, in the order in which the sign-ins are printed."""
    from careplan.home.demo.stories import ines, jonas, maya  # needs the models loaded

    return (maya.tell, jonas.tell, ines.tell)
