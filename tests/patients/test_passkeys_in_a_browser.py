"""Passkeys in a real browser, under the page's real policy (F6)."""

import time

import pytest
from django.test import Client

from patients import access
from patients.models import User
from tests import factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def phone(address, chrome):
    """Give a page of a browser that holds an authenticator, and the site's address."""
    context = chrome.new_context()
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    added = line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    # A passkey belongs to a name, never to a number: `address` is one.
    return page, line, added["authenticatorId"], address


def signed_in_cookie(user: User) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    proof = {"method": "password", "at": time.time()}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client.cookies["session"].value


def test_f6_a_passkey_is_added_and_signs_in_as_both_steps(phone, monkeypatch):
    page, line, authenticator, address = phone
    maya = factory.patient()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    cookie = {"name": "session", "value": signed_in_cookie(maya.user), "url": address}
    page.context.add_cookies([cookie])

    answer = page.goto(f"{address}/settings/sign-in/passkeys/add/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    name = page.locator("input[name=name]")
    if name.count():
        name.fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    held = line.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert [one["isResidentCredential"] for one in held["credentials"]] == [True]

    page.context.clear_cookies()
    page.goto(f"{address}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{address}/settings/sign-in/")
    assert "My phone" in page.content() or "passkey" in page.content()
    assert [text for text in refused if "Content Security Policy" in text] == []
    session = next(c for c in page.context.cookies() if c["name"] == "session")
    assert _second_factor(session["value"])


def _second_factor(key: str) -> bool:
    client = Client()
    client.cookies["session"] = key
    request = client.get("/settings/sign-in/").wsgi_request
    return access.actor_of(request).second_factor


def test_f6_a_passkey_nobody_knows_signs_nobody_in(phone):
    page, _line, _authenticator, address = phone
    page.goto(f"{address}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.locator("[data-passkey-error]").wait_for(state="visible")
    assert page.url.endswith("/sign-in/")
