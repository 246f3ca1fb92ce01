"""Two small filters for the pages of signing in."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

from patients.devices import spoken_name

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON for a data attribute; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def device_name(user_agent: str) -> str:
    """Say "Firefox on Windows" for a browser's own words."""
    return spoken_name(user_agent)
