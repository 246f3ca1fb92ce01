"""A browser for somebody, signed in as far as the test needs."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from patients.models import User

SignIn = Callable[..., Client]


@pytest.fixture
def browser() -> SignIn:
    """Give a client for a user; `second_factor` says whether one was just proved."""

    def sign_in(user: User | None = None, *, second_factor: bool = False) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
            method = "mfa" if second_factor else "password"
            session = client.session
            session["account_authentication_methods"] = [
                {"method": method, "at": time.time(), "type": "totp", "id": 1}
            ]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _no_limits_left_over(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()
