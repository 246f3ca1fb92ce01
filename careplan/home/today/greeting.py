"""How Today says hello."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _


def greeting(name: str, instant: dt.datetime, zone: str) -> str:
    """Say good morning, afternoon or evening by the wall clock where the person is."""
    hour = instant.astimezone(ZoneInfo(zone)).hour
    if 4 <= hour < 12:
        return _("Good morning, {name}").format(name=name)
    if 12 <= hour < 18:
        return _("Good afternoon, {name}").format(name=name)
    return _("Good evening, {name}").format(name=name)
