"""What a page tells the service worker: whose page it is, without saying who."""

import hashlib
import hmac

from django import template
from django.conf import settings

register = template.Library()


def owner_tag(user_id: object) -> str:
    """Give an opaque name for a user on this service's devices."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"offline|{user_id}".encode(), hashlib.sha256).hexdigest()[:32]


@register.simple_tag(takes_context=True)
def offline_owner(context: template.Context) -> str:
    """Give the tag of the person signed in, or nothing."""
    user = getattr(context.get("request"), "user", None)
    return owner_tag(user.pk) if user is not None and user.is_authenticated else ""
