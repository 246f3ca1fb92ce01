"""The head of a brief: who it is, the next visit with this clinician, and the last."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careplan.common.clock import local_date
from careplan.review import beside
from careplan.review.beside import Beside, Row
from careplan.review.timeline.words import day_near, day_short
from patients.models import Patient


def visits(near: Beside, *, now: dt.datetime) -> tuple[dt.datetime | None, Row | None]:
    """When the last visit with this clinician took place, and the next one."""
    rows = near.get(beside.VISIT, ())
    held = [row.at for row in rows if row.words == "held" and row.at and row.at < now]
    open_until = now - dt.timedelta(hours=2)
    coming = [
        row for row in rows if row.words == "planned" and row.at and row.at > open_until
    ]
    return (held[-1] if held else None), (coming[0] if coming else None)


def about(patient: Patient, today: dt.date) -> str:
    """Pronouns and age, as far as they are known."""
    born = patient.birth_date
    age = ""
    if born:
        had = (today.month, today.day) >= (born.month, born.day)
        age = str(today.year - born.year - (not had))
    return ", ".join(part for part in (patient.user.pronouns, age) if part)


def visit_words(
    patient: Patient,
    last: dt.datetime | None,
    coming: Row | None,
    today: dt.date,
) -> str:
    """Say the next visit with this clinician and the last one."""
    parts = []
    if coming and coming.at:
        local = coming.at.astimezone(ZoneInfo(patient.time_zone))
        parts.append(
            _("Visit {day}, {time}.").format(
                day=f"{local:%A} {day_short(local.date())}", time=f"{local:%H:%M}"
            )
        )
    else:
        parts.append(_("No visit planned."))
    if last:
        day = local_date(last, patient.time_zone)
        parts.append(
            _("Last visit {day}, {ago}.").format(
                day=day_near(day, today), ago=_ago((today - day).days)
            )
        )
    return " ".join(parts)


def _ago(days: int) -> str:
    if days < 14:
        return ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return _("{n} weeks ago").format(n=(days + 3) // 7)
