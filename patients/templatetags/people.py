"""Small filters for the pages of people."""

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext

from careplan.common import clock
from patients.devices import spoken_name

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON for a data attribute; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def spoken_when(instant: dt.datetime, zone: str) -> str:
    """Say "Today, 11:20am", "Yesterday, 4:05pm" or "Saturday 21 November, 4:05pm"."""
    wall = instant.astimezone(ZoneInfo(zone))
    days = (clock.local_date(clock.now(), zone) - wall.date()).days
    words = {0: gettext("Today"), 1: gettext("Yesterday")}
    day = words.get(days) or date_format(wall, "l j F" if days < 300 else "j F Y")
    return f"{day}, {date_format(wall, 'g:i')}{'am' if wall.hour < 12 else 'pm'}"


@register.filter
def device_name(user_agent: str) -> str:
    """Say "Firefox on Windows" for a browser's own words."""
    return spoken_name(user_agent)
