"""The push services we speak to. Apart from the channel, which is heavy to load: a
page that keeps a device's address asks only this."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
)
PUSH_HOST_ENDINGS = (".push.services.mozilla.com", ".notify.windows.com")


def endpoint_allowed(endpoint: str) -> bool:
    """Only known push services, over TLS, on the usual port (no SSRF).

    `PUSH_LOOPBACK` names one extra origin for tests and proofs; unset in production.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    extra = getattr(settings, "PUSH_LOOPBACK", "")
    if extra and endpoint.startswith(f"{extra}/"):
        return True
    host = parts.hostname or ""
    known = host in PUSH_HOSTS or host.endswith(PUSH_HOST_ENDINGS)
    plain = parts.username is None and parts.password is None
    return parts.scheme == "https" and port in (None, 443) and plain and known
