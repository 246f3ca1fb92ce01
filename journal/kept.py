"""What was typed when the session had ended: kept sealed, given back once (E4)."""

import datetime as dt
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from careplan.common.identity import acting_as, link
from journal.models import KeptForm

NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "shown", "password"})
Fields = dict[str, list[str]]
MOST = 60_000  # characters of one form


@transaction.atomic
def keep(
    patient_id: UUID, *, page: str, fields: Mapping[str, list[str]], now: dt.datetime
) -> bool:
    """Keep a form for its owner; says whether it did (not one beyond all bounds).

    The caller has checked whose form it was.
    Runs as the holder of a check-in link: it can write this row and read nothing.
    """
    kept = {name: values for name, values in fields.items() if name not in NEVER_KEPT}
    text = json.dumps(kept, ensure_ascii=False)  # an emoji is one character, not twelve
    if len(text) > MOST:
        return False
    with acting_as(link(patient_id, "checkin")):
        KeptForm(patient_id=patient_id, page=page, fields=text, kept_at=now).save(
            force_insert=True
        )
    return True


def give_back(patient_id: UUID, *, page: str, now: dt.datetime) -> Fields | None:
    """Give what was kept within 20 hours, the newest; None when there is nothing."""
    rows = KeptForm.objects.filter(
        patient_id=patient_id, page=page, kept_at__gte=now - dt.timedelta(hours=20)
    )
    row = rows.order_by("-kept_at").first()
    if row is None:
        return None
    kept: Fields = json.loads(row.fields)
    return kept


@transaction.atomic
def forget(patient_id: UUID, *, page: str) -> None:
    """Let go of what was kept for a page: it is saved now, or not wanted."""
    KeptForm.objects.filter(patient_id=patient_id, page=page).delete()
