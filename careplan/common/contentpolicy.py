"""The one Content-Security-Policy. Imports nothing of Django: settings read it."""

from csp.constants import NONCE, NONE, SELF


def content_security_policy() -> dict[str, list[object]]:
    """Directives for django-csp.

    Scripts run by nonce alone; styles, pictures and fonts come from here; nothing may
    frame us; text reaches the page's dangerous sinks only through the one Trusted Types
    policy of ``static/js/trusted.js``.
    """
    return {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
