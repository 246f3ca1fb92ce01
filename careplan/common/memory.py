"""What a web process has loaded is set aside, so that no request pays to look at it."""

import gc

from django.urls import get_resolver


def set_aside_what_is_loaded() -> None:
    """Load every page, then take all that is there out of the collector's rounds.

    A page of many rows makes enough objects for a whole round or two, each of which
    would go through half a million that stay for as long as the process does.
    """
    _pages = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
