"""What every page to write on says, in whichever room it stands (W5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.http import urlencode

from careplan.team import pages, queries
from patients.models import Patient

register = template.Library()


@register.inclusion_tag("team/_when_read.html", takes_context=True)
def when_read(context: Context, patient: Patient) -> dict[str, Any]:
    """Name the reply hours of a record's clinicians; say that nobody watches it."""
    user = context["user"]
    members = [m for m in queries.clinicians_of(patient) if m.user_id != user.pk]
    return {
        "hours": pages.reply_hours(members, user.time_zone),
        "mine": patient.user_id == user.pk,
    }


@register.simple_tag
def ask_address(
    record: UUID, label: str, ref: str, also: str = "", so: str = ""
) -> str:
    """The page to ask a question on, with what it stands on already said (N6)."""
    said = {
        "ground_label": label,
        "ground_ref": ref,
        "also_label": also,
        "also_ref": so,
    }
    given = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('team:concern_new', args=[record])}?{given}"
