"""What makes thirty thousand requests affordable; ACCESS_DRAWN does without.

A page that refuses is drawn once for each person, record, page and lock, and given
again to the other addresses that refuse in the same way. Whether each cell is refused, what it
writes, logs and notes is asked for every cell.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.http import HttpRequest, HttpResponse
from django.template.base import Template

from careplan.common import http

WHOLE = os.environ.get("ACCESS_WHOLE") == "1"  # every cell
DRAWN = os.environ.get("ACCESS_DRAWN") == "1"  # every page of every cell


class Refusals:
    """Keeps what a refusal looks like, by who asked about whose object."""

    def __init__(self) -> None:
        self.asking: tuple[object, ...] = ()
        self.drawn: dict[tuple[object, ...], bytes] = {}

    def page(
        self,
        request: HttpRequest,
        template: str,
        status: int,
        context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Stand in for `http._page`; a page with words of its own is always drawn."""
        key = (*self.asking, template)
        if context or key not in self.drawn:
            self.drawn[key] = DRAW(request, template, status, context).content
        return HttpResponse(self.drawn[key], status=status)


DRAW = http._page
REFUSALS = Refusals()


@contextmanager
def thrift() -> Iterator[None]:
    """Draw refusals once, and templates without Django's notes for its test client."""
    if DRAWN:
        yield
        return

    def render(self: Template, context: object) -> str:
        return self.nodelist.render(context)

    with (
        patch.object(http, "_page", REFUSALS.page),
        patch.object(Template, "_render", render),
    ):
        yield
