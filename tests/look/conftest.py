"""The look is tested on pages of its own, without a database."""

import pytest
from django.conf import settings as real
from django.db import connections
from django.template import engines
from django.test import Client

from tests.look.server import TEMPLATES, LookServer

LEFT_OUT = ("patients.", "usersessions")


def _settings() -> dict:
    middleware = [m for m in real.MIDDLEWARE if not any(x in m for x in LEFT_OUT)]
    chosen = dict(real.TEMPLATES[0])
    chosen["DIRS"] = [*chosen["DIRS"], TEMPLATES]
    return {
        "ROOT_URLCONF": "tests.look.urls",
        "MIDDLEWARE": middleware,
        "TEMPLATES": [chosen],
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "SECURE_SSL_REDIRECT": False,
        "QUICK_EXIT_TO": "/look/first/?shell=public",
    }


@pytest.fixture
def look(settings, monkeypatch):
    """Settings under which the gallery and the skeletons answer."""
    for name, value in _settings().items():
        setattr(settings, name, value)
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", False)
    engines.__dict__.pop("templates", None)
    engines._engines = {}
    yield settings
    engines.__dict__.pop("templates", None)
    engines._engines = {}


@pytest.fixture
def client(look) -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def site(look):
    """Address of a running server of these pages."""
    with LookServer() as address:
        yield address
