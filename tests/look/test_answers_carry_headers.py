"""Security headers on every answer, errors too (F1, F8)."""

import re

import pytest

PAGES = {
    "/look/first/": 200,
    "/look/form/": 200,
    "/look/nothing/here/": 404,
    "/look/403/": 403,
    "/look/409/": 409,
    "/look/429/": 429,
    "/look/refused/": 429,
    "/look/broken/": 500,
    "/look/400/": 400,
}
WANTED = {
    "default-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
}


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_the_policy_stands_on_every_answer(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    policy = set(answer.headers["Content-Security-Policy"].split("; "))
    assert policy >= WANTED
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_the_other_headers_stand_on_every_answer(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]


def test_each_script_carries_the_nonce_of_its_own_answer(client):
    answers = [client.get("/look/form/") for _ in range(2)]
    nonces = set()
    for answer in answers:
        allowed = re.search(
            r"script-src 'nonce-([^']+)'", answer.headers["Content-Security-Policy"]
        )[1]
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())
        assert len(scripts) >= 4
        assert all(f'nonce="{allowed}"' in script for script in scripts)
        nonces.add(allowed)
    assert len(nonces) == 2


def test_nothing_of_a_session_is_kept_by_a_cache(client):
    assert "Cache-Control" not in client.get("/look/first/?shell=public").headers
    session = client.session
    session["someone"] = "signed in"
    session.save()
    assert client.get("/look/form/").headers["Cache-Control"] == "no-store"


def test_hsts_is_said_over_https(client, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    answer = client.get("/look/first/", secure=True)
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
