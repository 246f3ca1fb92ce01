"""What makes thirty thousand requests affordable; ACCESS_DRAWN does without.

A page that refuses is drawn once for each person, record, page and lock, and given
again to the other addresses that refuse in the same way. Whether each cell is refused, what it
writes, logs and notes is asked for every cell. A person's session and account are read
once: what a cell changes in them is undone with it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from typing import Any
from unittest.mock import patch

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
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


class Askers:
    """Keeps the sessions and accounts of those who ask, as they were committed."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.users: dict[str, Any] = {}

    def forget(self) -> None:
        """Begin with another scene."""
        self.sessions.clear()
        self.users.clear()

    def load(self, store: SessionStore) -> dict[str, Any]:
        """Stand in for `SessionStore.load`; a session that is not there is not kept."""
        key = store.session_key or ""
        if key not in self.sessions:
            found = LOAD(store)
            if not found:
                return found
            self.sessions[key] = found
        return deepcopy(self.sessions[key])

    def user(self, backend: ModelBackend, user_id: object) -> Any:
        """Stand in for `ModelBackend.get_user`."""
        key = str(user_id)
        if key not in self.users:
            self.users[key] = GET_USER(backend, user_id)
        return copy(self.users[key])


DRAW = http._page
LOAD = SessionStore.load
GET_USER = ModelBackend.get_user
REFUSALS = Refusals()
ASKERS = Askers()


@contextmanager
def thrift() -> Iterator[None]:
    """Draw refusals and read askers once, and do without notes for the test client."""
    if DRAWN:
        yield
        return

    with (
        patch.object(http, "_page", REFUSALS.page),
        patch.object(SessionStore, "load", lambda store: ASKERS.load(store)),
        patch.object(ModelBackend, "get_user", lambda b, pk: ASKERS.user(b, pk)),
        plain_templates(),
    ):
        yield


@contextmanager
def plain_templates() -> Iterator[None]:
    """Draw templates without copying every context for Django's test client."""

    def render(self: Template, context: object) -> str:
        return self.nodelist.render(context)

    with patch.object(Template, "_render", render):
        yield
